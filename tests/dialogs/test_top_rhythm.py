"""A leader says when the top 5 is sent, in a sentence or a form; what cannot be is told with what can."""

from datetime import UTC, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card, Items, Text
from storage import rhythms
from storage.outbox import Kind, Message, Status
from storage.rhythms import LAST, Often, Rhythm, TopRhythm
from tests.clockwork import run_at
from tests.dialogs.test_top_list import ORDER, kinds, reports
from tests.talk import Talk

OSLO = ZoneInfo("Europe/Oslo")
NIGHTLY = Rhythm(Often.WEEKLY, 6, clock=time(2, 30))


def days(card: Card) -> list[str]:
    return [label for block in card.blocks if isinstance(block, Items) for label, _ in block.items]


def stored(turns: Turns) -> list[TopRhythm]:
    with turns.database.reading() as session:
        return list(session.exec(select(TopRhythm)))


@pytest.mark.parametrize(
    ("text", "title", "first"),
    [
        (
            "send topp 5 første mandag i måneden kl. 09",
            "Topp 5 sendes første mandag i måneden kl. 09:00",
            "Mandag 7. desember 2020 kl. 09:00 (sentraleuropeisk normaltid)",
        ),
        ("Topp 5 skal sendes hver fredag kl 8", "Topp 5 sendes hver fredag kl. 08:00", "Fredag 27. november 2020"),
        ("send topp 5 annenhver tirsdag", "Topp 5 sendes annenhver tirsdag kl. 09:00", "Tirsdag 1. desember 2020"),
        (
            "send topp fem siste torsdag i mnd",
            "Topp 5 sendes siste torsdag i måneden kl. 09:00",
            "Torsdag 26. november",
        ),
        ("send topp 5 hver fredga kl 8", "Topp 5 sendes hver fredag kl. 08:00", "Fredag 27. november 2020"),
        ("sett topp 5-lista til 2. tirsdag i måneden kl. 0830", "Topp 5 sendes andre tirsdag i måneden kl. 08:30", "T"),
        ("send topp 5 hver 2. uke på onsdag", "Topp 5 sendes annenhver onsdag kl. 09:00", "Onsdag 25. november 2020"),
        ("send topp 5 kvar fredag klokka ni", "Topp 5 blir send kvar fredag kl. 09:00", "Fredag 27. november 2020"),
        ("send topp 5 fyrste måndag i månaden", "Topp 5 blir send første måndag i månaden kl. 09:00", "Måndag 7. des"),
        ("send topp 5 kvar andre veke på onsdagar", "Topp 5 blir send annankvar onsdag kl. 09:00", "Onsdag 25. nov"),
        ("send the top 5 every friday at 2 pm", "The top 5 is sent every Friday at 14:00", "Friday 27 November 2020"),
        (
            "send top five on the last thursday of the month",
            "The top 5 is sent the last Thursday of the month at 09:00",
            "Thursday 26 November 2020",
        ),
        ("send top 5 every other week on mondays", "The top 5 is sent every other Monday at 09:00", "Monday 30 Nov"),
    ],
)
def test_one_sentence_sets_it_and_its_next_days_are_told(leader: Talk, text: str, title: str, first: str) -> None:
    card = leader.say(text)
    assert (card.title, card.outcome) == (title, "done")
    assert len(days(card)) == 3
    assert days(card)[0].startswith(first)


def test_it_is_sent_then_and_not_when_it_was_before(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    leader.say("send topp 5 hver fredag kl 8")
    for moment in ("2020-11-27T07:59+01:00", "2020-11-27T08:00+01:00", "2020-11-27T08:05+01:00"):
        run_at(turns, moment)
    assert kinds(turns.database).count("top_list") == 1
    run_at(turns, "2020-12-04T08:00+01:00")
    run_at(turns, "2020-12-07T09:00+01:00")
    assert kinds(turns.database).count("top_list") == 2


def test_an_hour_before_it_was_chosen_is_not_made_up_for(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    leader.say("send topp 5 hver mandag kl 8")
    assert "top_list" not in kinds(turns.database)
    run_at(turns, "2020-11-24T09:05+01:00")
    assert "top_list" not in kinds(turns.database)


def test_what_changed_is_told_since_the_last_one_that_was_sent(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    run_at(turns, "2020-12-07T09:00+01:00")
    leader.now = datetime(2020, 12, 8, 9, tzinfo=UTC)
    leader.act("top.save", place_1="osu-ini-ledelse")
    leader.now = datetime(2020, 12, 15, 9, tzinfo=UTC)
    leader.say("send topp 5 hver fredag kl 8")
    run_at(turns, "2020-12-18T08:00+01:00")
    with turns.database.reading() as session:
        told = session.exec(select(Message).where(Message.kind == Kind.TOP_LIST)).all()[-1].cards["nb"]
    assert "ny på lista" in Card.model_validate(told).as_text()


def test_the_form_sets_the_same_and_shows_it_again(leader: Talk, turns: Turns) -> None:
    form = leader.act("top.rhythm")
    assert {question.name: question.value for question in form.questions} == {
        "often": "monthly_1",
        "weekday": "monday",
        "clock": "09:00",
    }
    done = leader.press("top.rhythm_set", often="monthly_last", weekday="thursday", clock="10.30")
    assert done.title == "Topp 5 sendes siste torsdag i måneden kl. 10:30"
    again = {question.name: question.value for question in leader.act("top.rhythm").questions}
    assert again == {"often": "monthly_last", "weekday": "thursday", "clock": "10:30"}


def test_words_answer_the_form_without_naming_the_list(leader: Talk) -> None:
    leader.act("top.rhythm")
    assert leader.say("annenhver tirsdag kl 8").title == "Topp 5 sendes annenhver tirsdag kl. 08:00"
    leader.act("top.rhythm")
    assert "milepæl" in leader.say("hva er neste milepæl?").as_text().casefold(), "anything else is what it was"


def test_the_same_twice_is_once_and_one_press_undoes_it(leader: Talk, turns: Turns) -> None:
    for _ in range(2):
        leader.say("send topp 5 hver fredag kl 8")
    assert len(stored(turns)) == 1
    leader.say("send topp 5 annenhver fredag kl 8")
    back = next(button for button in leader.shown[-1].buttons if button.title == "Tilbake til slik det var")
    assert "Før: hver fredag kl. 08:00." in leader.shown[-1].as_text()
    assert leader.press(back).title == "Topp 5 sendes hver fredag kl. 08:00"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("send topp 5 hvert 5. kvarter", "høyst én gang i uka"),
        ("send topp 5 hver dag kl 9", "høyst én gang i uka"),
        ("send topp 5 31. februar", "finnes ikke i kalenderen"),
        ("send topp 5 den 31. februar hvert år", "finnes ikke i kalenderen"),
        ("send topp 5 den 15. hver måned", "Velg en ukedag"),
        ("send topp 5 femte mandag i måneden", "Ikke alle måneder"),
        ("send topp 5 hvert kvartal", "hver uke, annenhver uke eller én gang i måneden"),
        ("send topp 5 hver tredje uke på mandag", "hver uke, annenhver uke eller én gang i måneden"),
        ("send topp 5 mandag og onsdag hver uke", "Velg én ukedag"),
        ("send topp 5 hver mandag kl 25", "klokkeslettet"),
    ],
)
def test_nonsense_is_refused_with_what_can_be(leader: Talk, turns: Turns, text: str, why: str) -> None:
    card = leader.say(text)
    assert card.outcome == "refused"
    assert why in " ".join(question.error for question in card.questions)
    assert stored(turns) == []


def test_a_form_that_no_page_of_ours_sends_is_refused(leader: Talk, turns: Turns) -> None:
    for wrong in ({"often": "hourly"}, {"often": "monthly_5"}, {"often": "weekly", "weekday": "someday"}):
        assert leader.act("top.rhythm_set", **wrong).outcome == "refused"
    for clock in ("24", "9.75", "ni", "9" * 30):
        assert leader.act("top.rhythm_set", often="weekly", weekday="monday", clock=clock).outcome == "refused"
    assert stored(turns) == []


def test_only_leaders_set_it(employee: Talk, turns: Turns) -> None:
    for refused in (
        employee.say("send topp 5 hver fredag kl 8"),
        employee.act("top.rhythm"),
        employee.act("top.rhythm_set", often="weekly", weekday="friday"),
    ):
        assert refused.outcome == "refused"
        assert "bare ledere" in refused.as_text()
    assert stored(turns) == []


def test_thinking_aloud_and_half_a_rhythm_fill_in_the_form_and_set_nothing(leader: Talk, turns: Turns) -> None:
    for text in ("Bør vi sende topp 5 hver fredag?", "ikke send topp 5 hver fredag", "send topp 5 ukentlig"):
        card = leader.say(text)
        assert card.questions[0].value == "weekly", text
        assert card.outcome == "answered"
    assert stored(turns) == []


def test_other_words_about_the_list_mean_what_they_meant(leader: Talk) -> None:
    for text in ("hva er topp 5 denne måneden?", "hva er topp 5", "vis topp 5"):
        leader.say(text)
        assert leader.answered.understanding is not None
        assert leader.answered.understanding["intent"] == "initiative.top"


def test_an_hour_that_most_have_quiet_is_told_with_when_they_get_it(leader: Talk) -> None:
    card = leader.say("send topp 5 hver fredag kl. 20")
    assert card.outcome == "done"
    warned = next(block.text for block in card.blocks if isinstance(block, Text) and block.style == "warning")
    assert "stilletid" in warned
    assert "mandag 30. november 2020 kl. 07:00" in warned


def test_a_holiday_among_the_next_days_is_told(leader: Talk) -> None:
    leader.now = datetime(2021, 3, 24, 9, tzinfo=UTC)
    card = leader.say("send topp 5 hver torsdag kl 9")
    (items,) = [block.items for block in card.blocks if isinstance(block, Items)]
    assert [bool(more) for _, more in items] == [False, True, False]
    assert "tirsdag 6. april 2021 kl. 07:00" in items[1][1]


def test_holidays_make_it_too_late_for_nobody_who_has_usual_hours(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    leader.say("send topp 5 hver torsdag kl 9")
    for moment in ("2021-04-01T09:00+02:00", "2021-04-06T07:00+02:00"):
        run_at(turns, moment)
    counts = reports(turns, "top_list")[-1][1]
    assert (Status.SKIPPED, "too_late") not in counts


def test_it_can_be_left_to_leaders(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    assert "ikke av seg selv" in leader.act("top.rhythm_set", often="never").title
    run_at(turns, "2020-12-07T09:00+01:00")
    assert "top_list" not in kinds(turns.database)
    leader.act("top.save", place_1="osu-ini-ledelse")
    assert "ikke av seg selv" in leader.shown[-1].as_text()


@pytest.mark.parametrize(
    ("rhythm", "since", "wanted"),
    [
        (
            Rhythm(Often.WEEKLY, 6, clock=time(2, 30)),
            "2021-03-21T12:00+01:00",
            ["03-28T03:30+02:00", "04-04T02:30+02:00"],
        ),
        (
            Rhythm(Often.WEEKLY, 6, clock=time(2, 30)),
            "2021-10-25T12:00+02:00",
            ["10-31T02:30+02:00", "11-07T02:30+01:00"],
        ),
        (Rhythm(Often.MONTHLY, 3, LAST), "2021-02-01T12:00+01:00", ["02-25T09:00+01:00", "03-25T09:00+01:00"]),
        (Rhythm(Often.MONTHLY, 0, 4), "2021-02-01T12:00+01:00", ["02-22T09:00+01:00", "03-22T09:00+01:00"]),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_comes_once(rhythm: Rhythm, since: str, wanted: list[str]) -> None:
    now = datetime.fromisoformat(since)
    found = list(islice(rhythms.coming(rhythm, now, OSLO), 2))
    assert [at.isoformat()[5:16] + at.isoformat()[19:] for at in found] == wanted
    for at in found:
        assert rhythms.last(rhythm, at, OSLO) == at
