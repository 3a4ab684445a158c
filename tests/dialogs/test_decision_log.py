"""The decisions log as everybody reads it, and as leaders write it: what is not recorded is not said to be decided."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from dialogs import reminders
from dialogs.card import Card
from storage import people, programmes
from storage.decision_log import DecisionEntry
from storage.outbox import Message
from storage.people import Person
from tests.talk import CheckedTurns, Talk

BEFORE = datetime(2020, 11, 24, 9, tzinfo=UTC)
AFTER = datetime(2020, 12, 3, 9, tzinfo=UTC)
VEDTAK = {
    "title": "Innsparinger i OSU",
    "text": "Det spares 25 millioner.",
    "body": "Kommunestyret",
    "on": "2. desember",
    "discussed": "Formannskapet, november 2020\nDe tillitsvalgte, 30. november",
    "dissent": "Mindretallet ville spare mindre.",
    "dissent_of": "minority",
    "basis": "https://example.org/sak/1\nFremtidens arbeidsplass",
    "means": "Budsjettet gjelder fra nyttår.",
}
COUNCIL = {"coming": "osu-kommunestyret", "kind": "political"}


def somebody(stores: Stores, account: str, *roles: str, now: datetime = AFTER, programme: str = "osu2020") -> Talk:
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(now), programme), account, now)
    talk.act("help")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == account.title())).one()
        for role in roles:
            people.grant(session, person, programme, role)
    return talk


def recorded(stores: Stores, **changes: str) -> Talk:
    """The council's vedtak, recorded by a leader."""
    leader = somebody(stores, "leder", "leader")
    leader.act("decision.decide", **COUNCIL)
    assert leader.press("decision.decided", **{**VEDTAK, **changes}).outcome == "done"
    return leader


def actions(card: Card) -> list[str]:
    return [button.action for button in card.buttons]


@pytest.mark.parametrize(
    "words",
    ["hva bestemte kommunestyret 2. desember?", "kva vedtok kommunestyret den 2. desember",
     "what did the council decide on 2 December"],
)  # fmt: skip
def test_before_it_is_recorded_it_is_to_come_and_afterwards_not_recorded(stores: Stores, words: str) -> None:
    early = somebody(stores, "kari", now=BEFORE).say(words)
    assert any(word in early.as_text() for word in ("Kommer.", "Kjem.", "To come."))
    late = somebody(stores, "ola").say(words)
    assert late.outcome == "unknown"
    assert any(word in late.as_text() for word in ("Ikke ført.", "Ikkje ført.", "Not recorded."))
    assert "25" not in late.as_text()


def test_what_the_council_decided_is_told_and_the_model_of_the_same_day_is_not(stores: Stores) -> None:
    recorded(stores)
    told = somebody(stores, "kari").say("hva bestemte kommunestyret 2. desember?").as_text()
    for said in ("Det spares 25 millioner.", "Vedtak", "Kommunestyret", "onsdag 2. desember 2020", "De tillitsvalgte",
                 "Uenighet, mindretallet: Mindretallet ville spare mindre.", "Budsjettet gjelder"):  # fmt: skip
        assert said in told, said
    listed = somebody(stores, "ola").say("hva er besluttet?")
    text = listed.as_text()
    assert "Innsparinger i OSU: Vedtak · Kommunestyret · onsdag 2. desember 2020" in text
    assert "Beslutning av ny organisasjonsmodell: Beslutning · onsdag 2. desember 2020" in text
    assert text.index("ingenting er ført") < text.index("Beslutning av ny organisasjonsmodell")
    political = somebody(stores, "per").say("hvilke vedtak er fattet").as_text()
    assert "Beslutning av ny" not in political


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hvem bestemte det?", "Bestemt av: Kommunestyret."),
        ("kven vedtok dette", "Bestemt av: Kommunestyret."),
        ("who decided that", "Decided by: Kommunestyret."),
        ("var noen uenige", "Ja, noen var uenige."),
        ("var det noen som var imot", "Ja, noen var uenige."),
        ("did anyone disagree", "Yes, some disagreed."),
    ],
)
def test_what_is_asked_on_is_of_the_one_that_was_spoken_of(stores: Stores, words: str, said: str) -> None:
    recorded(stores)
    kari = somebody(stores, "kari")
    kari.say("hva bestemte kommunestyret 2. desember?")
    assert said in kari.say(words).as_text()


def test_who_decided_what_is_not_recorded_is_not_told(stores: Stores) -> None:
    kari = somebody(stores, "kari")
    kari.say("når besluttes modellen?")
    told = kari.say("hvem bestemte det?")
    assert told.title == "Beslutning av ny organisasjonsmodell"
    assert "Ikke ført." in told.as_text()
    assert "Hvem: ikke oppgitt" in told.as_text()


def test_where_no_dissent_is_recorded_it_is_not_said_that_all_agreed(stores: Stores) -> None:
    recorded(stores, dissent="", dissent_of="-")
    kari = somebody(stores, "kari")
    kari.say("hva bestemte kommunestyret 2. desember?")
    assert "Det sier ikke om alle var enige" in kari.say("var noen uenige").as_text()


@pytest.mark.parametrize(
    "words",
    ["hva er besluttet", "kva er bestemt", "hvilke vedtak er fattet", "vis beslutningsloggen",
     "kva har politikarane vedteke", "what has been decided", "which decisions have been made", "decision log",
     "Beslutninger og vedtak"],
)  # fmt: skip
def test_the_words_for_the_log_lead_to_it(stores: Stores, words: str) -> None:
    card = somebody(stores, "kari").say(words)
    assert "decision.filter" in actions(card)
    assert not {"decision.list", "decision.decide"} & set(actions(card)), "leaders' own"


def test_who_works_on_none_is_told_what_is_to_be_decided(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    leader.act("decision.new")
    leader.press("decision.save", title="Flytte seksjonen")
    assert "Flytte seksjonen" in leader.say("hvilke saker skal besluttes?").as_text()
    told = somebody(stores, "kari").say("hvilke saker skal besluttes?").as_text()
    assert "Beslutning av ny organisasjonsmodell" in told
    assert "Flytte seksjonen" not in told, "nobody is told what is only being prepared"


def test_what_was_typed_stands_beside_what_is_wrong(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    leader.act("decision.decide", **COUNCIL)
    again = leader.press("decision.decided", **{**VEDTAK, "discussed": "Fagforbundet, 1. desember", "on": "en onsdag"})
    assert again.outcome == "refused"
    again = leader.press("decision.decided", **{**VEDTAK, "discussed": "Fagforbundet, 1. desember"})
    said = {question.name: (question.value, question.error) for question in again.questions}
    assert said["discussed"][0] == "Fagforbundet, 1. desember"
    assert "ikke forbundet (Fagforbundet)" in said["discussed"][1]
    assert said["dissent_of"] == ("minority", "")
    assert leader.press("decision.decided", **VEDTAK).outcome == "done"


def model_recorded(stores: Stores) -> Talk:
    """A leader who has recorded, eight days before the plan's day, that the new model was decided."""
    with stores.database.writing() as session:
        programmes.get(session, "osu2020").discussed_before_decided = False
    leader = somebody(stores, "leder", "leader", now=BEFORE)
    leader.act("decision.decide", coming="osu-beslutning", kind="administrative")
    saved = leader.press(
        "decision.decided", title="Ny organisasjonsmodell", text="Modell B er valgt.", by="Direktøren",
        on="24. november",
    )  # fmt: skip
    assert saved.outcome == "done"
    return leader


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("er ny organisasjonsmodell besluttet?", "Modell B er valgt."),
        ("har ny organisasjonsmodell blitt vedtatt?", "Modell B er valgt."),
        ("når ble ny organisasjonsmodell besluttet?", "tirsdag 24. november 2020"),
        ("hvem besluttet ny organisasjonsmodell?", "Bestemt av: Direktøren."),
        ("kven bestemte ny organisasjonsmodell?", "Bestemt av: Direktøren."),
        ("who decided the new organisation model?", "Decided by: Direktøren."),
        ("hva ble besluttet 24. november?", "Modell B er valgt."),
        ("gjelder ny organisasjonsmodell fortsatt?", "Ja, det gjelder."),
        ("gjeld ny organisasjonsmodell framleis?", "Ja, det gjeld."),
    ],
)
def test_what_is_recorded_before_the_day_of_the_plan_is_told(stores: Stores, words: str, said: str) -> None:
    model_recorded(stores)
    card = somebody(stores, "kari", now=BEFORE).say(words)
    assert (card.outcome, card.title) == ("answered", "Ny organisasjonsmodell")
    assert said in card.as_text()
    assert "2. desember" not in card.as_text()


def test_when_it_was_decided_and_whether_it_holds_is_of_the_one_spoken_of(stores: Stores) -> None:
    model_recorded(stores)
    kari = somebody(stores, "kari", now=BEFORE)
    assert "Ny organisasjonsmodell: Beslutning" in kari.say("når ble det bestemt?").as_text(), "of none yet: the log"
    kari.say("er ny organisasjonsmodell besluttet?")
    assert "Bestemt: tirsdag 24. november 2020." in kari.say("når ble det bestemt?").as_text()
    assert "Ja, det gjelder." in kari.say("gjelder det fortsatt?").as_text()


def test_before_it_is_recorded_who_decided_is_unknown(stores: Stores) -> None:
    told = somebody(stores, "kari", now=BEFORE).say("hvem besluttet ny organisasjonsmodell?")
    assert told.outcome == "unknown"
    assert "Kommer." in told.as_text()


def test_nobody_is_reminded_of_what_is_decided_already(stores: Stores) -> None:
    due = datetime(2020, 12, 1, 12, tzinfo=UTC)

    def reminded() -> list[str]:
        with stores.database.reading() as session:
            programme = programmes.get(session, "osu2020")
            return [title for _, title in reminders.coming(session, programme, BEFORE, "nb")]

    assert any("organisasjonsmodell" in title for title in reminded())
    model_recorded(stores)
    assert not any("organisasjonsmodell" in title for title in reminded())
    with stores.database.writing() as session:
        reminders.queue_milestone_reminders(session, programmes.get(session, "osu2020"), due)
        cards = [row.cards["nb"]["title"] for row in session.exec(select(Message)).all()]
    assert not any("organisasjonsmodell" in title for title in cards)


def test_what_is_recorded_already_is_shown_where_it_is_recorded_otherwise(stores: Stores) -> None:
    leader = recorded(stores)
    form = leader.act("decision.decide", kind="political")
    button = next(one for one in form.buttons if one.action == "decision.decided")
    leader.press(button, **{**VEDTAK, "title": "En annen", "coming": "-"})
    again = leader.press(button, **{**VEDTAK, "title": "En helt annen", "coming": "-"})
    assert (again.outcome, again.title) == ("refused", "En annen")
    assert "Saken er allerede registrert som besluttet." in again.as_text()
    assert "decision.correct" in actions(again)


def test_only_one_has_decided(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    with stores.database.writing() as session:
        programmes.get(session, "osu2020").discussed_before_decided = False
    form = leader.act("decision.decide", kind="administrative")
    body = next(one for one in form.questions if one.name == "body").choices[1].value
    typed = {"title": "Flytting", "text": "Vi flytter.", "on": "2. desember", "body": body, "by": "Direktøren"}
    refused = leader.press("decision.decided", **typed)
    assert "både valgt" in next(one.error for one in refused.questions if one.name == "by")
    assert f"Hvem: {body}" in leader.press("decision.decided", **{**typed, "by": ""}).as_text()
    correction = leader.act("decision.correct", decision=1)
    said = {one.name: one.value for one in correction.questions}
    assert (said["body"], said["by"]) == (body, ""), "what is chosen is not written once more"
    done = leader.press("decision.corrected", **{**said, "body": "-", "by": "Direktøren", "reason": "Feil navn."})
    assert "Hvem: Direktøren" in done.as_text()


def test_a_correction_of_nothing_is_none(stores: Stores) -> None:
    leader = recorded(stores)
    said = {one.name: one.value for one in leader.act("decision.correct", decision=1).questions}
    refused = leader.press("decision.corrected", **said)
    assert refused.outcome == "refused"
    assert "Ingenting er endret." in next(one.error for one in refused.questions if one.name == "reason")


def test_the_same_form_twice_is_one_entry(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader")
    form = leader.act("decision.decide", **COUNCIL)
    button = next(one for one in form.buttons if one.action == "decision.decided")
    for _ in range(2):
        assert leader.press(button, **VEDTAK).outcome == "done"
    with stores.database.reading() as session:
        assert len(session.exec(select(DecisionEntry)).all()) == 1


def test_a_correction_of_before_somebody_elses_is_refused_once_with_its_text(stores: Stores) -> None:
    leader, other = recorded(stores), somebody(stores, "annen", "leader")
    for talk in (leader, other):
        talk.act("decision.correct", decision=1)
    typed = {**VEDTAK, "kind": "political", "reason": "Tallet var feil."}
    assert other.press("decision.corrected", **{**typed, "text": "24 millioner."}).outcome == "done"
    refused = leader.press("decision.corrected", **{**typed, "text": "23 millioner."})
    said = {question.name: (question.value, question.error) for question in refused.questions}
    assert said["text"][0] == "23 millioner."
    assert "Annen har rettet det mens du skrev" in said["reason"][1]
    assert "23 millioner." in leader.press("decision.corrected", **{**typed, "text": "23 millioner."}).as_text()
    versions = somebody(stores, "kari").act("decision.versions", decision=1)
    assert [button.values.get("number") for button in versions.buttons[:3]] == [1, 2, 3]
    first = somebody(stores, "ola").act("decision.entry", decision=1, number=1).as_text()
    assert "Dette er versjon 1" in first
    assert "25 millioner" in first


def test_what_is_replaced_says_by_what_and_leads_there(stores: Stores) -> None:
    leader = recorded(stores)
    leader.act("decision.decide", kind="political")
    leader.press("decision.decided", **{**VEDTAK, "title": "Ny budsjettsak", "coming": "-"})
    leader.act("decision.reverse", decision=1)
    assert leader.press("decision.reversed", standing="replaced", instead="-", reason="x").outcome == "refused"
    leader.press("decision.reversed", standing="replaced", instead="2", reason="Ny behandling.")
    card = somebody(stores, "kari").act("decision.entry", decision=1)
    assert "Omgjort. I stedet gjelder «Ny budsjettsak». Ny behandling." in card.as_text()
    assert card.buttons[0].values == {"decision": 2}
    assert "· omgjort" in somebody(stores, "ola").say("hva er besluttet").as_text()


def test_an_announcement_of_it_opens_it_also_after_it_was_corrected(stores: Stores) -> None:
    leader = recorded(stores)
    leader.act("decision.announce", decision=1)
    told = leader.shown[0]
    assert told.title == "Innsparinger i OSU"
    opening = next(one for one in told.buttons if one.action == "decision.entry")
    leader.act("decision.correct", decision=1)
    typed = {**VEDTAK, "kind": "political", "reason": "Tallet var feil.", "text": "Det spares 24 millioner."}
    leader.press("decision.corrected", **typed)
    opened = somebody(stores, "kari").act(opening.action, **opening.values).as_text()
    assert "24 millioner" in opened
    assert "Versjon 2" in opened


def test_whether_it_was_done_is_answered_from_the_log(stores: Stores) -> None:
    asks = "ble prosjektplanen vedtatt?"
    now = datetime(2019, 2, 1, 9, tzinfo=UTC)
    before = somebody(stores, "kari", now=now, programme="os2019").say(asks)
    assert before.outcome == "unknown"
    assert {"coming": "os-vedtak-plan"} in [button.values for button in before.buttons]
    leader = somebody(stores, "leder", "leader", now=now, programme="os2019")
    leader.act("decision.decide", coming="os-vedtak-plan", kind="political")
    leader.press(
        "decision.decided", **{**VEDTAK, "title": "Prosjektplanen", "text": "Planen er vedtatt.", "on": "24. januar"}
    )
    after = somebody(stores, "ola", now=now, programme="os2019").say(asks)
    assert "Planen er vedtatt." in after.as_text()


def test_a_month_is_told_as_a_month(stores: Stores) -> None:
    now = datetime(2019, 10, 2, 9, tzinfo=UTC)
    leader = somebody(stores, "leder", "leader", now=now, programme="os2019")
    form = leader.act("decision.decide", coming="os-slutt", kind="political")
    assert next(one.value for one in form.questions if one.name == "on") == "september 2019"
    told = leader.press("decision.decided", **{**VEDTAK, "basis": "", "on": "september 2019"}).as_text()
    assert "Når: september 2019" in told
    assert "september 2019" in leader.act("decision.list").as_text()
    assert "30. september" not in told + leader.act("decision.list").as_text()


def test_narrowed_by_kind_body_and_period(stores: Stores) -> None:
    recorded(stores)
    kari = somebody(stores, "kari")
    kari.act("decision.filter")
    assert "Innsparinger" in kari.press("decision.log", kind="political", body="Kommunestyret", period="2020").as_text()
    kari.act("decision.filter")
    assert "Innsparinger" not in kari.press("decision.log", kind="political", body="-", period="januar 2020").as_text()
    kari.act("decision.filter")
    wrong = kari.press("decision.log", kind="-", body="-", period="snart")
    assert wrong.outcome == "refused"
    assert wrong.questions[2].value == "snart"


@pytest.mark.parametrize(
    "values", [{"decision": 99}, {"decision": "x"}, {"coming": "tull"}, {"decision": 1, "number": 7}]
)
def test_old_and_invented_buttons_show_what_there_is(stores: Stores, values: dict[str, object]) -> None:
    recorded(stores)
    card = somebody(stores, "kari").act("decision.entry", **values)
    assert card.outcome in ("answered", "refused")


def test_a_decision_that_is_prepared_for_the_plan_is_recorded_for_it(stores: Stores) -> None:
    leader = somebody(stores, "leder", "leader", now=AFTER + timedelta(days=1))
    leader.act("decision.new", coming="osu-beslutning")
    prepared = leader.press("decision.save", title="Ny modell")
    assert prepared.title == "Ny modell"
    assert leader.act("decision.new", coming="osu-beslutning").title == "Ny modell", "it is the one that was begun"
    refused = leader.act("decision.decide", decision=1, kind="administrative")
    assert (refused.outcome, refused.questions) == ("refused", ()), "before much is written"
    assert "mangler" in refused.as_text()
