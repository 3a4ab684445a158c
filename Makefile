.DEFAULT_GOAL := help
PYTHON ?= python3
PROGRAMME ?= osu2020
PORT ?= 3978
BIN := .venv/bin

.PHONY: help setup node demo manifest icons test lint check bench torture forensics volunteers coverage year questions cards playground
.PHONY: slack-emulator words learn lock
help:  ## Tells what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

setup: .venv/installed  ## Builds .venv and nothing else

.venv/installed: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make setup PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

demo: setup  ## Opens the bot with a real programme: PROGRAMME=osu2020|os2019|ou2021 PORT=3978 AT=time DATA=folder
	$(BIN)/python -m bot demo --programme $(PROGRAMME) --port $(PORT) $(if $(AT),--at $(AT)) $(if $(DATA),--data $(DATA))

manifest: setup  ## Writes the app package for Teams to build/, from MicrosoftAppId and PUBLIC_URL (docs/teams.md)
	$(BIN)/python -m bot manifest $(if $(VERSION),--version $(VERSION))

node: tests/node/node_modules/.package-lock.json  ## Installs Microsoft's own checks of cards and app packages, for the tests

tests/node/node_modules/.package-lock.json: tests/node/package-lock.json
	@if command -v npm > /dev/null; then npm ci --silent --prefix tests/node && touch $@; \
	else echo "No npm: the tests with Microsoft's own renderer and schema of app packages are skipped."; fi

test: setup node  ## Runs the tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: setup  ## Checks style, types and the layers of the house
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test  ## Everything that has to hold before a commit

playground: setup  ## Goes through Microsoft's Agents Playground with npm and Debian's chromium; pictures in build/playground
	$(BIN)/python -m tests.playground

slack-emulator: setup  ## Goes through a Slack workspace that somebody else wrote, on this machine; needs npm
	$(BIN)/python -m tests.slack_emulator

bench: setup  ## Measures, prints a table and writes build/bench.json
	$(BIN)/python -m tests.bench

volunteers: setup  ## Plays eight weeks with 3,000 volunteers by the clock, and counts every promise: SEED=1
	$(BIN)/python -m tests.volunteers $(if $(SEED),--seed $(SEED))

coverage: setup  ## Runs what shows each row of docs/coverage.md working, and prints a line for each: ROWS="5 19"
	$(BIN)/python -m tests.coverage $(ROWS)

year: setup  ## Plays a year of each programme by the clock, and prints it as a diary with its account: SEED=1 PROGRAMMES=os2019
	$(BIN)/python -m tests.year $(PROGRAMMES) $(if $(SEED),--seed $(SEED))

torture: setup  ## Kills workers in the middle of everything and counts what is lost: SEED=1 KILLS=60 PEOPLE=1000
	$(BIN)/python -m tests.torture $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS)) $(if $(PEOPLE),--people $(PEOPLE))

forensics: setup  ## Searches all that anonymous inputs leave behind, and tries to link them to who wrote them: LEAK=name ENGINE=sqlite
	$(BIN)/python -m tests.forensics $(if $(ENGINE),--engine $(ENGINE)) $(if $(LEAK),--leak $(LEAK))

questions: setup  ## Asks every question of tests/questions and prints how many were understood
	$(BIN)/python -m tests.questions

cards: setup node  ## Draws a card of every kind as Teams does, light and dark, for looking at: build/cards
	$(BIN)/python -m tests.cards

words: setup  ## Compiles the catalogues after a sentence was changed
	$(BIN)/python -m tests.compile_words

icons: setup  ## Draws the app package's icons after manifest/teams/*.svg were changed, with Debian's chromium
	$(BIN)/python -m tests.draw_icons

learn: setup  ## Writes the model of understanding anew after phrases were changed
	$(BIN)/python -m dialogs.understanding.learn

lock: setup  ## Writes requirements.lock anew from pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --extra dev --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml
