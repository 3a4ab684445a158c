"""Short orders and questions about the bot's own things are taken at their word, by whoever may see them, and none of
them is taken for an input."""

import pytest

from bot.turns import Turns
from dialogs.actions import ACTIONS
from dialogs.card import Language
from dialogs.understanding.on_behalf import order_of_another, question_of_another
from dialogs.understanding.outright import actions, outright
from dialogs.understanding.titles import ACTIONS as TITLED
from dialogs.understanding.titles import titled
from dialogs.words import say
from tests.conftest import NOW
from tests.talk import Talk

#: What is asked of one's own input, in three languages, and the beginning of what is told.
OF_INPUTS = {
    "deleted": (
        "slett innspillet mitt",
        "kan du slette innspillet mitt?",
        "Hei, jeg vil trekke innspillet mitt tilbake",
        "jeg angrer på innspillet jeg sendte",
        "kan innspillet mitt slettes?",
        "slett innspelet mitt",
        "eg vil trekkje innspelet mitt",
        "korleis slettar eg innspelet mitt",
        "Delete my input, please",
        "can I withdraw my feedback?",
    ),
    "writer": (
        "kan sjefen se hvem jeg er",
        "kan noen finne ut hvem som skrev innspillet?",
        "vet dere at det er jeg som skrev innspillet",
        "er innspillet mitt helt anonymt?",
        "kan leiaren min sjå kven eg er?",
        "kven kan sjå kven som skreiv innspelet",
        "can my boss see who I am?",
        "is my input really anonymous",
        "who can see my feedback",
    ),
    "receipt": (
        "I lost my receipt",
        "where is my code?",
        "hvor finner jeg koden min",
        "jeg har mistet kvitteringen",
        "eg har mista kvitteringa mi",
        "kor er kvitteringa mi?",
    ),
}
TITLES = {
    "deleted": ("Jeg kan ikke finne", "Eg kan ikkje finne", "I cannot find"),
    "writer": ("Innspill lagres uten navn", "Innspel blir lagra utan namn", "Inputs are stored without a name"),
    "receipt": ("Koden bruker du på", "Your code is for"),
}


@pytest.mark.parametrize(("aspect", "text"), [(aspect, text) for aspect, texts in OF_INPUTS.items() for text in texts])
def test_what_is_asked_of_ones_own_input_is_explained_and_is_none_itself(
    employee: Talk, aspect: str, text: str
) -> None:
    card = employee.say(text)
    assert card.title.startswith(TITLES[aspect])
    assert "nettsid" in card.title + card.as_text() or "web page" in card.title + card.as_text()
    assert not card.questions
    assert not card.awaiting


def test_an_explanation_names_the_page_by_its_address(employee: Talk, turns: Turns) -> None:
    turns.public_url = "https://bot.example.org"
    for text, path in (("slett innspillet mitt", "/innspill/svar"), ("kan sjefen se hvem jeg er", "/innspill")):
        assert f"bot.example.org{path} " in employee.say(text).as_text()


@pytest.mark.parametrize("text", [text for texts in OF_INPUTS.values() for text in texts])
def test_while_the_form_waits_it_is_explained_too(employee: Talk, text: str) -> None:
    employee.act("input.submit")
    assert not employee.say(text).questions


@pytest.mark.parametrize(
    "text", ["slett påmeldinga mi", "Slett påmeldingen min", "jeg vil trekke påmeldingen", "cancel my sign-up"]
)
def test_while_a_form_waits_an_order_is_asked_about_and_no_text(employee: Talk, text: str) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    employee.act("input.submit")
    card = employee.say(text)
    assert (card.did, card.outcome) == ("leave", "clarify")
    assert employee.press("workgroup.leave").outcome == "done"


@pytest.mark.parametrize(
    "text",
    [
        "vi må kunne se påmeldinger fra andre avdelinger",
        "ventelista er for lang",
        "godta ikke dette",
        "godkjenn forslaget",
        "Det er for lang ventelista på sykehjem. Hvor lang er den?",
    ],
)
def test_whatever_else_is_said_makes_it_something_else(employee: Talk, text: str) -> None:
    assert outright(text, {"ikke", "dette", "forslaget"}.__contains__) is None
    employee.act("input.submit")
    assert employee.say(text).questions[-1].value == text


@pytest.mark.parametrize(
    ("text", "coordinators", "others"),
    [
        ("se påmeldinger", "1 påmelding", "Du er ikke påmeldt"),
        ("hvem har meldt seg", "1 påmelding", "Hvem som har meldt seg på"),
        ("Hvem venter på svar?", "1 påmelding", "Hvem som har meldt seg på"),
        ("kven har meldt seg på?", "1 påmelding", "Kven som har meldt seg"),
        ("who is waiting for an answer", "1 sign-up", "Only the coordinators"),
        ("hvor lang er ventelista", "Plasser og ventelister", "Du er ikke påmeldt"),
        ("kor lang er ventelista", "Plassar og ventelister", "Du er ikkje påmeld"),
        ("how long is the waiting list?", "Places and waiting lists", "You are not signed up"),
        ("se sammensetningen", "Sammensetningen av gruppene", "OSU 2020 har 2"),
        ("vis samansetjinga av gruppene", "Samanset", "OSU 2020 har 2"),
        ("vis innspill", "0 innspill", "Dette skjer med innspill"),
        ("les innspela", "0 innspel", "Dette skjer med innspel"),
        ("show the inputs", "0 inputs", "This is what happens"),
    ],
)
def test_the_same_words_lead_those_with_a_role_to_their_list_and_others_to_what_is_theirs(
    leader: Talk, employee: Talk, turns: Turns, text: str, coordinators: str, others: str
) -> None:
    Talk(turns, "kari", NOW).act("workgroup.join", group="osu-omstilling")
    assert leader.say(text).title.startswith(coordinators)
    assert employee.say(text).title.startswith(others)


@pytest.mark.parametrize(
    "text", ["godta kari", "Godkjenn Kari", "kan du ta inn kari?", "accept Kari please", "avslå kari"]
)
def test_a_volunteer_that_is_named_is_shown_with_what_can_be_answered(
    leader: Talk, employee: Talk, turns: Turns, text: str
) -> None:
    for name in ("kari", "ola"):
        Talk(turns, name, NOW).act("workgroup.join", group="osu-omstilling")
    card = leader.say(text)
    assert "Kari" in card.title + card.as_text()
    assert {"signup.accept", "signup.decline"} <= {button.action for button in card.buttons}
    refused = employee.say(text)
    assert "Kari" not in refused.title + refused.as_text()
    assert "Ola" in leader.say("godta ola").title + leader.shown[-1].as_text()
    assert leader.say("godta petrine").title.startswith("2 ")


@pytest.mark.parametrize(
    "text", ["hvilken plass har jeg i køen", "kor står eg på ventelista", "what is my place in the queue?"]
)
def test_ones_own_place_is_that_in_the_line_of_the_sign_up(employee: Talk, text: str) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    assert employee.say(text).did == "show_signup_status"


@pytest.mark.parametrize("text", ["spol klokka fram", "still klokka fram", "fast forward the clock"])
def test_the_clock_of_the_demo_is_the_leaders(leader: Talk, employee: Talk, text: str) -> None:
    assert any(button.action == "clock.go" for button in leader.say(text).buttons)
    assert employee.say(text).outcome == "refused"


@pytest.mark.parametrize(
    "text", ["hvem leser varslene", "kven les varsla?", "who reads the notifications", "hvem går et varsel til?"]
)
def test_who_reads_notifications_is_told_of_those_who_take_them(employee: Talk, text: str) -> None:
    card = employee.say(text)
    assert "arslingsmottak" in card.as_text() or "recipient" in card.title
    assert card.outcome == "answered"


@pytest.mark.parametrize(
    "text", ["jeg vil varsle", "eg vil varsle", "I want to report something", "har dere en varslingskanal?"]
)
def test_who_wants_to_notify_is_told_how_and_of_no_harassment(employee: Talk, text: str) -> None:
    card = employee.say(text)
    assert card.title.startswith(("Slik kan du varsle", "This is how"))
    assert "2 A" in card.as_text()


def test_every_line_leads_to_something_that_can_be_done() -> None:
    assert set(actions()) <= ACTIONS.keys()


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("competence.show", "hvilken kompetanse mangler"),
        ("competence.show", "kven kan tenestedesign"),
        ("competence.show", "which skills are missing?"),
        ("competence.switch", "slå på kompetanse"),
        ("competence.confirm", "bekreft kompetanse"),
        ("competence.confirm", "stadfest grunnlaget for kompetanse"),
        ("competence.confirm", "confirm the competence record"),
        ("calendar.add", "legg møtene i kalenderen"),
        ("calendar.add", "legg møta i kalendaren min"),
        ("calendar.add", "iCal"),
        ("calendar.add", "abonner på kalenderen"),
        ("calendar.add", "add the dates to my calendar, please"),
        ("group.meetings", "vis møtene i arbeidsgruppe omstilling"),
        ("group.meetings", "når møtest gruppa?"),
        ("group.meetings", "show the group meetings"),
        ("signup.status", "har jeg fått frikjøp?"),
        ("signup.status", "lederen min sier nei"),
        ("signup.status", "leiaren min seier nei til frikjøp"),
        ("signup.status", "my boss says no"),
        ("release.list", "hvem venter på frikjøp fra meg"),
        ("release.list", "show the release requests"),
        ("decision.log", "hva er besluttet?"),
        ("decision.log", "kva har politikarane vedteke"),
        ("decision.log", "what has been decided so far"),
        ("decision.entry", "hvem bestemte det?"),
        ("decision.entry", "var det nokon som var ueinige"),
        ("recommendation.list", "hva skjedde med anbefalingene"),
        ("recommendation.list", "vart tilrådingane følgde opp?"),
        ("recommendation.open", "what happened to recommendation 3"),
        ("initiative.propose", "jeg har en idé til et tiltak"),
        ("initiative.propose", "Jeg har en idé!"),
        ("initiative.propose", "eg har ein idé"),
        ("initiative.propose", "Hei, I have an idea"),
        ("initiative.propose", "jeg har en god ide"),
        ("initiative.propose", "eg vil føreslå eit initiativ"),
        ("initiative.propose", "I have an idea for an initiative"),
        ("own.erase", "jeg vil slette meg selv"),
        ("own.erase", "eg vil sletta meg sjølv"),
        ("help", "jeg har ingen idé"),
        ("help", "eg har ikkje nokon idé"),
        ("help", "I have no idea"),
        ("initiative.mine", "hva skjedde med ideen min"),
        ("initiative.mine", "kva vart det av ideen min?"),
        ("initiative.mine", "what happened to my idea"),
        ("initiative.why", "hvorfor ikke mitt forslag"),
        ("initiative.why", "hvorfor ikke mitt"),
        ("initiative.why", "kvifor ikkje mitt?"),
        ("initiative.why", "why not mine"),
        ("initiative.why", "kvifor er ikkje ideen min på lista?"),
        ("initiative.why", "why was my idea not chosen"),
        ("initiative.ranking", "vis rangeringen"),
        ("initiative.ranking", "korleis er initiativa prioriterte"),
        ("told.on", "hva fikk vi vite i går"),
        ("told.on", "kva fekk vi beskjed om 20. november"),
        ("told.on", "what were we told yesterday?"),
        ("proposal.list", "forslagene fra gruppene"),
        ("proposal.list", "show the group proposals"),
        ("proposal.new", "skriv et forslag fra gruppa"),
        ("report.next", "når kommer neste statusrapport?"),
        ("report.next", "Når kjem neste statusrapport"),
        ("report.next", "next status report"),
        ("report.next", "when is the next status report due?"),
        ("report.next", "hvem får statusrapportene?"),
        ("report.latest", "vis siste statusrapport"),
        ("report.latest", "hva er status for prosjektet?"),
        ("report.latest", "korleis er statusen for prosjektet?"),
        ("report.latest", "show me the latest status report"),
        ("report.latest", "what is the status of the project?"),
        ("report.latest", "hva står det i siste statusrapport?"),
        ("report.latest", "kva står i den siste statusrapporten"),
        ("report.latest", "what does the last status report say?"),
        ("report.latest", "statusrapport"),
        ("report.latest", "statusrapporter"),
        ("report.latest", "send me the status report"),
        ("report.next", "når kommer statusrapportene"),
        ("report.next", "when do the status reports come out?"),
        ("report.draft", "hvem har svart på statusrapporten?"),
        ("report.draft", "hvem har ikke svart på statusrapporten?"),
        ("report.draft", "kven har ikkje svart på statusrapporten"),
        ("report.draft", "who has not answered the status report?"),
        ("report.draft", "lag statusrapport"),
        ("report.draft", "skriv ein ny statusrapport"),
        ("report.draft", "draft status report"),
        ("report.draft", "send statusrapporten"),
        ("report.rhythm", "sett opp statusrapport"),
        ("report.rhythm", "set up status reports"),
        ("report.list", "vis alle statusrapporter"),
        ("report.list", "show all status reports"),
        ("report.answer", "svar på statusrapporten"),
        ("report.draft", "vis utkastet til statusrapporten"),
        ("report.streams", "ny arbeidsstrøm"),
        ("risk.open", "er risikovurderingen ferdig"),
        ("risk.open", "hvem har ansvar for ROS-en"),
        ("risk.open", "hva er status på arbeidsmiljøvurderingen"),
        ("risk.open", "kor langt er de komne med risikovurderinga?"),
        ("risk.open", "is the risk assessment done"),
        ("risk.list", "vis risiko og arbeidsmiljø"),
        ("signup.register", "registrer en påmelding"),
        ("signup.by_hand", "hvem må jeg ringe"),
        ("signup.erase", "slett en frivillig som skrev e-post"),
        ("signup.erase", "erase somebody who wrote an email"),
        ("own.show", "hva vet du om meg"),
        ("own.show", "fortell mer om meg"),
        ("own.show", "kva opplysningar har du lagra om meg?"),
        ("own.show", "what do you know about me"),
        ("own.show", "vet du hvem jeg er?"),
        ("own.erase", "slett alt om meg"),
        ("own.erase", "kan du slette alt du vet om meg?"),
        ("own.erase", "gløym meg"),
        ("own.erase", "delete my data"),
        ("own.take", "last ned mine data"),
        ("own.take", "kan eg få ein kopi av opplysningane mine"),
        ("own.take", "I want to download my data"),
        ("own.correct", "navnet mitt er feil"),
    ],
)
def test_newer_things_are_reached_by_short_words_too(action: str, text: str) -> None:
    assert (outright(text) or ("",))[0] == action


def test_the_day_and_the_group_that_are_named_go_along(employee: Talk) -> None:
    assert "20. november" in employee.say("hva fikk vi beskjed om 20. november?").title
    assert "Arbeidsgruppe omstilling" in employee.say("vis møtene i arbeidsgruppe omstilling").title
    employee.say("legg kickoff i kalenderen min")
    assert (employee.answered.understanding or {})["values"]["milestone"] == "osu-kickoff"


@pytest.mark.parametrize(
    "text", ["godkjenn reiseregninga mi", "ta med dette videre", "ta inn det her", "approve my hours"]
)
def test_what_names_nobody_is_about_no_volunteer(leader: Talk, text: str) -> None:
    leader.say(text)
    assert (leader.answered.understanding or {})["values"].get("about") != "volunteers"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("sjefen min lurer på når kickoff er", "når kickoff er"),
        ("kollegaen min vil vite når MBM er", "når MBM er"),
        ("leiaren min spør kva fase vi er i", "kva fase vi er i"),
        ("my boss asks when the kickoff is", "when the kickoff is"),
    ],
)
def test_the_question_of_somebody_else_is_answered_as_it_is(employee: Talk, text: str, question: str) -> None:
    told = employee.say(question).title
    assert employee.say(text).title == told
    assert (employee.answered.understanding or {})["outcome"] == "answered"


@pytest.mark.parametrize(
    "text",
    [
        "sjefen min lurer på om du kan melde meg av",
        "leiaren min spør om du kan melde meg av",
        "sjefen vil at du melder meg av gruppa",
        "my boss wants you to sign me off",
        "my manager asks if you could cancel my sign-up",
    ],
)
def test_who_is_to_be_signed_off_by_another_is_asked_themselves(employee: Talk, text: str) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    assert employee.say(text).outcome == "clarify"
    assert "Arbeidsgruppe omstilling" in employee.act("signup.status").as_text()
    employee.say(text)
    assert employee.press("workgroup.leave").did == "leave"
    assert employee.say(text).outcome == "clarify", "there is nothing to withdraw, and nothing is done"


@pytest.mark.parametrize(
    "text", ["sjefen vil melde meg på", "jeg lurer på om du kan vise møtene", "hvem vil at du skal melde meg av"]
)
def test_nobody_else_wants_it_done(text: str) -> None:
    assert order_of_another(text) == ""


@pytest.mark.parametrize(
    "text", ["jeg lurer på når kickoff er", "hva spør folk om", "vi vil vite når kickoff er", "sjefen spør"]
)
def test_ones_own_question_is_left_as_it_is(text: str) -> None:
    assert question_of_another(text) == text


def test_one_is_asked_before_anything_of_ones_own_is_erased(employee: Talk) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    for text in ("slett alt om meg", "slett alt du veit om meg", "forget me"):
        assert employee.say(text).outcome == "clarify"
    assert "Arbeidsgruppe omstilling" in employee.say("hvilke grupper er jeg påmeldt?").as_text()


@pytest.mark.parametrize("action", TITLED)
def test_what_is_typed_as_a_button_says_is_that_button(leader: Talk, action: str) -> None:
    languages: tuple[Language, ...] = ("nb", "nn", "en")
    for language in languages:
        title = say(language, f"guide.button.{action}")
        leader.say(title)
        meant = (leader.answered.understanding or {})["intent"]
        assert meant == action, title
        assert (titled(f"{title.upper()}!") or ("",))[0] == action
        assert titled(f"{title} for 2021") is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("ta ut liste", "Ta ut en liste"),
        ("det som er lagret om meg", "Dette er lagret om deg"),
        ("Plassar og ventelister", "Plassar og ventelister"),
        ("registrer påmelding på e-post", "Registrer påmeldinger"),
        ("alle initiativer", "Initiativer i OSU 2020"),
        ("mine forslag", "Du har ikke foreslått"),
    ],
)
def test_a_buttons_title_shows_what_the_button_shows(leader: Talk, text: str, title: str) -> None:
    assert leader.say(text).title.startswith(title)


@pytest.mark.parametrize("text", ["ta ut liste", "sett topp 5", "Read notifications", "skriv et forslag"])
def test_a_title_that_is_anothers_button_means_what_is_ones_own(employee: Talk, text: str) -> None:
    assert employee.say(text).outcome != "refused"


@pytest.mark.parametrize("text", ["Neste milepæl", "Om fasene", "Arbeidsgrupper"])
def test_a_title_that_is_ordinary_speech_is_left_to_the_other_rules(text: str) -> None:
    assert titled(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "hva ble sendt 1. desember",
        "kva blei sendt i går",
        "hva ble sagt 24. november",
        "what was sent on 1 December",
    ],
)
def test_what_was_sent_on_a_day_is_read_off_what_was_sent(employee: Talk, text: str) -> None:
    employee.say(text)
    understood = employee.answered.understanding or {}
    assert understood["intent"] == "told.on"
    assert understood["values"]["from"]


@pytest.mark.parametrize("text", ["hva ble sagt om økonomi", "kva vart sendt til rådmannen"])
def test_what_was_said_of_a_matter_is_no_question_about_a_day(employee: Talk, text: str) -> None:
    employee.say(text)
    assert (employee.answered.understanding or {})["intent"] != "told.on"


@pytest.mark.parametrize("text", ["meld r5 av", "meld av sjefen min", "meld Kari av", "sign my boss off"])
def test_nobody_is_signed_off_by_another(employee: Talk, text: str) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    card = employee.say(text)
    assert card.title.startswith(("Hver og en melder seg av", "Everybody signs off"))
    assert "workgroup.leave" not in [button.action for button in card.buttons]


@pytest.mark.parametrize("text", ["meld meg av", "meld av", "meld meg av gruppa", "meld av arbeidsgruppe omstilling"])
def test_who_signs_off_themselves_is_signed_off_or_asked(employee: Talk, text: str) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    assert employee.say(text).did == "leave"


@pytest.mark.parametrize("text", ["hva vet du om meg", "det som er lagret om meg"])
def test_typed_ones_own_data_has_all_its_buttons(employee: Talk, text: str) -> None:
    actions_offered = [button.action for button in employee.say(text).buttons]
    assert actions_offered == ["own.choose", "own.correct", "own.take", "own.erase"]


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("hvilke forkortelser er det?", "abbreviations"),
        ("Hva står forkortelsene for", "abbreviations"),
        ("kva forkortingar finst det", "abbreviations"),
        ("vis ordlista", "abbreviations"),
        ("what abbreviations are there?", "abbreviations"),
        ("show me the glossary", "abbreviations"),
        ("hvilke filmer finnes", "films"),
        ("er filmane teksta?", "films"),
        ("do the films have subtitles", "films"),
        ("hva viser tidslinja i lysbildene?", "timeline_figure"),
        ("kva betyr punkta i tidslinja", "timeline_figure"),
        ("what does the timeline in the slides mean", "timeline_figure"),
    ],
)
def test_a_list_of_the_documents_is_asked_for_as_a_whole(text: str, aspect: str) -> None:
    assert outright(text) == ("programme.about", {"aspect": aspect})


@pytest.mark.parametrize("text", ["hva står forkortelsen MBM for", "har dere en film om parkering", "vis tidslinja"])
def test_one_of_a_list_is_not_the_list(text: str) -> None:
    assert outright(text) is None
