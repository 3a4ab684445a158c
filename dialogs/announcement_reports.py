"""For leaders: what became of an announcement that was sent, and stopping it in the middle."""

from dialogs import amendment_reports, announced, audiences, moments, reasoned_marks
from dialogs.card import MOST_BUTTONS, Button, Card, Facts, Text
from dialogs.offers import offers
from dialogs.receipt_facts import receipt_facts
from dialogs.turn import Turn
from dialogs.words import say
from storage import announcement_pages, announcements, broadcasts, groups, stops
from storage.announcements import Announcement
from storage.audiences import Audience
from storage.database import Session
from storage.held import QUIET
from storage.outbox import Status


def report(session: Session, turn: Turn) -> Card:
    """For leaders: how many got it, and why the others did not."""
    return report_card(session, turn, announcements.get(session, turn.person, turn.programme.key, announced.key(turn)))


def stop(session: Session, turn: Turn) -> Card:
    """Has nothing more of it sent, and shows how far it came. Pressed twice, it shows the same."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    if announcement.broadcast_id is not None:
        stops.stop(session, turn.person, announcement.broadcast_id, turn.now)
    return report_card(session, turn, announcement).model_copy(update={"outcome": "done"})


def report_card(session: Session, turn: Turn, announcement: Announcement) -> Card:
    language = turn.language
    if announcement.broadcast_id is None:
        return Card(title=say(language, "announcements.report.unsent"), buttons=offers(language, "announcement.mine"))
    meant, counts = broadcasts.report(session, announcement.broadcast_id)
    assert announcement.sent_at is not None
    at = say(language, "announcements.report.at", moment=moments.said(language, announcement.sent_at, turn.zone))
    is_counted = broadcasts.is_counted(session, announcement.broadcast_id)
    planned = str(meant) if is_counted else say(language, "announcements.report.counting")
    facts = [(say(language, "announcements.report.planned"), planned)]
    if announcement.group_id is not None:
        channel = audiences.named(groups.told(session, announcement.group_id), language)
        facts.insert(0, (say(language, "announcements.report.channel"), channel))
    elif announcement.audience is not None:
        whom = audiences.said(session, turn, Audience.of(announcement.audience))
        facts.insert(0, (say(language, "audiences.report"), whom))
    facts += [fact for fields in reasoned_marks.ALL for fact in fields.facts(session, announcement, language)]
    is_small = is_counted and audiences.is_small(turn, Audience.of(announcement.audience), meant)
    hides = is_small or broadcasts.tells_of_few(session, announcement.broadcast_id)
    lines = _lines(counts, hides=hides)
    facts += [(say(language, f"announcements.report.{name}"), str(count)) for name, count in lines]
    facts += receipt_facts(session, turn, announcement)
    total = say(language, "announcements.report.sum", count=sum(counts.values()), planned=meant)
    if not is_counted:
        total = say(language, "announcements.report.counting.why")
    if hides and any(name == "undelivered" for name, _ in lines):
        total = f"{total} {audiences.why_is_hidden(turn, is_smaller=is_small)}"
    refreshing = Button(
        title=say(language, "announcements.report.refresh"),
        action="announcement.report",
        values={"announcement": announcement.id},
        replaces=True,
    )
    stopping = Button(
        title=say(language, "announcements.report.stop"),
        action="announcement.stop",
        values={"announcement": announcement.id},
        style="destructive",
        replaces=True,
    )
    is_waiting = not is_counted or any(status == Status.WAITING for status, _ in counts)
    stopped = broadcasts.stopped_at(session, announcement.broadcast_id)
    if stopped is not None and announcement.recalled_at is None:
        moment = moments.said(language, stopped, turn.zone)
        at = f"{at} {say(language, 'announcements.report.stopped_at', moment=moment)}"
    return Card(
        title=say(language, "announcements.report.title", title=announcement.title),
        blocks=(
            *amendment_reports.blocks(session, turn, announcement, meant),
            Facts(facts=tuple(facts)),
            Text(text=total, style="quiet"),
            Text(text=at, style="quiet"),
        ),
        buttons=(
            refreshing,
            *((stopping,) if is_waiting else ()),
            *amendment_reports.buttons(session, turn, announcement),
            *_on_paper(session, turn, announcement),
            *offers(language, "help"),
        )[:MOST_BUTTONS],
        language=language,
    )


def _lines(counts: dict[tuple[Status, str | None], int], *, hides: bool) -> list[tuple[str, int]]:
    """Delivered first, then each state or reason, the most frequent first. Of few people no reason is told: it would
    tell what one person has turned off."""
    lines: dict[str, int] = {"sent": 0}
    for (status, reason), count in counts.items():
        is_why = status in (Status.FAILED, Status.SKIPPED) or reason == QUIET
        name = "undelivered" if is_why and hides else reason if is_why and reason else status.value
        lines[name] = lines.get(name, 0) + count
    return sorted(lines.items(), key=lambda line: (line[0] != "sent", -line[1]))


def _on_paper(session: Session, turn: Turn, announcement: Announcement) -> tuple[Button, ...]:
    """The page and the notice to print, of what went to everyone and stands."""
    to_some = announcement.group_id is not None or announcement.audience is not None
    if to_some or announcement_pages.is_over(session, announcement):
        return ()
    title = say(turn.language, "announcements.report.notice")
    return (Button(title=title, action="announcement.notice", values={"announcement": announcement.id}),)
