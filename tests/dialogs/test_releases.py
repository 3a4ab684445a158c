"""Release from daily work: the place is kept, the nearest leader is asked, and coordinators hear of silence."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.turns import HOME, Turns
from dialogs.card import Button
from storage import programmes, releases, workgroups
from storage.employees import Employee
from storage.people import Address, Person
from storage.releases import Release, ReleaseState
from storage.sign_ups import LONGEST_REASON, SignUp
from tests.clockwork import tick_at
from tests.conftest import NOW
from tests.dialogs.test_promises import owed, somebody
from tests.dialogs.test_sign_up_answers import key_of
from tests.talk import Talk

GROUP = {"group": "osu-omstilling"}
#: Asked on Tuesday 24 November: five working days on.
DUE = NOW + timedelta(days=7)


@pytest.fixture
def demanding(stores: Stores) -> int:
    """The group asks for a release of whoever offers four hours a week or more."""
    return demand(stores, 4)


def demand(stores: Stores, hours: int, key: str = GROUP["group"]) -> int:
    with stores.database.writing() as session:
        group = workgroups.get(session, "osu2020", key)
        group.release_from_hours = hours
        session.add(group)
        programmes.mark_changed(session, "osu2020")
    return hours


def volunteer(turns: Turns, name: str, hours: str = "8") -> Talk:
    talk = Talk(turns, name, NOW)
    talk.act("workgroup.join", **GROUP)
    talk.act("signup.told", **GROUP, hours=hours)
    return talk


def ask(leader: Talk, who: str, place: int = 0) -> Any:
    return leader.act("signup.release_ask", leader=who, **key_of(leader, place))


def states(stores: Stores) -> list[str]:
    with stores.database.reading() as session:
        return [str(row.state) for row in session.exec(select(Release).order_by(Release.id))]  # type: ignore[arg-type]


def titles(stores: Stores, name: str, about: str = "release") -> list[str]:
    return [card["title"] for card in owed(stores, name, about)]


def pressing(stores: Stores, name: str, action: str) -> Button:
    """The button of the last notice that somebody got about a release."""
    card = owed(stores, name, "release:")[-1]
    return Button.model_validate(next(button for button in card["buttons"] if button["action"] == action))


@pytest.mark.usefixtures("demanding")
def test_the_leader_is_asked_says_yes_and_the_volunteer_is_taken_in(turns: Turns, leader: Talk, stores: Stores) -> None:
    boss = somebody(turns, stores, "boss")
    kari = volunteer(turns, "kari")
    assert "Venter på frikjøp" in kari.shown[0].as_text()
    assert "Du beholder plassen" in kari.act("signup.status").as_text()
    assert "ingen leder er spurt" in leader.act("signup.volunteers").as_text()
    leader.act("signup.one", **key_of(leader))
    assert "signup.accept" not in [button.action for button in leader.shown[0].buttons]
    assert leader.act("signup.accept", **key_of(leader)).outcome == "refused"
    leader.act("signup.one", **key_of(leader))
    leader.press("signup.release")
    assert leader.press("signup.release_ask", leader="Boss").outcome == "done"
    assert "senest tirsdag 1. desember 2020" in kari.act("signup.status").as_text()
    assert titles(stores, "boss") == ["Kan Kari bli frikjøpt til Arbeidsgruppe omstilling?"]
    facts = [one for block in owed(stores, "boss", "release")[0]["blocks"] for one in block.get("facts", [])]
    assert ["Timer i uka", "8"] in facts
    assert "gruppa krever" in str(owed(stores, "boss", "release")[0]["blocks"])
    boss.take(event=HOME)
    assert "1 venter på frikjøp fra deg" in "\n".join(card.as_text() for card in boss.shown)
    for _ in range(2):
        said = boss.press(pressing(stores, "boss", "release.yes")).title
        assert said == "Kari er frikjøpt til Arbeidsgruppe omstilling"
    assert titles(stores, "kari") == ["Du er frikjøpt til Arbeidsgruppe omstilling"]
    assert "sagt ja til frikjøp" in kari.act("signup.status").as_text()
    assert titles(stores, "leader-1") == ["Kari er frikjøpt til Arbeidsgruppe omstilling"], "they can answer now"
    assert "Lederen har sagt ja til frikjøp" in leader.act("signup.volunteers").as_text()
    assert "Lederen har sagt ja til frikjøp" in leader.act("signup.one", **key_of(leader)).as_text()
    assert "Lederen har sagt ja." in kari.act("own.part", area="groups").as_text()
    assert leader.act("signup.accept", **key_of(leader)).outcome == "done"


@pytest.mark.usefixtures("demanding")
def test_a_no_has_a_reason_that_the_volunteer_and_the_coordinator_read_and_the_place_is_kept(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    boss = somebody(turns, stores, "boss")
    leader.act("signup.places_set", places="1", **GROUP)
    kari = volunteer(turns, "kari")
    volunteer(turns, "ola")
    ask(leader, "Boss")
    boss.press(pressing(stores, "boss", "release.no"))
    assert boss.press("release.refused", reason=" ").outcome == "refused"
    assert boss.press("release.refused", reason="x" * (LONGEST_REASON + 1)).outcome == "refused"
    assert boss.press("release.refused", reason="Vi er for få i desember.").outcome == "done"
    assert titles(stores, "kari") == ["Lederen din kan ikke frikjøpe deg til Arbeidsgruppe omstilling nå"]
    assert "Vi er for få i desember." in kari.act("signup.status").as_text()
    assert titles(stores, "leader-1") == ["Kari får ikke frikjøp til Arbeidsgruppe omstilling"]
    assert leader.act("signup.accept", **key_of(leader)).outcome == "refused"
    assert owed(stores, "ola", "sign_up") == [], "the place is still Kari's"
    leader.act("signup.release", **key_of(leader))
    assert "release.yes" not in [button.action for button in leader.shown[0].buttons]
    assert leader.act("release.yes", release=1).outcome == "refused", "nobody else turns it into a yes"
    assert boss.press(pressing(stores, "boss", "release.yes")).outcome == "done", "a leader may think again"
    assert leader.act("signup.accept", **key_of(leader)).outcome == "done"


@pytest.mark.parametrize(("hours", "offered", "needed"), [(4, "3", 0), (4, "4", 1), (4, "", 0), (0, "", 1)])
def test_the_groups_rule_says_who_needs_it(turns: Turns, stores: Stores, hours: int, offered: str, needed: int) -> None:
    demand(stores, hours)
    volunteer(turns, "kari", offered)
    assert len(states(stores)) == needed


@pytest.mark.usefixtures("demanding")
def test_fewer_hours_need_none_any_more_and_the_leaders_button_says_so(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    boss = somebody(turns, stores, "boss")
    kari = volunteer(turns, "kari")
    ask(leader, "Boss")
    old = pressing(stores, "boss", "release.yes")
    kari.act("signup.told", **GROUP, hours="2")
    assert states(stores) == []
    assert boss.press(old).outcome == "refused"
    assert leader.act("signup.accept", **key_of(leader)).outcome == "done"


@pytest.mark.usefixtures("demanding")
def test_somebody_in_line_keeps_their_place_in_it(turns: Turns, leader: Talk, stores: Stores) -> None:
    leader.act("signup.places_set", places="1", **GROUP)
    first, second, third = volunteer(turns, "kari", "1"), volunteer(turns, "ola"), volunteer(turns, "per", "1")
    assert "nummer 1 på ventelista" in second.act("signup.status").as_text()
    first.act("workgroup.leave", **GROUP)
    assert titles(stores, "ola", "sign_up") == ["Du har fått plass i Arbeidsgruppe omstilling"]
    assert "Venter på frikjøp" in second.act("signup.status").as_text()
    assert "nummer 1 på ventelista" in third.act("signup.status").as_text()


@pytest.mark.usefixtures("demanding")
def test_nobody_is_asked_about_who_withdrew_and_who_comes_again_is_asked_about_anew(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    boss = somebody(turns, stores, "boss")
    kari = volunteer(turns, "kari")
    ask(leader, "Boss")
    sign_up = key_of(leader)
    old = pressing(stores, "boss", "release.yes")
    kari.act("workgroup.leave", **GROUP)
    assert boss.press(old).outcome == "refused"
    assert boss.act("release.list").title == "Ingen venter på frikjøp fra deg"
    assert leader.act("signup.release_ask", leader="Boss", **sign_up).outcome == "refused"
    tick_at(stores, DUE + timedelta(days=1))
    assert [titles(stores, "boss", "releases"), titles(stores, "leader-1", "releases")] == [[], []]
    kari.act("workgroup.join", **GROUP)
    assert states(stores) == ["needed"]


@pytest.mark.usefixtures("demanding")
def test_the_leader_is_reminded_two_working_days_before_and_coordinators_hear_once_of_silence(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    somebody(turns, stores, "boss")
    somebody(turns, stores, "ida", "coordinator")
    kari = volunteer(turns, "kari")
    ask(leader, "Boss")
    for days in range(1, 11):
        tick_at(stores, NOW + timedelta(days=days))
        tick_at(stores, NOW + timedelta(days=days))
    # Due on Tuesday 1 December: Friday, Monday, Tuesday, then late on the working days to Friday.
    assert titles(stores, "boss", "releases:") == ["1 venter på frikjøp fra deg i OSU 2020"] * 6
    assert "1 svar skulle vært gitt før i dag" in str(owed(stores, "boss", "releases:")[-1])
    late = ["1 venter på frikjøp i OSU 2020 uten å få svar"]
    assert titles(stores, "ida", "releases-late") == late
    assert "Kari" not in str(owed(stores, "ida", "releases-late"))
    kari.now = leader.now = DUE + timedelta(days=1)
    assert "skulle svart senest" in kari.act("signup.status").as_text()
    # Another leader has days of their own to answer.
    somebody(turns, stores, "per")
    ask(leader, "Per")
    assert titles(stores, "per") == ["Kan Kari bli frikjøpt til Arbeidsgruppe omstilling?"]
    tick_at(stores, DUE + timedelta(days=14))
    assert titles(stores, "ida", "releases-late") == late * 2


@pytest.mark.usefixtures("demanding")
def test_a_leader_on_holiday_is_not_waited_for(turns: Turns, leader: Talk, stores: Stores) -> None:
    boss = somebody(turns, stores, "boss")
    somebody(turns, stores, "ida", "coordinator")
    volunteer(turns, "kari")
    boss.act("subscription.set", on=False)
    ask(leader, "Boss")
    tick_at(stores, NOW + timedelta(days=1))
    assert len(titles(stores, "ida", "releases-late")) == 1


@pytest.mark.usefixtures("demanding")
def test_where_nobody_is_known_to_ask_coordinators_hear_of_it(turns: Turns, stores: Stores) -> None:
    somebody(turns, stores, "ida", "coordinator")
    volunteer(turns, "kari")
    for days, heard in ((1, 0), (2, 0), (3, 1), (6, 1)):
        tick_at(stores, NOW + timedelta(days=days))
        assert len(titles(stores, "ida", "releases-late")) == heard, days


@pytest.mark.usefixtures("demanding")
def test_without_a_coordinator_who_is_there_it_stays_open_until_somebody_is(turns: Turns, stores: Stores) -> None:
    volunteer(turns, "kari")
    tick_at(stores, NOW + timedelta(days=3))
    somebody(turns, stores, "dag", "deputy")
    tick_at(stores, NOW + timedelta(days=6))
    assert len(titles(stores, "dag", "releases-late")) == 1


@pytest.mark.usefixtures("demanding")
def test_the_people_file_tells_whom_to_ask(turns: Turns, stores: Stores) -> None:
    somebody(turns, stores, "boss")
    volunteer(turns, "kari")
    listed(stores, "boss", "boss@osu.no")
    listed(stores, "kari", "kari@osu.no", leader="boss@osu.no")
    for _ in range(2):
        tick_at(stores, NOW)
    assert titles(stores, "boss") == ["Kan Kari bli frikjøpt til Arbeidsgruppe omstilling?"]
    assert states(stores) == ["asked"]


@pytest.mark.usefixtures("demanding")
@pytest.mark.parametrize("leader", ["kari@osu.no", "boss@-", None])
def test_a_file_that_names_nobody_who_can_be_asked_leaves_it_to_the_coordinator(
    turns: Turns, stores: Stores, leader: str | None
) -> None:
    volunteer(turns, "kari")
    listed(stores, "kari", "kari@osu.no", leader=leader)
    tick_at(stores, NOW)
    assert states(stores) == ["needed"]


def listed(stores: Stores, name: str, email: str, leader: str | None = None) -> None:
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == name.title())).one()
        address = session.get_one(Address, person.address_id)
        address.directory_id = f"id-{name}"
        session.add(address)
        session.add(
            Employee(
                programme_key="osu2020",
                name=name.title(),
                email=email,
                directory_id=address.directory_id,
                leader_email=leader,
            )
        )


@pytest.mark.usefixtures("demanding")
def test_a_leader_without_chat_gets_an_e_mail_and_the_coordinator_writes_the_answer_down(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    volunteer(turns, "kari")
    card = ask(leader, "sjef@osu.no")
    assert "skriv det inn her" in card.as_text()
    with stores.database.reading() as session:
        asked = session.exec(select(Person).join(Address).where(Address.channel == "email")).one()  # type: ignore[arg-type]
        assert session.exec(select(Release.leader_id)).one() == asked.id
    leader.act("signup.release", **key_of(leader))
    assert leader.press("release.yes").outcome == "done"
    assert titles(stores, "kari") == ["Du er frikjøpt til Arbeidsgruppe omstilling"]
    with stores.database.reading() as session:
        row = session.exec(select(Release)).one()
        assert row.answered_by != row.leader_id


@pytest.mark.usefixtures("demanding")
def test_a_leader_who_was_asked_by_e_mail_answers_in_the_chat(turns: Turns, leader: Talk, stores: Stores) -> None:
    volunteer(turns, "kari")
    ask(leader, "sjef@osu.no")
    boss = somebody(turns, stores, "boss")
    assert boss.act("release.list").title == "Ingen venter på frikjøp fra deg"
    listed(stores, "boss", "sjef@osu.no")
    boss.act("release.list")
    boss.press("release.one")
    assert boss.press("release.yes").outcome == "done"


@pytest.mark.usefixtures("demanding")
@pytest.mark.parametrize("said", ["", "Ukjent", "sjef@", "Kari", "Dobbel"])
def test_a_leader_who_cannot_be_asked_comes_back_with_the_form(
    turns: Turns, leader: Talk, stores: Stores, said: str
) -> None:
    for account in ("dobbel", "DOBBEL"):
        somebody(turns, stores, account) if account == "dobbel" else Talk(turns, account, NOW).act("help")
    volunteer(turns, "kari")
    card = ask(leader, said)
    assert card.outcome == "refused"
    assert card.questions[0].error
    assert states(stores) == ["needed"]


def test_a_coordinator_may_want_one_that_no_rule_wants(turns: Turns, leader: Talk, stores: Stores) -> None:
    somebody(turns, stores, "boss")
    kari = volunteer(turns, "kari")
    assert states(stores) == []
    leader.act("signup.one", **key_of(leader))
    leader.press("signup.release")
    leader.press("signup.release_ask", leader="Boss")
    said = str(owed(stores, "boss", "release")[0]["blocks"])
    assert "koordinatoren ber om frikjøp" in said
    assert "gruppa krever" not in said
    kari.act("signup.told", **GROUP, hours="1")
    assert states(stores) == ["asked"], "what a coordinator wants no hours take away"


@pytest.mark.usefixtures("demanding")
def test_a_leader_who_is_erased_is_waited_for_no_more_and_coordinators_hear_of_it(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    boss = somebody(turns, stores, "boss")
    kari = volunteer(turns, "kari")
    ask(leader, "Boss")
    boss.act("own.erase")
    assert boss.press("own.erased").outcome == "done"
    assert states(stores) == ["needed"]
    assert titles(stores, "leader-1", "release:") == ["Lederen til Kari svarer ikke på frikjøp lenger"]
    assert "nærmeste leder er bedt" not in kari.act("signup.status").as_text()
    assert "ingen leder er spurt" in leader.act("signup.volunteers").as_text()
    somebody(turns, stores, "sjef")
    assert ask(leader, "Sjef").outcome == "done"


@pytest.mark.usefixtures("demanding")
def test_the_mornings_reminders_go_out_where_a_leader_was_erased_before_that_was_seen_to(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    somebody(turns, stores, "boss")
    volunteer(turns, "kari")
    ask(leader, "Boss")
    with stores.database.writing() as session:
        row = session.exec(select(Release)).one()
        row.leader_id = None
        session.add(row)
    tick_at(stores, DUE + timedelta(days=2))
    assert len(titles(stores, "leader-1", "releases-late")) == 1


@pytest.mark.usefixtures("demanding")
def test_the_leader_who_was_asked_before_hears_that_another_one_is(turns: Turns, leader: Talk, stores: Stores) -> None:
    boss = somebody(turns, stores, "boss")
    somebody(turns, stores, "sjef")
    volunteer(turns, "kari")
    ask(leader, "Boss")
    pressed = pressing(stores, "boss", "release.yes")
    ask(leader, "Sjef")
    assert titles(stores, "boss")[1:] == ["Du trenger ikke svare om frikjøp for Kari"]
    said = boss.press(pressed)
    assert said.outcome == "refused"
    assert "ikke spurt" not in said.as_text()
    assert "Er en annen leder spurt i stedet, trenger du ikke svare" in said.as_text()
    assert titles(stores, "sjef") == ["Kan Kari bli frikjøpt til Arbeidsgruppe omstilling?"]
    ask(leader, "Boss")
    assert len(titles(stores, "sjef")) == 2


@pytest.mark.usefixtures("demanding")
def test_nobody_else_answers_and_no_one_else_is_told_who_waits(turns: Turns, leader: Talk, stores: Stores) -> None:
    somebody(turns, stores, "boss")
    volunteer(turns, "kari")
    ask(leader, "Boss")
    with stores.database.reading() as session:
        key = session.exec(select(Release.id)).one()
    other = Talk(turns, "per", NOW)
    for action in ("release.one", "release.yes", "release.no", "release.refused"):
        for value in (key, None, "1", True, 10**9):
            card = other.act(action, release=value, reason="nei")
            assert card.outcome == "refused"
            assert "Kari" not in card.as_text()
    assert other.act("release.list").title == "Ingen venter på frikjøp fra deg"
    for action in ("signup.release", "signup.release_ask"):
        assert other.act(action, leader="Per", **key_of(leader)).outcome == "refused"
    assert states(stores) == ["asked"]


@pytest.mark.usefixtures("demanding")
def test_many_at_once_leave_out_who_waits_for_a_release(turns: Turns, leader: Talk, stores: Stores) -> None:
    volunteer(turns, "kari")
    volunteer(turns, "ola", "1")
    card = leader.act("signup.accept_all", **GROUP)
    assert "1 til venter på frikjøp" in card.as_text()
    assert leader.press("signup.accept_all").title.startswith("1 er tatt med")
    assert leader.act("signup.accept_all", **GROUP).title == "Ingen venter på svar om Arbeidsgruppe omstilling"
    assert [titles(stores, name, "sign_up") for name in ("kari", "ola")] == [
        [],
        ["Du er med i Arbeidsgruppe omstilling"],
    ]


def test_a_release_goes_along_to_another_group_and_none_is_gone_round(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    with stores.database.writing() as session:
        group = workgroups.get(session, "osu2020", "osu-padriver")
        group.openness = workgroups.Openness.OPEN
        session.add(group)
    demand(stores, 4, "osu-padriver")
    boss = somebody(turns, stores, "boss")
    volunteer(turns, "kari")
    there = {"group": "osu-padriver", **key_of(leader)}
    assert leader.act("signup.placed", **there).outcome == "refused"
    ask(leader, "Boss")
    boss.press(pressing(stores, "boss", "release.yes"))
    assert leader.act("signup.placed", **there).outcome == "done"
    with stores.database.reading() as session:
        moved = session.exec(select(SignUp).where(SignUp.workgroup_key == "osu-padriver")).one()
        row = releases.find(session, moved.identity)
        assert row is not None
        assert row.state == ReleaseState.GIVEN


@pytest.mark.usefixtures("demanding")
def test_a_group_tells_before_anybody_signs_up_that_it_asks_for_it(turns: Turns) -> None:
    talk = Talk(turns, "kari", NOW)
    assert "Fra 4 timer i uka blir nærmeste leder spurt" in talk.act("workgroup.about", **GROUP).as_text()
    talk.act("workgroup.join", **GROUP)
    assert "nærmeste leder får vite navnet ditt, gruppa og timene" in talk.act("signup.tell", **GROUP).as_text()


def test_a_group_that_asks_for_none_says_nothing_of_it(turns: Turns) -> None:
    talk = Talk(turns, "kari", NOW)
    assert "rikjøp" not in talk.act("workgroup.about", **GROUP).as_text()
    talk.act("workgroup.join", **GROUP)
    assert "rikjøp" not in talk.act("signup.tell", **GROUP).as_text()
