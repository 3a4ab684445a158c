"""One card shows and sets all that comes by itself: reminders, digest, quiet hours, and putting it off."""

from datetime import timedelta

import pytest

from bot.turns import Turns
from tests.talk import Talk

SHIFT = {"begins": "8", "ends": "16", "free_days": "off"}


def shown(person: Talk) -> dict[str, str]:
    return {question.name: question.value for question in person.act("quiet.show").questions}


def test_it_shows_what_holds_for_whoever_has_set_nothing(employee: Talk) -> None:
    assert shown(employee) == {
        "reminders": "on",
        "digest": "off",
        "weekday": "monday",
        "most": "5",
        "begins": "17",
        "ends": "7",
        "free_days": "on",
    }


def test_all_of_it_is_set_at_once_and_shown_again(employee: Talk) -> None:
    chosen = {**SHIFT, "most": "3", "reminders": "off", "digest": "biweekly", "weekday": "friday"}
    employee.act("quiet.show")
    assert employee.press("quiet.save", **chosen).outcome == "done"
    assert employee.press("quiet.show").questions[0].value == "off"
    assert shown(employee) == chosen
    assert "annenhver uke, på fredag" in employee.act("settings").as_text()


def test_what_the_form_does_not_hold_stays(employee: Talk) -> None:
    employee.act("quiet.save", **SHIFT, digest="weekly")
    employee.act("quiet.save", ends="15")
    assert shown(employee)["begins"] == "8"
    assert shown(employee)["digest"] == "weekly"


def test_an_hour_that_is_none_is_refused_and_nothing_is_set(employee: Talk) -> None:
    for wrong in ("24", "99", "-1", "seven", "9" * 50):
        assert employee.act("quiet.save", begins=wrong, reminders="off").outcome == "refused"
    assert shown(employee)["begins"] == "17"
    assert shown(employee)["reminders"] == "on"


def test_what_was_saved_is_said_in_words(employee: Talk) -> None:
    employee.act("quiet.show")
    form = {"begins": "20", "ends": "8", "free_days": "off", "most": "2", "reminders": "off"}
    text = employee.press("quiet.save", **form, digest="weekly", weekday="friday").as_text()
    for said in (
        "Stilletid: fra kl. 20:00 til kl. 08:00",
        "Påminnelser om milepæler: av",
        "Oppsummering: hver uke",
        "Dag for oppsummeringen: fredag",
        "uka som du ikke har bedt om, på det meste: 2 meldinger",
        "helligdager: nei, jeg jobber også da",
    ):
        assert said in text
    assert "Dag for" not in employee.act("quiet.save", digest="off").as_text()


def test_from_an_hour_to_itself_is_said_to_be_none(employee: Talk) -> None:
    text = employee.act("quiet.save", begins="20", ends="20", free_days="off").as_text()
    assert "Stilletid: ingen. Fra kl. 20:00 til kl. 20:00 er samme klokkeslett og gir ingen stilletid." in text
    assert "Det er ikke stilletid nå" in text


def test_it_says_until_when_it_is_quiet(employee: Talk) -> None:
    assert "onsdag" not in employee.act("quiet.save", begins="17").as_text()
    assert "tirsdag 24. november 2020 kl. 16:00" in employee.act("quiet.save", **SHIFT).as_text()


def test_everything_is_put_off_and_that_is_ended_again(employee: Talk) -> None:
    assert "tirsdag 1. desember 2020 kl. 07:00" in employee.act("quiet.snooze", days=7).title
    assert "er utsatt til" in employee.act("quiet.show").as_text()
    employee.press("quiet.snooze")
    assert "er utsatt til" not in employee.act("quiet.show").as_text()


def test_what_was_put_off_is_over_by_itself(employee: Talk) -> None:
    employee.act("quiet.snooze", days=1)
    employee.now += timedelta(days=2)
    assert "er utsatt til" not in employee.act("quiet.show").as_text()


def test_the_settings_lead_there(employee: Talk, turns: Turns) -> None:
    assert "quiet.show" in [button.action for button in employee.act("settings").buttons]


def test_the_number_a_week_is_the_programmes_until_another_is_chosen(employee: Talk) -> None:
    assert shown(employee)["most"] == "5"
    assert employee.act("quiet.save", most="2").outcome == "done"
    assert shown(employee)["most"] == "2"
    employee.act("quiet.save", most="0")
    assert shown(employee)["most"] == "0"


def test_a_number_that_is_none_is_refused_and_nothing_is_set(employee: Talk) -> None:
    for wrong in ("51", "-1", "five", "9" * 50):
        assert employee.act("quiet.save", most=wrong, reminders="off").outcome == "refused"
    assert shown(employee)["most"] == "5"
    assert shown(employee)["reminders"] == "on"


def test_one_press_leaves_out_all_but_what_must_be_said_and_one_press_undoes_it(employee: Talk) -> None:
    employee.act("quiet.show")
    text = employee.press("quiet.musts").as_text()
    assert "Dette kommer fortsatt: meldinger fra arbeidsgiver, påminnelser om frister" in text
    assert "Dette kommer fortsatt" in employee.act("quiet.show").as_text()
    assert "Du får alt igjen" in employee.press("quiet.musts").title
    assert "Dette kommer fortsatt" not in employee.act("quiet.show").as_text()


@pytest.mark.parametrize(
    "text",
    [
        "påminnelser og stilletid",
        "Stilletid",
        "jeg vil ha stilletid",
        "når har jeg stilletid?",
        "påminningar og stilletid",
        "reminders and quiet hours",
        "påminelser og stilletid",
    ],
)
def test_typed_it_is_the_form_itself(employee: Talk, text: str) -> None:
    card = employee.say(text)
    assert [question.name for question in card.questions] == [
        "reminders",
        "digest",
        "weekday",
        "most",
        "begins",
        "ends",
        "free_days",
    ]
    assert {"quiet.save", "quiet.snooze", "quiet.musts", "subscription.set"} <= {one.action for one in card.buttons}


def test_hours_that_are_typed_are_filled_in_and_set_by_the_button_only(employee: Talk) -> None:
    for text in ("sett stilletid fra 16 til 8", "stilletid frå kl. 16 til kl. 8", "quiet hours from 16:00 to 8"):
        form = {question.name: question.value for question in employee.say(text).questions}
        assert (form["begins"], form["ends"]) == ("16", "8"), text
    assert shown(employee)["begins"] == "17"
    employee.say("sett stilletid fra 16 til 8")
    employee.press("quiet.save", begins="16", ends="8")
    assert (shown(employee)["begins"], shown(employee)["ends"]) == ("16", "8")
    assert {question.value for question in employee.say("stilletid fra 99 til 8").questions[4:5]} == {"16"}


def test_turning_off_is_still_that(employee: Talk) -> None:
    assert employee.say("slå av alle meldinger").did == "set_subscription"
    assert employee.shown[-1].questions == ()


def test_what_somebody_asked_to_be_reminded_of_is_shown_to_them(employee: Talk) -> None:
    assert "Du har bedt om" not in employee.act("quiet.show").as_text()
    employee.act("reminder.set", milestone="osu-kickoff", days=7)
    text = employee.act("quiet.show").as_text()
    assert "Du har bedt om å bli minnet på" in text
    assert "kickoff: 7 dager før" in text


def test_pressed_twice_it_is_set_once(employee: Talk) -> None:
    for _ in range(2):
        assert "bare det arbeidsgiver må si" in employee.act("quiet.musts", on=True).title
    assert "bare det arbeidsgiver må si" in employee.act("quiet.musts", on="tull").title


def test_whoever_asks_for_a_digest_gets_it(employee: Talk) -> None:
    employee.act("quiet.musts", on=True)
    employee.act("subscription.set", on=True, topic="digest", frequency="weekly")
    assert "Dette kommer fortsatt" not in employee.act("quiet.show").as_text()


@pytest.mark.parametrize(
    "text",
    ["kun det dere må si", "Bare det arbeidsgiver må si", "berre det de må seie", "only what you have to tell me"],
)
def test_words_that_want_only_that_get_it(employee: Talk, text: str) -> None:
    assert "Dette kommer fortsatt" not in employee.act("quiet.show").as_text()
    employee.say(text)
    assert "Dette kommer fortsatt" in employee.act("quiet.show").as_text()


@pytest.mark.parametrize("text", ["hva må dere si?", "kun det dere sier om kickoff", "bare si fra"])
def test_words_that_speak_of_saying_set_nothing(employee: Talk, text: str) -> None:
    employee.say(text)
    assert "Dette kommer fortsatt" not in employee.act("quiet.show").as_text()


def test_messages_at_night_are_set_where_hours_are(employee: Talk) -> None:
    assert "begins" in [question.name for question in employee.say("meldinger i natt").questions]
