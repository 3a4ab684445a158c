"""Status reports through the front door: asked for, answered, composed, sent, and shown again as they were sent."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import Schedule
from dialogs import reminders
from dialogs.card import Card, Items, Text
from dialogs.status_notices import queue_status_reports, tell
from storage import (
    erasing,
    group_seats,
    people,
    programmes,
    status_answers,
    status_changes,
    status_reports,
    status_streams,
    status_told,
    workgroups,
)
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.quiet_hours import QuietHours
from storage.status_answers import Said, Standing
from storage.status_reports import ReportState, StatusReport
from tests.talk import CheckedTurns, Talk

PROGRAMME = "ou2021"
#: A Monday. The first report is meant for Thursday 20 May: asked for on Tuesday, since Monday the 17th is off.
AT = datetime(2021, 5, 10, 7, tzinfo=UTC)
FIRST_DAY = "20. mai 2021"
ASKED, REMINDED, MADE = (datetime(2021, 5, day, 7, tzinfo=UTC) for day in (18, 19, 20))
GOOD = {"done": "Kartlagt alle ledernivåene.", "standing": "on_plan", "risks": "Få folk\nUklart mandat"}
LATE = {"done": "Lite.", "standing": "late", "why": "To er syke.", "risks": "Få folk\nDyrt",
        "decisions": "Skal fristen flyttes?"}  # fmt: skip


def somebody(stores: Stores, account: str, *roles: str, seat: bool = False) -> Talk:
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(AT), PROGRAMME), account, AT)
    talk.act("help")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == account.title())).one()
        for role in roles:
            people.grant(session, person, PROGRAMME, role)
        if seat:
            group_seats.give(session, person, workgroups.get(session, PROGRAMME, "ou-styringsgruppe"), AT)
    return talk


@pytest.fixture
def chief(stores: Stores) -> Talk:
    """The project leader, with two streams of which one has an account, and the first day set."""
    talk = somebody(stores, "sjef", "leader")
    somebody(stores, "eier")
    somebody(stores, "medlem", seat=True)
    talk.act("report.rhythm")
    talk.press("report.rhythm_set", day=FIRST_DAY, weeks="3", clock="09:00")
    for title in ("Ledernivåer", "Grensesnitt"):
        talk.act("report.stream")
        talk.press("report.stream_added", title=title, owner="")
    talk.press("report.owners")
    talk.press("report.owners_set", stream=stream(stores, 0), owner="Eier", stand_in="")
    return talk


def stream(stores: Stores, place: int) -> str:
    with stores.database.reading() as session:
        return status_streams.every(session, PROGRAMME)[place].key


def choose(stores: Stores, **said: bool) -> None:
    """What the programme's file says otherwise from now on."""
    with stores.database.writing() as session:
        programme = session.get_one(programmes.Programme, PROGRAMME)
        programme.status_reports = {**(programme.status_reports or {}), **said}
        programmes.mark_changed(session, PROGRAMME)


def tick(stores: Stores, now: datetime) -> int:
    with stores.database.writing() as session:
        return queue_status_reports(session, programmes.get(session, PROGRAMME), now)


def owed(stores: Stores, to: str) -> list[Card]:
    """What somebody is owed, in bokmål."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, OutboxRow.person_id == Person.id)  # type: ignore[arg-type]
            .where(Person.name == to)
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        )
        return [Card.model_validate(message.cards["nb"]) for message in rows]


def titles(stores: Stores, to: str) -> list[str]:
    return [card.title for card in owed(stores, to)]


def answer(stores: Stores, talk: Talk, place: int = 0, **typed: str) -> Card:
    with stores.database.reading() as session:
        report = status_reports.newest(session, PROGRAMME)
        assert report is not None
        item = status_reports.items(session, report)[place].identity
    talk.act("report.answer", item=item)
    return talk.press("report.answered", **{**GOOD, **typed})


def sent(stores: Stores, chief: Talk) -> Card:
    chief.act("report.preview")
    return chief.press("report.send")


def test_from_the_questions_to_the_report_that_is_sent(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED - timedelta(minutes=1))
    assert owed(stores, "Eier") == []
    tick(stores, ASKED)
    assert titles(stores, "Eier") == ["Tre spørsmål om Ledernivåer"]
    assert titles(stores, "Sjef") == ["Noen kan ikke spørres til statusrapporten 20. mai 2021"]
    assert "Grensesnitt: Ingen eier er navngitt. Ingen konto er gitt" in owed(stores, "Sjef")[0].as_text()
    owner = somebody(stores, "eier")
    kept = answer(stores, owner)
    assert kept.outcome == "done"
    assert "Rapporten lages torsdag 20. mai 2021 kl. 09:00" in kept.as_text()
    tick(stores, REMINDED)
    assert len(titles(stores, "Eier")) == 1, "who has answered is not reminded"
    early = chief.act("report.preview")
    assert "report.send" not in [button.action for button in early.buttons]
    tick(stores, MADE)
    assert titles(stores, "Sjef")[-1] == "Utkastet til statusrapporten 20. mai 2021 er klart"
    assert "1 av 2 arbeidsstrømmer har svart" in owed(stores, "Sjef")[-1].as_text()
    assert owed(stores, "Medlem") == [], "never sent by itself"
    chief.act("report.introduce")
    looked = chief.press("report.introduced", introduction="En god start.", remarks="")
    assert "En god start." in looked.as_text()
    done = chief.press("report.send")
    assert done.outcome == "done"
    [told] = owed(stores, "Medlem")
    text = told.as_text()
    for said in ("Statusrapport 20. mai 2021", "En god start.", "Ledernivåer: På plan", "Grensesnitt: Ikke besvart",
                 "1 arbeidsstrøm har ikke svart. Ingenting er fylt inn for den.",
                 "den første rapporten"):  # fmt: skip
        assert said in text, said
    member = somebody(stores, "medlem")
    assert member.act("report.latest").as_text() == text


def test_the_owner_who_has_not_answered_is_reminded_once(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    for now in (REMINDED - timedelta(minutes=1), REMINDED, REMINDED, REMINDED + timedelta(hours=3)):
        tick(stores, now)
    assert titles(stores, "Eier") == ["Tre spørsmål om Ledernivåer", "Påminnelse: Ledernivåer har ikke svart"]


def test_an_owner_who_is_away_is_stood_in_for(stores: Stores, chief: Talk) -> None:
    somebody(stores, "vikar")
    chief.act("report.owners", stream=stream(stores, 0))
    chief.press("report.owners_set", stream=stream(stores, 0), owner="Eier", stand_in="Vikar")
    with stores.database.writing() as session:
        owner = session.exec(select(Person).where(Person.name == "Eier")).one()
        session.add(QuietHours(person_id=owner.identity, snoozed_until=AT + timedelta(days=30)))
    tick(stores, ASKED)
    assert owed(stores, "Eier") == []
    assert "fordi den som eier Ledernivåer, ikke kan nås nå" in owed(stores, "Vikar")[0].as_text()
    answer(stores, somebody(stores, "vikar"))
    tick(stores, MADE)
    assert "(Besvart av Vikar, som er vikar)" in chief.act("report.preview").as_text()


def test_whoever_is_given_a_stream_that_a_report_waits_for_is_asked_at_once_and_once(
    stores: Stores, chief: Talk
) -> None:
    somebody(stores, "ny")
    tick(stores, ASKED)
    chief.act("report.owners", stream=stream(stores, 1))
    for _ in range(2):
        chief.act("report.owners_set", stream=stream(stores, 1), owner="Ny", stand_in="")
    assert titles(stores, "Ny") == ["Tre spørsmål om Grensesnitt"]
    assert answer(stores, somebody(stores, "ny"), 1).outcome == "done"
    chief.act("report.owners_set", stream=stream(stores, 1), owner="Eier", stand_in="")
    assert titles(stores, "Eier") == ["Tre spørsmål om Ledernivåer"], "what is answered is not asked for again"


def test_when_the_owner_erases_themselves_the_stand_in_is_asked_and_then_the_project_leader_is_told(
    stores: Stores, chief: Talk
) -> None:
    deputy = somebody(stores, "vikar")
    chief.act("report.owners", stream=stream(stores, 0))
    chief.press("report.owners_set", stream=stream(stores, 0), owner="Eier", stand_in="Vikar")
    tick(stores, ASKED)
    told_before = len(owed(stores, "Sjef"))
    assert owed(stores, "Vikar") == []
    owner = somebody(stores, "eier")
    owner.act("own.erase")
    assert owner.press("own.erased").outcome == "done"
    assert titles(stores, "Vikar") == ["Tre spørsmål om Ledernivåer"]
    assert len(owed(stores, "Sjef")) == told_before
    deputy.act("own.erase")
    assert deputy.press("own.erased").outcome == "done"
    [told] = owed(stores, "Sjef")[told_before:]
    assert "Den som svarte for den, er ikke her lenger, og ingen vikar er her" in told.as_text()


def test_whoever_is_given_a_stream_of_a_draft_is_not_told_an_hour_that_is_over(stores: Stores, chief: Talk) -> None:
    somebody(stores, "ny")
    tick(stores, ASKED)
    tick(stores, MADE)
    chief.act("report.owners_set", stream=stream(stores, 1), owner="Ny", stand_in="")
    [asked] = owed(stores, "Ny")
    assert "er laget, men ikke sendt" in asked.as_text()
    assert "kl. 09:00" not in asked.as_text()


def test_an_owner_who_has_answered_and_erases_themselves_leaves_nothing_to_be_asked(
    stores: Stores, chief: Talk
) -> None:
    owner = somebody(stores, "eier")
    tick(stores, ASKED)
    answer(stores, owner)
    told_before = titles(stores, "Sjef")
    owner.act("own.erase")
    assert owner.press("own.erased").outcome == "done"
    assert titles(stores, "Sjef") == told_before


def test_with_nobody_to_stand_in_the_project_leader_is_told(stores: Stores, chief: Talk) -> None:
    with stores.database.writing() as session:
        session.exec(select(Person).where(Person.name == "Eier")).one().is_muted = True
    tick(stores, ASKED)
    assert "Kan ikke nås nå, og ingen vikar er her" in owed(stores, "Sjef")[0].as_text()


def test_what_changed_since_last_is_told(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    owner = somebody(stores, "eier")
    answer(stores, owner)
    answer(stores, chief, 1, risks="")
    tick(stores, MADE)
    sent(stores, chief)
    tick(stores, ASKED + timedelta(weeks=3))
    form = owner.act("report.answer")
    assert {one.name: one.value for one in form.questions}["risks"] == "Få folk\nUklart mandat"
    assert {one.name: one.value for one in form.questions}["done"] == ""
    owner.press("report.answered", **LATE)
    tick(stores, MADE + timedelta(weeks=3))
    text = chief.act("report.preview").as_text()
    for said in ("Endret siden 20. mai 2021", "Ledernivåer: Fra på plan til forsinket", "Ledernivåer: Ny risiko: Dyrt",
                 "Ledernivåer: Risikoen er ikke nevnt lenger: Uklart mandat",
                 "Grensesnitt: Har ikke svart denne gangen. Sist: på plan"):  # fmt: skip
        assert said in text, said
    assert "Ny risiko: Få folk" not in text
    assert "Ledernivåer: Skal fristen flyttes?" in text


def test_a_leader_s_change_of_an_answer_stands_with_the_name(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    answer(stores, somebody(stores, "eier"))
    form = chief.act("report.pick")
    chief.press("report.chosen", stream=form.questions[0].choices[0].value)
    assert "I rapporten står det at svaret er ditt" in chief.shown[-1].as_text()
    chief.press("report.answered", **{**GOOD, "done": "Noe helt annet."})
    tick(stores, MADE)
    assert "Svaret er endret av Sjef i prosjektledelsen" in chief.act("report.preview").as_text()


def test_what_was_typed_stands_beside_what_is_wrong(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    refused = answer(stores, somebody(stores, "eier"), standing="late", why="")
    fields = {one.name: one for one in refused.questions}
    assert refused.outcome == "refused"
    assert (fields["why"].error, fields["done"].value) == ("Skriv hvorfor det ikke er på plan.", GOOD["done"])
    assert fields["standing"].value == "late"


def test_a_form_of_before_somebody_elses_answer_comes_back_with_what_was_typed(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    owner = somebody(stores, "eier")
    owner.act("report.answer")
    form = chief.act("report.pick")
    chief.press("report.chosen", stream=form.questions[0].choices[0].value)
    chief.press("report.answered", **GOOD)
    refused = owner.press("report.answered", **{**GOOD, "done": "Mitt svar."})
    assert "Sjef har svart mens du skrev" in refused.questions[0].error
    assert "Kartlagt alle ledernivåene." in refused.as_text()
    assert refused.questions[0].value == "Mitt svar."
    assert owner.press("report.answered", **{**GOOD, "done": "Mitt svar."}).outcome == "done"


def test_of_two_who_write_the_introduction_the_second_sees_what_the_first_wrote(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    other = somebody(stores, "andre", "leader")
    for talk in (chief, other):
        talk.act("report.introduce")
    answer(stores, somebody(stores, "eier"))
    assert chief.press("report.introduced", introduction="Sjefens ord.", remarks="").outcome == "done"
    refused = other.press("report.introduced", introduction="Andres ord.", remarks="")
    assert "Sjef har skrevet innledningen mens du skrev" in refused.questions[0].error
    assert "Sjefens ord." in refused.as_text()
    assert refused.questions[0].value == "Andres ord."
    assert "Andres ord." in other.press("report.introduced", introduction="Andres ord.", remarks="").as_text()


def test_what_is_written_for_a_report_that_was_sent_meanwhile_is_shown_and_not_lost(
    stores: Stores, chief: Talk
) -> None:
    tick(stores, ASKED)
    tick(stores, MADE)
    owner, other = somebody(stores, "eier"), somebody(stores, "andre", "leader")
    owner.act("report.answer")
    other.act("report.introduce")
    sent(stores, chief)
    late = owner.press("report.answered", **GOOD)
    later = other.press("report.introduced", introduction="Andres ord.", remarks="")
    for card, text in ((late, GOOD["done"]), (late, "Uklart mandat"), (later, "Andres ord.")):
        assert (card.outcome, card.buttons[0].action) == ("refused", "report.latest")
        assert "Rapporten er sendt og kan ikke endres" in card.as_text()
        assert text in card.as_text()


def test_what_changed_while_it_was_looked_at_is_looked_at_again(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    tick(stores, MADE)
    chief.act("report.preview")
    answer(stores, somebody(stores, "eier"))
    refused = chief.press("report.send")
    assert refused.outcome == "refused"
    assert "Ledernivåer: På plan" in refused.as_text()
    assert owed(stores, "Medlem") == []
    assert chief.press("report.send").outcome == "done"


def test_it_is_sent_once_however_often_the_button_is_pressed(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    tick(stores, MADE)
    chief.act("report.preview")
    button = next(one for one in chief.shown[-1].buttons if one.action == "report.send")
    assert [chief.press(button).outcome for _ in range(2)] == ["done", "done"]
    assert len(owed(stores, "Medlem")) == 1
    assert "Sendt til 1, 0 har fått den, 1 venter" in chief.shown[-1].as_text()


def test_project_leaders_are_reminded_of_what_is_not_sent(stores: Stores, chief: Talk) -> None:
    for now in (ASKED, MADE, MADE + timedelta(days=1), MADE + timedelta(days=1), MADE + timedelta(days=5),
                MADE + timedelta(days=9)):  # fmt: skip
        tick(stores, now)
    assert titles(stores, "Sjef")[2:] == ["Statusrapporten 20. mai 2021 er ikke sendt"] * 2


@pytest.mark.parametrize("awake_at", [ASKED + timedelta(hours=30), MADE - timedelta(minutes=5)])
def test_asleep_over_the_hour_of_the_questions_they_are_asked_late(
    stores: Stores, chief: Talk, awake_at: datetime
) -> None:
    tick(stores, awake_at)
    tick(stores, MADE)
    assert titles(stores, "Eier") == ["Tre spørsmål om Ledernivåer"]
    assert titles(stores, "Sjef")[-1] == "Utkastet til statusrapporten 20. mai 2021 er klart"


def test_asleep_over_the_report_itself_whoever_answers_has_a_working_day(stores: Stores, chief: Talk) -> None:
    awake_at = MADE + timedelta(hours=1)
    tick(stores, awake_at)
    assert "lages fredag 21. mai 2021 kl. 09:00" in owed(stores, "Eier")[0].as_text()
    tick(stores, MADE + timedelta(days=1))
    tick(stores, ASKED + timedelta(weeks=3))
    with stores.database.reading() as session:
        rows = session.exec(select(StatusReport).order_by(StatusReport.id)).all()  # type: ignore[arg-type]
        assert [(row.meant_for.isoformat(), row.state) for row in rows] == [
            ("2021-05-20", ReportState.DRAFT), ("2021-06-10", ReportState.ASKED)
        ]  # fmt: skip


def test_a_report_that_is_asked_for_late_is_the_next_one_until_its_hour_and_then_waits_to_be_sent(
    stores: Stores, chief: Talk
) -> None:
    awake_at = MADE + timedelta(hours=1)
    tick(stores, awake_at)
    chief.turns.clock, chief.now = DemoClock(awake_at), awake_at
    lines = [title for block in chief.act("report.next").blocks if isinstance(block, Items) for title, _ in block.items]
    assert lines == [f"{day} 2021 kl. 09:00" for day in ("Fredag 21. mai", "Torsdag 10. juni", "Torsdag 1. juli")]
    tick(stores, MADE + timedelta(days=1))
    chief.turns.clock = DemoClock(MADE + timedelta(days=1))
    chief.now = MADE + timedelta(days=1)
    text = chief.act("report.next").as_text()
    assert "er laget. Den kommer når prosjektledelsen har sendt den." in text
    assert "Fredag 21. mai" not in text
    sent(stores, chief)
    assert "er laget" not in chief.act("report.next").as_text()


def test_a_report_that_nobody_sent_stays_in_the_list(stores: Stores, chief: Talk) -> None:
    for weeks in (0, 3):
        tick(stores, ASKED + timedelta(weeks=weeks))
        tick(stores, MADE + timedelta(weeks=weeks))
    sent(stores, chief)
    card = chief.act("report.list")
    assert "2 statusrapporter" in card.title
    assert "Statusrapport 20. mai 2021: Ble ikke sendt" in card.as_text()
    assert "Statusrapport 10. juni 2021: Sendt til 1" in card.as_text()
    assert [button.values["report"] for button in card.buttons if button.action == "report.open"] == [2]


def test_all_that_is_sent_can_be_read_before_it_is_sent_and_by_project_leaders_alone(
    stores: Stores, chief: Talk
) -> None:
    tick(stores, ASKED)
    answer(stores, somebody(stores, "eier"), deviations="To uker etter.")
    tick(stores, MADE)
    chief.act("report.preview")
    read = chief.press("report.part")
    for said in (GOOD["done"], "To uker etter.", "Uklart mandat", "Del 1 av 2"):
        assert said in read.as_text(), said
    assert "Ikke besvart" in chief.press("report.part").as_text()
    member = somebody(stores, "medlem")
    assert member.act("report.part", report=1).outcome == "refused"
    assert chief.press("report.preview").buttons[0].action == "report.send"
    assert chief.press("report.send").outcome == "done"
    assert GOOD["done"] in member.act("report.part", report=1).as_text()


def test_no_button_leads_to_where_one_is_or_to_what_is_always_refused(stores: Stores, chief: Talk) -> None:
    def offered(talk: Talk, action: str, **values: int) -> set[str]:
        return {button.action for button in talk.act(action, **values).buttons}

    stranger, member = somebody(stores, "noen"), somebody(stores, "medlem")
    assert "report.latest" not in offered(member, "report.next"), "nothing is sent yet"
    tick(stores, ASKED)
    tick(stores, MADE)
    sent(stores, chief)
    assert "report.latest" not in offered(stranger, "report.next")
    assert "report.latest" in offered(member, "report.next")
    assert "report.document" not in offered(member, "report.latest") | offered(member, "report.part", report=1)
    member.turns = CheckedTurns(
        stores.database, stores.inputs, DemoClock(AT), PROGRAMME, sign_download=lambda asked, person, until: "/d"
    )
    assert "report.document" in offered(member, "report.latest") & offered(member, "report.part", report=1)
    late = chief.act("report.introduce", report=1)
    assert (late.outcome, late.buttons[0].action) == ("refused", "report.latest")


def test_a_tick_more_or_another_process_does_nothing_more(stores: Stores, chief: Talk) -> None:
    for now in (ASKED, REMINDED, MADE):
        for _ in range(3):
            tick(stores, now)
    with stores.database.reading() as session:
        assert len(session.exec(select(StatusReport)).all()) == 1
    assert len(owed(stores, "Eier")) == 2
    assert tick(stores, MADE) == 0


def test_no_report_comes_after_the_project_s_last_day(stores: Stores, chief: Talk) -> None:
    day = datetime(2021, 5, 10, 7, tzinfo=UTC)
    while day < datetime(2022, 1, 10, tzinfo=UTC):
        tick(stores, day)
        day += timedelta(days=1)
    with stores.database.reading() as session:
        days = [row.meant_for for row in session.exec(select(StatusReport)).all()]
    assert len(days) == 10
    assert max(days).isoformat() == "2021-11-25"


def test_others_are_told_when_it_comes_and_to_whom(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    tick(stores, MADE)
    sent(stores, chief)
    stranger = somebody(stores, "noen")
    for action in ("report.latest", "report.next"):
        text = stranger.act(action).as_text()
        assert "Torsdag 20. mai 2021 kl. 09:00" in text
        assert "styringsgruppe, tillitsvalgte, verneombud" in text
        assert "Ledernivåer" not in text
        assert ("Bare de som får statusrapportene, kan lese dem." in text) == (action == "report.latest")
    for action in ("report.list", "report.open", "report.part", "report.document"):
        refused = stranger.act(action, report=1)
        assert refused.outcome == "refused"
        assert "Ledernivåer" not in refused.as_text()


def test_everyone_reads_them_where_the_programme_has_it_so(stores: Stores, chief: Talk) -> None:
    choose(stores, is_open=True)
    tick(stores, ASKED)
    answer(stores, somebody(stores, "eier"))
    tick(stores, MADE)
    sent(stores, chief)
    stranger = somebody(stores, "noen")
    assert "Ledernivåer: På plan" in stranger.act("report.latest").as_text()
    assert "Alle kan lese dem her" in stranger.act("report.next").as_text()
    assert stranger.act("report.draft").outcome == "refused"


def test_before_a_day_is_set_it_is_said_that_no_document_says(stores: Stores) -> None:
    card = somebody(stores, "noen").act("report.next")
    assert card.outcome == "unknown"
    assert "Det er ikke bestemt hvilken dag den første rapporten kommer" in card.as_text()


def test_an_earlier_report_is_shown_again_exactly_as_it_was_sent(stores: Stores, chief: Talk) -> None:
    tick(stores, ASKED)
    answer(stores, somebody(stores, "eier"))
    tick(stores, MADE)
    sent(stores, chief)
    before = [chief.act("report.open", report=1), chief.act("report.part", report=1), chief.press("report.part")]
    chief.act("report.stream_removed", stream=stream(stores, 0))
    tick(stores, ASKED + timedelta(weeks=3))
    answer(stores, chief, 0, **LATE)
    tick(stores, MADE + timedelta(weeks=3))
    sent(stores, chief)
    again = [chief.act("report.open", report=1), chief.act("report.part", report=1), chief.press("report.part")]
    assert again == before
    assert "2 statusrapporter" in chief.act("report.list").as_text()


def test_who_is_erased_is_named_in_no_report(stores: Stores, chief: Talk) -> None:
    somebody(stores, "vikar")
    chief.act("report.owners", stream=stream(stores, 0))
    chief.press("report.owners_set", stream=stream(stores, 0), owner="Eier", stand_in="Vikar")
    tick(stores, ASKED)
    answer(stores, somebody(stores, "vikar"))
    tick(stores, MADE)
    sent(stores, chief)
    assert "Besvart av Vikar" in chief.act("report.open", report=1).as_text()
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Vikar")).one()
        erasing.erase(session, person, {"nb": "en tidligere bruker"}, AT)
    text = chief.act("report.open", report=1).as_text()
    assert "Besvart av en tidligere bruker" in text
    assert "Vikar" not in text + chief.act("report.part", report=1).as_text()


def test_a_second_stream_of_the_same_title_with_another_owner_is_not_thrown_away_in_silence(
    stores: Stores, chief: Talk
) -> None:
    chief.act("report.stream")
    refused = chief.press("report.stream_added", title="LEDERNIVÅER", owner="Kari Nord")
    assert refused.outcome == "refused"
    assert "LEDERNIVÅER finnes, med en annen eier eller uten" in refused.questions[0].error
    assert [one.value for one in refused.questions] == ["LEDERNIVÅER", "Kari Nord"]
    for _ in range(2):
        assert chief.act("report.stream_added", title="Lokaler", owner="Kari Nord").outcome == "done"
    assert chief.act("report.stream_added", title="Lokaler", owner="").outcome == "done"
    with stores.database.reading() as session:
        assert len(status_streams.every(session, PROGRAMME)) == 3


def test_a_stream_s_form_says_who_is_not_known_or_known_twice(stores: Stores, chief: Talk) -> None:
    chief.act("report.owners", stream=stream(stores, 1))
    refused = chief.press("report.owners_set", stream=stream(stores, 1), owner="Ukjent", stand_in="")
    assert "Ingen som heter Ukjent, har skrevet til meg" in refused.questions[1].error
    assert refused.questions[1].value == "Ukjent"
    refused = chief.press("report.owners_set", stream=stream(stores, 1), owner="Eier", stand_in="Eier")
    assert "Eier kan ikke være vikar for seg selv" in refused.questions[2].error


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"day": "snart"}, "day"), ({"weeks": "0"}, "weeks"), ({"weeks": "tre"}, "weeks"), ({"clock": "25"}, "clock"),
     ({"day": "1. mai 2021"}, "day")],
)  # fmt: skip
def test_a_rhythm_that_cannot_be_comes_back_with_the_reason(chief: Talk, typed: dict[str, str], field: str) -> None:
    chief.act("report.rhythm")
    said = {"day": FIRST_DAY, "weeks": "3", "clock": "09:00", **typed}
    refused = chief.press("report.rhythm_set", **said)
    assert [one.name for one in refused.questions if one.error] == [field]
    assert {one.name: one.value for one in refused.questions} == said


@pytest.mark.parametrize("clock", ["09:00", ""])
def test_a_rhythm_without_a_day_is_told_of_the_report_and_of_no_message(chief: Talk, clock: str) -> None:
    chief.act("report.rhythm")
    refused = chief.press("report.rhythm_set", day="", weeks="3", clock=clock)
    [error] = [one.error for one in refused.questions if one.error]
    assert error.startswith("Skriv dagen for den første rapporten")


def test_a_day_off_is_told_with_the_working_day_before_it(stores: Stores) -> None:
    talk = somebody(stores, "sjef", "leader")
    talk.act("report.rhythm")
    card = talk.press("report.rhythm_set", day="17. mai 2021", weeks="3", clock="9")
    assert "Fredag 14. mai 2021 kl. 09:00: I stedet for mandag 17. mai 2021, som er en fridag" in card.as_text()


def test_by_itself_only_where_the_programme_has_it_so(stores: Stores, chief: Talk) -> None:
    choose(stores, goes_by_itself=True)
    tick(stores, ASKED)
    tick(stores, MADE)
    assert titles(stores, "Medlem") == ["Statusrapport 20. mai 2021"]
    assert "sendt uten at noen godkjente den" in document(stores)


def document(stores: Stores) -> str:
    with stores.database.reading() as session:
        report = status_reports.sent(session, PROGRAMME)[0]
        return str(status_told.of(session, report, "nb").document["under"])


def test_the_timetable_runs_it(stores: Stores, chief: Talk) -> None:
    for now in (ASKED, MADE):
        Schedule(stores.database, DemoClock(now), lambda: None).run_due()
    assert titles(stores, "Sjef")[-1] == "Utkastet til statusrapporten 20. mai 2021 er klart"


EVERY_ANSWER = st.one_of(
    st.none(),
    st.tuples(st.sampled_from(Standing), st.lists(st.sampled_from(["Få folk", "Dyrt", "Sent"]), unique=True)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(EVERY_ANSWER, EVERY_ANSWER), min_size=2, max_size=4))
def test_what_a_sent_report_tells_as_changed_is_what_the_stored_answers_give(
    stores: Stores, chief: Talk, answers: list[tuple[tuple[Standing, list[str]] | None, ...]]
) -> None:
    with stores.database.writing() as session:
        programme = programmes.get(session, PROGRAMME)
        leader = session.exec(select(Person).where(Person.name == "Sjef")).one()
        for number, given_ones in enumerate(answers):
            day = AT.date() + timedelta(weeks=3 * number)
            report = status_reports.open_one(session, programme, day, day, AT, AT)
            status_reports.compose(session, report)
            for item, given_one in zip(status_reports.items(session, report), given_ones, strict=True):
                if given_one is not None:
                    said = Said(done="x", standing=given_one[0], why="y", risks=given_one[1])
                    status_answers.answer(session, leader, programme, item.identity, said, 0, AT)
            status_reports.send(session, leader, programme, report.identity, report.version, AT)
            tell(session, programme, report)
        sent_ones = status_reports.sent(session, PROGRAMME)[::-1]
        for before, after in pairwise(sent_ones):
            stored = (status_answers.of_report(session, one) for one in (before, after))
            expected = len(status_changes.between(*stored))
            card = Card.model_validate(status_told.of(session, after, "nb").document["cards"][0])
            headings = [block for block in card.blocks if isinstance(block, Text) and "Endret siden" in block.text]
            assert len(headings) == 1
            following = card.blocks[card.blocks.index(headings[0]) + 1]
            assert len(following.items if isinstance(following, Items) else ()) == expected
        session.rollback()


def test_the_demos_clock_foretells_the_questions_the_reminder_the_draft_and_that_it_is_not_sent(
    chief: Talk, stores: Stores
) -> None:
    def foretold(now: datetime) -> dict[str, datetime]:
        with stores.database.reading() as session:
            found = reminders.coming(session, programmes.get(session, PROGRAMME), now, "nb")
        return {what: when for when, what in reversed(found)}

    before = foretold(AT)
    assert before[f"spørsmålene til statusrapporten {FIRST_DAY}"] == ASKED
    assert before[f"utkastet til statusrapporten {FIRST_DAY}"] == MADE
    tick(stores, ASKED)
    asked = foretold(ASKED)
    assert f"spørsmålene til statusrapporten {FIRST_DAY}" not in asked
    assert asked[f"påminnelse om å svare til statusrapporten {FIRST_DAY}"] == REMINDED
    assert asked[f"utkastet til statusrapporten {FIRST_DAY}"] == MADE
    tick(stores, MADE)
    assert foretold(MADE)[f"påminnelse om at statusrapporten {FIRST_DAY} ikke er sendt"] > MADE
