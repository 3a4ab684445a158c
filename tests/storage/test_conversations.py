"""What was received is acted on once and turn by turn, in whatever process; groups are known while the bot is there."""

import threading
from concurrent.futures import ThreadPoolExecutor

from storage import conversations
from storage.conversations import Group
from storage.database import Database, Session
from tests.conftest import NOW


def test_two_replicas_that_get_the_same_activity_act_once(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False))

    def receive(where: Database, number: int) -> bool:
        with where.writing() as session:
            return conversations.receive(session, "c", f"a{number}", NOW)

    with ThreadPoolExecutor(8) as threads:
        asked = [(one, number) for number in range(20) for one in (database, other)]
        taken = list(threads.map(lambda each: (each[1], receive(*each)), asked))
    other.close()
    assert sorted(number for number, is_new in taken if is_new) == list(range(20))


def test_turns_of_one_conversation_wait_for_each_other_in_two_replicas(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    order: list[str] = []
    has_begun = threading.Event()

    def second() -> None:
        has_begun.wait(10)
        with other.writing() as session:
            conversations.receive(session, "c", "second", NOW)
            order.append("second")

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(second)
        with database.writing() as session:
            conversations.receive(session, "c", "first", NOW)
            has_begun.set()
            # As long as a turn takes; the other one must not get on in that time.
            threading.Event().wait(0.3)
            order.append("first")
        waiting.result(10)
    other.close()
    assert order == ["first", "second"]


def group(conversation: str = "19:a", **more: str) -> Group:
    return Group(**({"channel": "msteams", "conversation": conversation, "service_url": "https://x.example"} | more))


def test_a_group_is_new_once_and_again_after_it_was_left(session: Session) -> None:
    assert conversations.join_group(session, group(name="Nytt"))
    assert not conversations.join_group(session, group(service_url="https://y.example"))
    (known,) = conversations.groups(session)
    assert (known.name, known.service_url) == ("Nytt", "https://y.example")
    conversations.leave_group(session, group(), "not_installed")
    assert conversations.groups(session) == []
    assert conversations.join_group(session, group())


def test_leaving_a_group_leaves_no_other(session: Session) -> None:
    for one in ("19:a", "19:b"):
        conversations.join_group(session, group(one))
    conversations.join_group(session, group("19:a", tenant="other"))
    conversations.leave_group(session, group("19:a"), "not_installed")
    assert [(one.conversation, one.tenant) for one in conversations.groups(session)] == [
        ("19:b", ""),
        ("19:a", "other"),
    ]
