"""What groups, those who assure quality and leaders see of proposals, through the front door."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from dialogs import amounts
from dialogs.proposal_notices import queue_proposal_deadlines
from storage import group_seats, people, programmes, workgroups
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.proposals import Proposal
from tests.talk import CheckedTurns, Talk

AT = datetime(2019, 3, 4, 9, tzinfo=UTC)
TYPED = {"group": "os-oppvekst", "title": "Felles innkjøp", "text": "Vi kjøper inn sammen.", "amount": "1,2 mill"}
ALL_NO = {f"has_{aspect}": "no" for aspect in ("residents", "employees", "economy", "law", "goals")}


def somebody(stores: Stores, account: str, group: str = "", *roles: str, leads: bool = False) -> Talk:
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(AT), "os2019"), account, AT)
    talk.act("help")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == account.title())).one()
        for role in roles:
            people.grant(session, person, "os2019", role)
        if group:
            group_seats.give(session, person, workgroups.get(session, "os2019", group), AT, leads=leads)
    return talk


@pytest.fixture
def chair(stores: Stores) -> Talk:
    return somebody(stores, "mona", "os-oppvekst", leads=True)


@pytest.fixture
def assurer(stores: Stores) -> Talk:
    return somebody(stores, "arne", "os-stottegruppe")


def owed(stores: Stores, to: str) -> list[str]:
    """The titles of what somebody is owed."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, OutboxRow.person_id == Person.id)  # type: ignore[arg-type]
            .where(Person.name == to)
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        )
        return [message.cards["nb"]["title"] for message in rows]


def test_from_the_first_draft_to_the_answer(stores: Stores, chair: Talk, assurer: Talk) -> None:
    chief = somebody(stores, "sjef", "", "leader")
    chair.act("proposal.new")
    written = chair.press("proposal.save", **TYPED)
    assert "sparer 1 200 000 kroner i året" in written.as_text().replace("\u00a0", " ")
    assert "Konsekvensene er ikke vurdert for innbyggere, ansatte og arbeidsmiljø" in written.as_text()
    assert "innen 1. august 2019" in written.as_text()
    assert "proposal.review" not in [button.action for button in written.buttons]
    chair.press("proposal.assess")
    chair.press("proposal.assessed", **ALL_NO)
    chair.press("proposal.review")
    assert owed(stores, "Arne") == ["Et forslag skal kvalitetssikres"]
    key = {"proposal": 1}
    assurer.act("proposal.open", **key)
    assurer.press("proposal.remark")
    assurer.press("proposal.remarked", remark="Vis når det virker.")
    returned = chair.act("proposal.open", **key)
    assert "Vis når det virker." in returned.as_text()
    chair.press("proposal.review")
    assurer.act("proposal.open", **key)
    assurer.press("proposal.assure")
    chair.act("proposal.open", **key)
    done = chair.press("proposal.hand_over")
    assert done.outcome == "done"
    assert "til rådmannen" in done.as_text()
    assert owed(stores, "Sjef") == ["Et forslag er levert"]
    chief.act("proposal.open", **key)
    chief.press("proposal.answer")
    chief.press("proposal.answered", state="taken_up", why="Vi begynner i mai.")
    assert owed(stores, "Mona") == [
        "Forslaget er sendt tilbake med merknader",
        "Forslaget er kvalitetssikret",
        "Forslaget deres tas med videre",
    ]


def test_what_was_typed_stands_beside_what_is_wrong(chair: Talk) -> None:
    chair.act("proposal.new")
    again = chair.press("proposal.save", **{**TYPED, "amount": "masse"})
    assert again.outcome == "refused"
    said = {question.name: (question.value, bool(question.error)) for question in again.questions}
    assert said["amount"] == ("masse", True)
    assert said["text"] == ("Vi kjøper inn sammen.", False)


def test_a_form_of_before_somebody_elses_change_comes_back_with_what_was_typed(stores: Stores, chair: Talk) -> None:
    other = somebody(stores, "ivar", "os-oppvekst")
    chair.act("proposal.new")
    chair.press("proposal.save", **TYPED)
    for talk in (chair, other):
        talk.act("proposal.new", proposal=1)
    other.press("proposal.save", **{**TYPED, "text": "Ivars tekst."})
    refused = chair.press("proposal.save", **{**TYPED, "text": "Monas tekst."})
    assert "Ivar har endret forslaget mens du skrev" in refused.questions[1].error
    assert refused.questions[1].value == "Monas tekst."
    saved = chair.press("proposal.save", **{**TYPED, "text": "Monas tekst."})
    assert "Monas tekst." in saved.as_text()


def test_a_proposal_that_is_not_assessed_is_not_handed_over_by_an_old_button_either(
    stores: Stores, chair: Talk
) -> None:
    chair.act("proposal.new")
    chair.press("proposal.save", **TYPED)
    refused = chair.act("proposal.hand_over", proposal=1)
    assert refused.outcome == "refused"
    assert "Alle tiltak skal konsekvensvurderes" in refused.as_text()
    with stores.database.reading() as session:
        assert session.get_one(Proposal, 1).state == "draft"


@pytest.mark.parametrize("action", ["proposal.list", "proposal.new", "proposal.open", "proposal.assess",
                                    "proposal.hand_over", "proposal.withdrawn", "proposal.answer"])  # fmt: skip
def test_who_is_in_no_group_is_told_whom_to_ask(stores: Stores, chair: Talk, action: str) -> None:
    chair.act("proposal.new")
    chair.press("proposal.save", **TYPED)
    card = somebody(stores, "noen").act(action, proposal=1)
    assert card.outcome == "refused"
    assert "innkjøp" not in card.as_text()


def test_whom_the_group_met_stands_in_the_card(chair: Talk) -> None:
    chair.act("proposal.new")
    chair.press("proposal.save", **TYPED)
    chair.press("proposal.involve")
    card = chair.press("proposal.involved", who="Eldrerådet", on="1. mars", said="De er med.")
    assert "Eldrerådet, 1. mars 2019: De er med." in card.as_text()


def test_a_form_without_its_group_comes_back(chair: Talk) -> None:
    chair.act("proposal.new")
    refused = chair.press("proposal.save", **{**TYPED, "group": ""})
    assert refused.questions[0].error == "Velg hvilken gruppe forslaget er fra."


@pytest.mark.parametrize("action", ["proposal.new", "proposal.list"])
def test_a_programme_without_proposals_leads_to_input(leader: Talk, action: str) -> None:
    card = leader.act(action)
    assert card.outcome == "refused"
    assert "sende det som innspill" in card.as_text()


@pytest.mark.parametrize(
    ("days", "titles"),
    [(29, 0), (28, 1), (15, 1), (14, 2), (1, 4), (0, 4), (-1, 4)],
)
def test_the_groups_leader_is_reminded_of_each_deadline_once(
    stores: Stores, chair: Talk, days: int, titles: int
) -> None:
    chair.act("proposal.new")
    chair.press("proposal.save", **{**TYPED, "year": "2019"})
    deadline = datetime(2019, 4, 30, 8, tzinfo=UTC)
    with stores.database.writing() as session:
        programme = programmes.get(session, "os2019")
        now = deadline - timedelta(days=40)
        while now <= deadline - timedelta(days=days - 1):
            for _ in range(2):
                queue_proposal_deadlines(session, programme, now)
            now += timedelta(days=1)
    found = owed(stores, "Mona")
    assert len(found) == titles
    assert set(found) <= {"Frist for forslag: Oppvekst"}


@pytest.mark.parametrize(
    ("text", "kroner"),
    [("", None), ("1,2 mill", 1_200_000), ("250 000 kr", 250_000), ("-3 millioner kroner", -3_000_000),
     ("1.200.000", 1_200_000), ("400 tusen", 400_000), ("1 200 000,-", 1_200_000), ("2 mrd", 2_000_000_000)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, kroner: int | None) -> None:
    assert amounts.read(text) == kroner


@pytest.mark.parametrize("text", ["mye", "1,5", "kr", "12 epler", "1e6", "1,2,3", "--3"])
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    with pytest.raises(amounts.NoAmount):
        amounts.read(text)
