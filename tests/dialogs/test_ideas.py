"""Ideas, as those who have them and those who lift, start and stop them meet them."""

from datetime import datetime

import pytest
from sqlmodel import select

from bot.schedule import Schedule
from bot.turns import Turns
from dialogs.card import Card, Facts
from storage import erasing, initiative_states, people, programmes, promises
from storage.ideas import Idea
from storage.initiatives import Initiative
from storage.outbox import Kind, Message, OutboxRow
from storage.people import ROLES, Person
from storage.programmes import Programme
from tests.conftest import NOW
from tests.dialogs.test_decisions import holder
from tests.dialogs.test_planned import told
from tests.talk import Talk

IDEA = {
    "title": "Felles turnusverktøy",
    "need": "Tre enheter fører turnus i hvert sitt regneark.",
    "for_whom": "Ansatte i turnus",
    "value": "Færre feil og mindre leting",
}
REST = {"effort": "sprint", "risk": "Dobbelt arbeid en periode", "competences": "HR og IT", "releases": "ingen"}


@pytest.fixture
def only_leader(leader: Talk, turns: Turns) -> Talk:
    leader.say("hei")
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        for role in ROLES[1:]:
            people.revoke(session, person, "osu2020", role)
    return leader


def promise(turns: Turns, days: int) -> None:
    with turns.database.writing() as session:
        programme = session.get_one(Programme, "osu2020")
        programme.prioritising = {"answer_within": {"words": {"nb": "innen tre uker"}, "days": days}}
        programmes.mark_changed(session, "osu2020")


def propose(talk: Talk, **more: str) -> Card:
    talk.act("initiative.propose")
    # Other titles have other needs, or they would be taken for the same.
    titled = more.get("title", IDEA["title"])
    need = {} if titled == IDEA["title"] or not 9 <= len(titled) <= 80 else {"need": f"Gjelder {titled}."}
    return talk.press("initiative.proposed", **{**IDEA, **need, **more})


def key_of(turns: Turns, title: str) -> str:
    with turns.database.reading() as session:
        every = session.exec(select(Initiative)).all()
        return next(row.key for row in every if row.title["nb"] == title)


def step(talk: Talk, key: str, to: str, **form: str) -> Card:
    shown = talk.act("initiative.move", initiative=key, to=to)
    if shown.outcome == "refused":
        return shown
    return talk.press("initiative.moved", **form)


def lifted(turns: Turns, employee: Talk, leader: Talk, title: str = "", **more: str) -> str:
    """Somebody's idea, as a leader has lifted it."""
    title = title or IDEA["title"]
    propose(employee, **{**REST, **more, "title": title})
    key = key_of(turns, title)
    assert step(leader, key, "lifted").outcome == "done"
    return key


def test_anyone_may_propose_and_sees_it_on_the_list(employee: Talk, turns: Turns) -> None:
    card = propose(employee)
    assert card.outcome == "done"
    assert "Ingen frist er lovet" in card.as_text()
    assert IDEA["title"] in employee.act("initiative.list").as_text()
    assert "Idé, foreslått 24. november 2020" in employee.act("initiative.mine").as_text()


def test_the_same_form_twice_is_one_idea(employee: Talk, turns: Turns) -> None:
    employee.act("initiative.propose")
    button = next(b for b in employee.shown[-1].buttons if b.action == "initiative.proposed")
    for _ in range(2):
        assert employee.press(button, **IDEA).outcome == "done"
    with turns.database.reading() as session:
        assert len([row for row in session.exec(select(Initiative)) if row.title["nb"] == IDEA["title"]]) == 1


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"need": " "}, "need"),
        ({"for_whom": ""}, "for_whom"),
        ({"value": ""}, "value"),
        ({"title": "x" * 81}, "title"),
        ({"risk": "x" * 501}, "risk"),
        ({"effort": "forever"}, "effort"),
        ({"goal": "goal:nowhere"}, "goal"),
    ],
)
def test_a_form_that_breaks_a_rule_comes_back_as_it_was_filled_in(
    employee: Talk, turns: Turns, language: str, wrong: dict[str, str], field: str
) -> None:
    employee.act("language.set", language=language)
    card = propose(employee, **wrong)
    assert card.outcome == "refused"
    assert field in [question.name for question in card.questions if question.error]
    kept = {question.name: question.value for question in card.questions}
    assert kept["need"] == {**IDEA, **wrong}["need"].strip()
    with turns.database.reading() as session:
        assert not [row for row in session.exec(select(Initiative)) if not row.is_common]


def test_what_is_likely_the_same_is_shown_before_anything_is_stored(employee: Talk, turns: Turns) -> None:
    propose(employee)
    again = propose(employee, title="Turnusverktøy felles for alle")
    assert again.title == "Ligner på «Felles turnusverktøy»; er det den du mener?"
    assert again.outcome == "clarify"
    kept = {question.name: question.value for question in again.questions}
    assert kept["title"] == "Turnusverktøy felles for alle"
    assert "Ingenting er sendt" in again.as_text()
    changed = employee.press("initiative.proposed", **{**IDEA, "title": "Felles verktøy for turnus"})
    assert changed.outcome == "clarify", "another text is looked at anew"
    assert employee.press("initiative.proposed", **{**IDEA, "title": "Felles verktøy for turnus"}).outcome == "done"


def test_what_the_documents_name_is_found_too_and_something_else_is_not(employee: Talk) -> None:
    like = propose(employee, title="Strategi for kompetanse", need="Vi trenger en kompetansestrategi.")
    assert "Kompetansestrategi" in like.title
    assert propose(employee, title="Sykkelparkering ved rådhuset", need="Det er for få stativer.").outcome == "done"


def test_an_idea_is_lifted_only_when_all_is_said(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    propose(employee)
    key = key_of(turns, IDEA["title"])
    refused = step(only_leader, key, "lifted")
    assert refused.outcome == "refused"
    assert "Mangler før den kan løftes: innsats, risiko, kompetanse, hvem må frigis" in (
        employee.act("initiative.open", initiative=key).as_text()
    )
    employee.act("initiative.edit", initiative=key)
    assert employee.press("initiative.edited", **IDEA, **REST).outcome == "done"
    assert step(only_leader, key, "lifted").outcome == "done"
    refused = employee.act("initiative.edited", initiative=key, **IDEA, **REST)
    assert refused.outcome == "refused", "once it is lifted, it is the leaders' to change"


def test_a_units_idea_cannot_start_before_it_is_lifted(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    propose(employee, **REST, unit="Dokumentsenteret")
    refused = step(only_leader, key_of(turns, IDEA["title"]), "start", known="no")
    assert refused.outcome == "refused"
    assert "må løftes til felles nivå" in refused.title


def test_the_proposer_is_told_what_became_of_it_and_the_promise_is_kept(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    promise(turns, 21)
    stored = propose(employee, **REST)
    assert "Du får svar innen tre uker: senest tirsdag 15. desember 2020" in stored.as_text()
    key = key_of(turns, IDEA["title"])
    assert "Du får svar senest tirsdag 15. desember 2020" in employee.act("initiative.mine").as_text()
    for _ in range(2):
        step(only_leader, key, "lifted", why="Mange har det samme behovet.")
    assert [card.title for card in told(turns, "employee-1")] == ["«Felles turnusverktøy» er løftet til felles nivå"]
    assert "Mange har det samme behovet." in told(turns, "employee-1")[0].as_text()
    with turns.database.reading() as session:
        person = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        kept = promises.find(session, person, "osu2020", "initiative", key)
        assert kept is not None
        assert kept.kept_at == NOW
    assert "senest" not in employee.act("initiative.mine").as_text()


def test_stopping_needs_a_reason_that_everyone_reads(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    propose(employee)
    key = key_of(turns, IDEA["title"])
    wrong = step(only_leader, key, "stopped", why=" ")
    assert [question.name for question in wrong.questions if question.error] == ["why"]
    long = step(only_leader, key, "stopped", why="x" * 501)
    assert [question.name for question in long.questions if question.error] == ["why"]
    step(only_leader, key, "stopped", why="Det kjøpes inn for hele kommunen.")
    assert "Det kjøpes inn for hele kommunen." in employee.act("initiative.open", initiative=key).as_text()
    step(only_leader, key, "lifted", why="")
    assert "Stoppet" in employee.act("initiative.mine").as_text(), "nor is it taken up again without one"


def test_whoever_proposed_it_may_withdraw_it_until_it_is_lifted(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    promise(turns, 21)
    propose(employee)
    key = key_of(turns, IDEA["title"])
    assert step(employee, key, "stopped", why="Det finnes allerede.").outcome == "done"
    assert told(turns, "employee-1") == []
    other = lifted(turns, employee, only_leader, "Sykkelparkering ved rådhuset")
    assert step(employee, other, "stopped", why="Likevel ikke.").outcome == "refused"


def test_no_more_start_than_the_limit_and_the_refusal_says_which_run(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    for number, key in enumerate(("osu-ini-ledelse", "osu-ini-kompetanse", "osu-ini-kommunegard")):
        assert step(only_leader, key, "start", known="yes" if number else "no").outcome == "done"
    fourth = lifted(turns, employee, only_leader)
    shown = only_leader.act("initiative.move", initiative=fourth, to="start")
    assert "3 er meldt i gang. Høyst 3 kan være i gang samtidig." in shown.as_text()
    refused = step(only_leader, fourth, "start", known="yes", released="yes")
    assert refused.outcome == "refused"
    assert "Kompetansestrategi" in refused.title
    step(only_leader, "osu-ini-kompetanse", "done")
    assert step(only_leader, fourth, "start", known="yes", released="yes").outcome == "done"
    assert "I gang: prøves ut" in employee.act("initiative.open", initiative=fourth).as_text()


def test_it_starts_when_those_it_needs_are_released(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    key = lifted(turns, employee, only_leader, releases="To fra HR, av HR-sjefen")
    refused = step(only_leader, key, "start", known="no", released="no")
    assert [question.name for question in refused.questions if question.error] == ["released"]
    assert step(only_leader, key, "start", known="no", released="yes").outcome == "done"
    assert "behovet undersøkes" in employee.act("initiative.mine").as_text()


def test_each_change_is_kept_with_who_when_and_why(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    key = lifted(turns, employee, only_leader)
    step(only_leader, key, "start", known="no", released="yes", why="Det er plass.")
    step(only_leader, key, "testing")
    step(only_leader, key, "done")
    with turns.database.reading() as session:
        rows = initiative_states.history(session, "osu2020", key)
        names = [session.get_one(Person, row.changed_by).name for row in rows]
    assert [str(row.state) for row in rows] == ["idea", "lifted", "exploring", "testing", "done"]
    assert names == ["Employee-1", *["Leader-1"] * 4]
    assert {row.changed_at for row in rows} == {NOW}
    assert rows[2].why == "Det er plass."


def test_who_proposed_it_is_read_by_leaders_and_nobody_else(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    propose(employee)
    key = key_of(turns, IDEA["title"])
    assert "Employee-1" in only_leader.act("initiative.open", initiative=key).as_text()
    other = holder(turns, "union-1", "employee_representative")
    assert "Employee-1" not in other.act("initiative.open", initiative=key).as_text()


def test_what_is_only_an_idea_cannot_be_ranked_or_followed(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    propose(employee, **REST)
    key = key_of(turns, IDEA["title"])
    form = only_leader.act("top.edit").questions[0]
    assert key not in [choice.value for choice in form.choices]
    assert employee.act("topic.follow", topic=f"initiative:{key}").outcome == "refused"
    step(only_leader, key, "lifted")
    form = only_leader.act("top.edit").questions[0]
    assert key in [choice.value for choice in form.choices]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_what_there_is_not_is_refused(employee: Talk, language: str) -> None:
    employee.act("language.set", language=language)
    assert employee.act("initiative.open").outcome == "clarify"
    for action in ("initiative.open", "initiative.edit", "initiative.move", "initiative.moved", "initiative.edited"):
        assert employee.act(action, initiative="idea:none", to="lifted").outcome == "refused"
    assert employee.act("initiative.move", initiative="osu-ini-ledelse", to="nowhere").outcome == "refused"


#: Who may have an initiative become what; everybody may propose.
MAY = {"lifted": {"leader"}, "exploring": {"leader"}, "testing": {"leader"}, "done": {"leader"}, "stopped": {"leader"}}


@pytest.mark.parametrize("role", ["", *ROLES])
def test_the_roles_and_what_each_may(turns: Turns, employee: Talk, role: str) -> None:
    propose(employee, **REST)
    somebody = holder(turns, "somebody", role) if role else Talk(turns, "somebody", NOW)
    assert propose(somebody, title="Sykkelparkering ved rådhuset").outcome == "done"
    key = key_of(turns, IDEA["title"])
    for to, those in MAY.items():
        shown = somebody.act("initiative.move", initiative=key, to=to)
        assert (shown.outcome != "refused") is (role in those), to
    may_edit = somebody.act("initiative.edit", initiative=key).outcome != "refused"
    assert may_edit is (role == "leader")
    assert somebody.act("initiative.open", initiative=key).outcome == "answered"
    offered = {button.action for button in somebody.shown[-1].buttons}
    assert ("initiative.move" in offered) is (role == "leader")


def test_a_promised_answer_is_in_the_leaders_reminder_and_in_what_the_proposer_waits_for(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    promise(turns, 7)
    employee.act("subscription.set", on=True, topic="digest", frequency="daily")
    propose(employee, **REST)
    only_leader.now = datetime.fromisoformat("2020-11-25T09:00+01:00")
    only_leader.act("announcement.preview", title="Takk", text="Takk for at dere kom. Vi møttes.")
    only_leader.send()
    turns.clock.go(datetime.fromisoformat("2020-11-30T09:00+01:00"))  # type: ignore[attr-defined]
    Schedule(turns.database, turns.clock, lambda: None).run_due()
    with turns.database.reading() as session:
        rows = session.exec(
            select(Message, Person.name)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, OutboxRow.person_id == Person.id)  # type: ignore[arg-type]
            .where(Message.kind == Kind.DIGEST)
        ).all()
    texts = {name: Card.model_validate(message.cards["nb"]).as_text() for message, name in rows}
    reminders = [Card.model_validate(message.cards["nb"]).as_text() for message, name in rows if name == "Leader-1"]
    assert any("Idéer som venter på svar\nTirsdag 1. desember 2020: 1 svar" in text for text in reminders)
    assert "Svar på ideen din: svar er lovet innen tirsdag 1. desember 2020" in texts["Employee-1"]


def test_what_is_lifted_can_be_asked_for_by_its_name(only_leader: Talk, employee: Talk, turns: Turns) -> None:
    lifted(turns, employee, only_leader)
    card = employee.say("hva er Felles turnusverktøy?")
    assert IDEA["need"] in card.as_text()
    assert "initiative.open" in [button.action for button in card.buttons]


def test_everyone_finds_the_way_to_propose_in_the_help(employee: Talk) -> None:
    assert "initiative.propose" in [button.action for button in employee.say("hjelp").buttons]


def test_of_what_the_documents_only_name_nobody_is_told_that_it_waits(only_leader: Talk, employee: Talk) -> None:
    text = employee.act("initiative.list").as_text()
    assert "Nevnt i dokumentene, ikke meldt i gang her (7)" in text
    assert "Løftet" not in text
    assert "Nevnt i dokumentene" in employee.act("initiative.open", initiative="osu-ini-ledelse").as_text()
    step(only_leader, "osu-ini-ledelse", "start", known="no")
    text = employee.act("initiative.list").as_text()
    assert "1 er meldt i gang." in text
    assert "ikke meldt i gang her (6)" in text


NAMING = {**IDEA, "need": "Kari Nordmann i lønn er syk hele tiden, og ingen gjør jobben hennes."}


def test_what_may_give_somebody_away_is_shown_before_an_idea_is_stored(employee: Talk, turns: Turns) -> None:
    shown = propose(employee, **NAMING)
    assert shown.outcome == "clarify"
    assert "«Kari Nordmann»" in shown.as_text()
    assert {question.name: question.value for question in shown.questions}["need"] == NAMING["need"]
    assert IDEA["title"] not in employee.act("initiative.list").as_text(), "nothing is stored yet"
    propose(employee, **NAMING)
    changed, as_is = (b for b in employee.shown[-1].buttons if b.action == "initiative.proposed")
    other = {**NAMING, "need": "Per Hansen i lønn er syk hele tiden."}
    assert employee.press(as_is, **other).outcome == "clarify", "the choice is of the text that was shown"
    assert employee.press(changed, **NAMING).outcome == "clarify"
    assert employee.press(as_is, **NAMING).outcome == "done"
    assert IDEA["title"] in employee.act("initiative.list").as_text()


def test_what_is_added_to_an_idea_is_looked_over_and_what_stands_is_not(employee: Talk, turns: Turns) -> None:
    propose(employee)
    key = key_of(turns, IDEA["title"])
    employee.act("initiative.edit", initiative=key)
    shown = employee.press("initiative.edited", **NAMING)
    assert shown.outcome == "clarify"
    assert "Kari" not in employee.act("initiative.open", initiative=key).as_text()
    employee.act("initiative.edit", initiative=key)
    employee.press("initiative.edited", **NAMING)
    _, as_is = (b for b in employee.shown[-1].buttons if b.action == "initiative.edited")
    assert employee.press(as_is, **NAMING).outcome == "done"
    employee.act("initiative.edit", initiative=key)
    assert employee.press("initiative.edited", **NAMING, effort="days").outcome == "done"


def test_what_is_like_another_and_names_somebody_is_asked_of_both(employee: Talk) -> None:
    propose(employee)
    like = {**NAMING, "title": "Turnusverktøy felles for alle"}
    assert "Ligner på" in propose(employee, **like).title
    assert employee.press("initiative.proposed", **like).did == "warn_personal_data"
    as_is = [b for b in employee.shown[-1].buttons if b.action == "initiative.proposed"][1]
    assert employee.press(as_is, **like).outcome == "done"


@pytest.mark.parametrize("is_lifted", [False, True])
def test_a_leader_takes_the_text_away_and_nothing_of_it_is_kept(
    only_leader: Talk, employee: Talk, turns: Turns, is_lifted: bool
) -> None:
    promise(turns, 21)
    propose(employee, **REST)
    key = key_of(turns, IDEA["title"])
    if is_lifted:
        step(only_leader, key, "lifted")
    assert employee.act("initiative.take_away", initiative=key).outcome == "refused"
    assert employee.act("initiative.taken_away", initiative=key, why="Nei").outcome == "refused"
    offered = {button.action for button in only_leader.act("initiative.open", initiative=key).buttons}
    assert "initiative.take_away" in offered
    only_leader.act("initiative.take_away", initiative=key)
    assert only_leader.press("initiative.taken_away", why=" ").outcome == "refused"
    for _ in range(2):
        shown = only_leader.act("initiative.taken_away", initiative=key, why="Teksten sier hvem det gjelder.")
        assert shown.outcome == "done"
    with turns.database.reading() as session:
        kept = [str(row.model_dump()) for table in (Initiative, Idea) for row in session.exec(select(table))]
    assert [row for row in kept if key in row]
    assert not [row for row in kept for text in (*IDEA.values(), REST["risk"]) if text in row]
    listed = employee.act("initiative.list").as_text()
    assert "Idé der teksten er tatt bort" in listed
    assert IDEA["title"] not in listed
    assert "Teksten sier hvem det gjelder." in employee.act("initiative.mine").as_text()
    assert [card.title for card in told(turns, "employee-1")][is_lifted:] == ["Teksten i ideen din er tatt bort"]
    assert step(only_leader, key, "lifted", why="Likevel").outcome == "refused", "it does not come back"
    assert only_leader.act("initiative.moved", initiative=key, to="lifted", why="Likevel").outcome == "refused"
    assert only_leader.act("initiative.take_away", initiative="osu-ini-ledelse").outcome == "answered"
    assert only_leader.act("initiative.taken_away", initiative="osu-ini-ledelse", why="Nei").outcome == "refused"


def test_who_had_all_that_is_theirs_erased_is_told_as_a_former_user(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    propose(employee)
    key = key_of(turns, IDEA["title"])
    with turns.database.writing() as session:
        erasing.erase(
            session,
            session.exec(select(Person).where(Person.name == "Employee-1")).one(),
            {"nb": "tidligere bruker"},
            NOW,
        )
    shown = only_leader.act("initiative.open", initiative=key)
    facts = dict(next(block for block in shown.blocks if isinstance(block, Facts)).facts)
    assert facts["Foreslått av"] == "en tidligere bruker"
    assert "Employee-1" not in shown.as_text()
    assert only_leader.act("initiative.taken_away", initiative=key, why="Sier hvem.").outcome == "done"


def test_a_form_that_was_sent_and_is_sent_again_with_another_text_asks_which(employee: Talk, turns: Turns) -> None:
    employee.act("initiative.propose")
    button = next(b for b in employee.shown[-1].buttons if b.action == "initiative.proposed")
    employee.press(button, **IDEA)
    key = key_of(turns, IDEA["title"])
    shown = employee.press(button, **{**IDEA, "value": "Færre feil og bedre nattesøvn"})
    assert shown.outcome == "clarify"
    assert IDEA["value"] in shown.as_text()
    assert {question.name: question.value for question in shown.questions}["value"] == "Færre feil og bedre nattesøvn"
    employee.press("initiative.edited", **{**IDEA, "value": "Færre feil og bedre nattesøvn"})
    assert "bedre nattesøvn" in employee.act("initiative.open", initiative=key).as_text()


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_written_over(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    propose(employee)
    key = key_of(turns, IDEA["title"])
    employee.act("initiative.edit", initiative=key)
    only_leader.act("initiative.edit", initiative=key)
    assert only_leader.press("initiative.edited", **{**IDEA, "risk": "Dobbelt arbeid"}).outcome == "done"
    shown = employee.press("initiative.edited", **{**IDEA, "risk": "Ingen kjente"})
    assert shown.outcome == "clarify"
    assert "Dobbelt arbeid" in shown.as_text()
    assert "Dobbelt arbeid" in only_leader.act("initiative.open", initiative=key).as_text()
    assert employee.press("initiative.edited", **{**IDEA, "risk": "Ingen kjente"}).outcome == "done"
    assert "Ingen kjente" in only_leader.act("initiative.open", initiative=key).as_text()


@pytest.mark.parametrize("nobody", ["ingen", "Ingen.", "none", "-"])
def test_what_needs_nobody_released_starts_without_asking_for_that(
    only_leader: Talk, employee: Talk, turns: Turns, nobody: str
) -> None:
    key = lifted(turns, employee, only_leader, releases=nobody)
    shown = only_leader.act("initiative.move", initiative=key, to="start")
    assert "released" not in [question.name for question in shown.questions]
    assert only_leader.press("initiative.moved", known="no").outcome == "done"


def test_who_asks_for_their_idea_is_told_that_an_input_is_read_with_its_receipt(employee: Talk) -> None:
    none = employee.say("hva skjedde med ideen min?")
    assert "Svaret leser du med kvitteringen du fikk" in none.as_text()
    assert "input.status" in {button.action for button in none.buttons}
