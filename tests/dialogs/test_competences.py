"""What people see of competence: off with the reason, for those it is for, in their own words, and told beforehand."""

import pytest

from bot.app import Stores
from bot.turns import Turns
from dialogs.card import Card
from storage import people
from tests.conftest import NOW
from tests.talk import Talk

GROUP = {"group": "osu-omstilling"}
GROUNDS = {
    "discussed_on": "10.1.2020",
    "discussion": "Referat MBM 1/20",
    "assessed_on": "20.1.2020",
    "assessment": "DPIA 20/17",
    "until": "31.12.2020",
}


def somebody(turns: Turns, stores: Stores, name: str, *roles: str) -> Talk:
    talk = Talk(turns, name, NOW)
    talk.act("help")
    with stores.database.writing() as session:
        person = people.recognise(session, talk.where, "osu2020")
        for role in roles:
            people.grant(session, person, "osu2020", role)
    return talk


def switched_on(turns: Turns, stores: Stores) -> Talk:
    leader = somebody(turns, stores, "leder", "leader")
    leader.act("competence.switch")
    assert leader.press("competence.switched", **GROUNDS).outcome == "done"
    representative = somebody(turns, stores, "tillitsvalgt", "employee_representative")
    representative.act("competence.confirm")
    assert representative.press("competence.confirmed").title == "Kompetanse er slått på"
    return leader


def volunteer(turns: Turns, stores: Stores, name: str, can: str) -> Talk:
    talk = somebody(turns, stores, name)
    talk.act("workgroup.join", **GROUP)
    talk.press("signup.tell")
    talk.press("signup.told", competences=can)
    return talk


def choices(card: Card) -> dict[str, str]:
    return {question.label: question.value for question in card.questions}


def test_it_is_off_and_says_what_it_takes(turns: Turns, stores: Stores) -> None:
    card = somebody(turns, stores, "koordinator", "coordinator").act("competence.show")
    assert card.outcome == "refused"
    assert "drøftet med de tillitsvalgte" in card.title + card.as_text()
    assert "DPIA" in card.title + card.as_text()


@pytest.mark.parametrize("action", ["competence.show", "competence.needs", "competence.switch", "competence.filled"])
def test_without_a_role_it_is_refused(turns: Turns, stores: Stores, action: str) -> None:
    switched_on(turns, stores)
    assert somebody(turns, stores, "ansatt").act(action, **GROUP).outcome == "refused"


def test_a_form_without_its_grounds_comes_back_as_it_was(turns: Turns, stores: Stores) -> None:
    leader = somebody(turns, stores, "leder", "leader")
    leader.act("competence.switch")
    card = leader.press("competence.switched", **{**GROUNDS, "assessed_on": "31.2.2020"})
    assert card.outcome == "refused"
    assert [question.name for question in card.questions if question.error] == ["assessed_on"]
    assert {question.name: question.value for question in card.questions}["discussion"] == "Referat MBM 1/20"
    assert leader.press("competence.switched", **GROUNDS).title == "Venter på de ansattes side"
    # Sent once more it shows what was recorded.
    assert "Referat MBM 1/20" in leader.act("competence.switched", on=True, **GROUNDS).as_text()


def test_the_way_from_needs_to_what_is_missing(turns: Turns, stores: Stores) -> None:
    leader = switched_on(turns, stores)
    coordinator = somebody(turns, stores, "koordinator", "coordinator")
    volunteer(turns, stores, "ola", "Har jobbet med tjenestedesign. Liker turer.")
    form = leader.act("competence.needs")
    chosen = {question.name: question.value for question in form.questions}
    assert all(chosen.values()), "a platform sends no empty choice"
    leader.press("competence.needs", **chosen | GROUP)
    assert leader.press("competence.needs_set", needs="Tjenestedesign\nJus\njus").title.startswith("Lagret")
    assert leader.act("competence.show", **GROUP).outcome == "refused"

    card = coordinator.act("competence.show", **GROUP)
    assert "Ola: «Har jobbet med tjenestedesign.»" in card.as_text()
    assert "turer" not in card.as_text()
    assert "Mangler: hente i markedet, ansette eller lære opp?" in card.as_text()
    assert choices(card) == {"Mangler: Jus": "none"}
    (question,) = card.questions
    decided = coordinator.press("competence.filled", **{question.name: "market", "filling-999": "hire"})
    assert decided.outcome == "done"
    assert "Det hentes i markedet" in decided.as_text()
    assert "Det hentes i markedet" in coordinator.act("competence.show").as_text()


def test_needs_that_break_a_rule_come_back_as_they_were_written(turns: Turns, stores: Stores) -> None:
    leader = switched_on(turns, stores)
    leader.act("competence.needs", **GROUP, initiative="")
    card = leader.press("competence.needs_set", needs="Jus\n" + "x" * 61)
    assert card.outcome == "refused"
    assert card.questions[0].value.startswith("Jus\n")
    assert "60 tegn" in card.questions[0].error


def test_an_ideas_own_words_are_shown_where_its_needs_are_written(turns: Turns, stores: Stores) -> None:
    leader = switched_on(turns, stores)
    title, need = "Felles vaktbok", "En vaktbok for alle"
    idea = {"title": title, "need": need, "for_whom": "Alle", "value": "Mindre leting", "competences": "UU og jus"}
    leader.act("initiative.propose")
    leader.press("initiative.proposed", **idea)
    leader.act("competence.needs")
    choice = next(one for one in leader.shown[-1].questions[1].choices if one.title == title)
    card = leader.press("competence.needs", **GROUP, initiative=choice.value)
    assert "I forslaget står det: UU og jus" in card.as_text()


def test_volunteers_are_told_beforehand_only_while_it_is_on(turns: Turns, stores: Stores) -> None:
    early = volunteer(turns, stores, "tidlig", "jus")
    assert "sammenlignet" not in early.act("signup.tell", **GROUP).as_text()
    leader = switched_on(turns, stores)
    coordinator = somebody(turns, stores, "koordinator", "coordinator")
    leader.act("competence.needs", **GROUP, initiative="")
    leader.press("competence.needs_set", needs="jus")
    shown = coordinator.act("competence.show", **GROUP).as_text()
    assert "Tidlig" not in shown
    assert "før de fikk vite hva det brukes til" in shown
    told = early.act("signup.tell", **GROUP)
    assert "sammenlignet med det gruppa trenger" in told.as_text()
    assert "31. desember 2020" in told.as_text()
    early.press("signup.told", competences="jus")
    assert "Tidlig: «jus»" in coordinator.act("competence.show", **GROUP).as_text()


def test_what_was_written_in_an_older_form_is_not_looked_at(turns: Turns, stores: Stores) -> None:
    early = volunteer(turns, stores, "tidlig", "jus")
    early.act("signup.tell", **GROUP)
    leader = switched_on(turns, stores)
    early.press("signup.told", competences="jus")
    leader.act("competence.needs", **GROUP, initiative="")
    leader.press("competence.needs_set", needs="jus")
    coordinator = somebody(turns, stores, "koordinator", "coordinator")
    assert "Tidlig" not in coordinator.act("competence.show", **GROUP).as_text()


def test_the_person_sees_it_and_erasing_takes_it(turns: Turns, stores: Stores) -> None:
    leader = switched_on(turns, stores)
    coordinator = somebody(turns, stores, "koordinator", "coordinator")
    ola = volunteer(turns, stores, "ola", "jus")
    assert "kan sammenlignes med det gruppa trenger" in ola.act("own.part", area="groups").as_text()
    leader.act("competence.needs", **GROUP, initiative="")
    leader.press("competence.needs_set", needs="jus")
    assert "Ola" in coordinator.act("competence.show", **GROUP).as_text()
    ola.act("own.erase")
    ola.press("own.erased")
    assert "Ola" not in coordinator.act("competence.show", **GROUP).as_text()


def test_switching_off_is_said_and_hides_it_at_once(turns: Turns, stores: Stores) -> None:
    leader = switched_on(turns, stores)
    coordinator = somebody(turns, stores, "koordinator", "coordinator")
    assert any(one.action == "competence.show" for one in coordinator.act("composition.show").buttons)
    leader.act("competence.switch")
    assert leader.press(next(one for one in leader.shown[-1].buttons if one.style == "destructive")).outcome == "done"
    assert coordinator.act("competence.show").outcome == "refused"
    assert not any(one.action == "competence.show" for one in coordinator.act("composition.show").buttons)


@pytest.mark.parametrize(
    "text",
    [
        "hvilken kompetanse mangler",
        "Hvilken kompetanse mangler vi i gruppene?",
        "kva kompetanse manglar",
        "kven kan tenestedesign",
        "hvem har sagt at de kan jus?",
        "what skills are missing",
        "who knows service design",
    ],
)
def test_words_lead_coordinators_there_and_nobody_else(turns: Turns, stores: Stores, text: str) -> None:
    switched_on(turns, stores)
    card = somebody(turns, stores, "koordinator", "coordinator").say(text)
    assert [button.action for button in card.buttons] == ["competence.show", "competence.needs"]
    other = somebody(turns, stores, "ansatt").say(text)
    assert not any(button.action.startswith("competence.") for button in other.buttons)


@pytest.mark.parametrize("text", ["slå på kompetanse", "Slå av kompetanse", "switch on competence"])
def test_words_lead_leaders_to_the_switch(turns: Turns, stores: Stores, text: str) -> None:
    card = somebody(turns, stores, "leder", "leader").say(text)
    assert [button.action for button in card.buttons] == ["competence.switched"]


@pytest.mark.parametrize(
    ("language", "missing"),
    [
        ("nb", "Mangler: hente i markedet, ansette eller lære opp?"),
        ("nn", "Manglar: hente i marknaden, tilsetje eller lære opp?"),
        ("en", "Missing: buy in the market, hire or train?"),
    ],
)
def test_what_is_missing_is_said_in_their_language(turns: Turns, stores: Stores, language: str, missing: str) -> None:
    leader = switched_on(turns, stores)
    leader.act("competence.needs", **GROUP, initiative="")
    leader.press("competence.needs_set", needs="jus")
    coordinator = somebody(turns, stores, "koordinator", "coordinator")
    coordinator.act("language.set", language=language)
    assert missing in coordinator.act("competence.show", **GROUP).as_text()
