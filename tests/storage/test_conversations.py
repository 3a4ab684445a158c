"""What was received is acted on once and turn by turn, in whatever process."""

import threading
from concurrent.futures import ThreadPoolExecutor

from storage import conversations
from storage.database import Database
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
