"""For leaders: how far a correction or recall has come, where it did not reach, and what stood there before."""

from dialogs import announced, audiences, moments, saying_dates
from dialogs.card import Block, Button, Card, Language, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import amendments, announcements, broadcasts, outbox
from storage.amendments import Amendment, Tally
from storage.announcements import Announcement
from storage.audiences import Audience
from storage.database import Session
from storage.outbox import Kind
from storage.people import Person

#: Why something could not be changed, as it is told: what the outbox calls it, and what leaders read.
_WHY = {
    "by_email": "email",
    "not_installed": "gone",
    "gone": "gone",
    "left": "gone",
    "switched_off": "off",
    "outside_dates": "off",
}


def blocks(session: Session, turn: Turn, announcement: Announcement, planned: int) -> tuple[Block, ...]:
    """What was decided since it was sent, the newest first, and how far that has come."""
    made = amendments.of(session, announcement)
    if not made:
        return ()
    hides = audiences.is_small(turn, Audience.of(announcement.audience), planned)
    hides = hides or broadcasts.tells_of_few(session, announcement.broadcast_id or 0)
    lines: list[Block] = []
    for one in reversed(made):
        if not one.is_replaced:
            tally = amendments.tally(session, one)
            lines.append(Text(text=summed(turn.language, one.kind, tally, hides=hides), style="strong"))
        lines.append(Text(text=_decided(session, turn, one), style="quiet" if one.is_replaced else "body"))
    return tuple(lines)


def buttons(session: Session, turn: Turn, announcement: Announcement) -> tuple[Button, ...]:
    """What can be done with what was sent."""
    values = {"announcement": announcement.id}
    made = amendments.of(session, announcement)
    earlier = Button(
        title=say(turn.language, "amendments.before"), action="announcement.before", values=values | {"back": 1}
    )
    if announcement.recalled_at is not None:
        return (earlier,)
    correct = Button(title=say(turn.language, "amendments.correct"), action="announcement.correct", values=values)
    recall = Button(title=say(turn.language, "amendments.recall"), action="announcement.recall", values=values)
    return (correct, recall, *((earlier,) if made else ()))


def before(session: Session, turn: Turn) -> Card:
    """What people read before the last decision about it, or before as many as ``back`` says."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    made, wanted = amendments.of(session, announcement), turn.values.get("back")
    back = wanted if type(wanted) is int and 0 < wanted <= len(made) else 1
    values = {"announcement": announcement.id}
    report = Button(title=say(turn.language, "amendments.report"), action="announcement.report", values=values)
    if not made:
        return Card(title=say(turn.language, "amendments.before.none"), buttons=(report,), language=turn.language)
    decided = made[-back]
    stored = outbox.cards(session, decided.before_id)
    shown = Card.model_validate(stored.get(turn.language) or stored["nb"])
    until = moments.said(turn.language, decided.decided_at, turn.zone)
    note = Text(text=say(turn.language, "amendments.before.until", moment=until), style="quiet")
    earlier = Button(
        title=say(turn.language, "amendments.before.more"),
        action="announcement.before",
        values=values | {"back": back + 1},
    )
    more = (earlier,) if back < len(made) else ()
    return shown.model_copy(
        update={"blocks": (note, *shown.blocks), "buttons": (report, *more, *offers(turn.language, "help"))}
    )


def summed(language: Language, kind: Kind, tally: Tally, *, hides: bool) -> str:
    """ "410 hadde fått den; 402 er skjult, 8 kunne ikke skjules: e-post 5, usikre 3." Of few people no reason is
    told: it would tell what one person has turned off, or uses."""
    name = f"amendments.{'recall' if kind == Kind.RECALL else 'correction'}"
    perhaps = ".perhaps" if tally.uncertain else ""
    parts = [say_many(language, f"{name}.changed", tally.changed)]
    if tally.resent:
        parts.append(say_many(language, f"{name}.resent", tally.resent))
    if tally.waiting:
        parts.append(say_many(language, f"{name}.waiting", tally.waiting))
    whys = _whys(tally)
    if whys:
        why = ", ".join(say(language, f"amendments.why.{why}", count=count) for why, count in whys.items())
        unchanged = sum(whys.values())
        key = f"{name}.not_said" if hides else f"{name}.not"
        parts.append(say_many(language, key, unchanged, why=why))
    return say_many(language, f"{name}.sum{perhaps}", tally.had + tally.uncertain, parts=", ".join(parts))


def _whys(tally: Tally) -> dict[str, int]:
    whys: dict[str, int] = {}
    for reason, count in tally.failed.items():
        why = _WHY.get(reason, "platform")
        whys[why] = whys.get(why, 0) + count
    if tally.uncertain:
        whys["uncertain"] = tally.uncertain
    return dict(sorted(whys.items(), key=lambda one: -one[1]))


def _decided(session: Session, turn: Turn, one: Amendment) -> str:
    kind = "recall" if one.kind == Kind.RECALL else "correction"
    return say(
        turn.language,
        f"amendments.{kind}.decided",
        moment=saying_dates.moment(turn.language, one.decided_at, turn.zone),
        name=session.get_one(Person, one.decided_by).name,
        said=one.said,
    )
