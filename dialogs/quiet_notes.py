"""What is said, before an announcement goes out, of those who have quiet hours then."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import Language, Text
from dialogs.words import say, say_many
from storage import audiences, quiet_audiences, small_parts
from storage.announcements import Announcement
from storage.audiences import Audience
from storage.database import Session
from storage.programmes import Programme
from storage.urgency import URGENCY


def notes(
    session: Session,
    programme: Programme,
    announcement: Announcement,
    at: datetime | None,
    now: datetime,
    language: Language,
) -> tuple[Text, ...]:
    """How many of those it is for get it later than ``at``, and when; nothing where nobody does. ``at`` None: now.

    What is urgent waits for nobody, and who reads a channel nobody here knows. Of few no number is told: it would tell
    which hours one of them has set. Very many are not counted, since somebody waits for the card."""
    if announcement.group_id is not None or URGENCY.why(session, announcement):
        return ()
    if audiences.is_large(session, programme.key):
        return (Text(text=say(language, "planned.quiet.many"), style="quiet"),)
    chosen = Audience.of(announcement.audience)
    when = audiences.moment(session, programme.key, now)
    found = quiet_audiences.held_at(session, chosen, when, at or now)
    if found.until is None:
        return ()
    is_small = not chosen.is_everyone and found.reached < programme.smallest_group
    if is_small or small_parts.tells_of_few(session, chosen, when):
        return (Text(text=say(language, "planned.quiet.many"), style="quiet"),)
    moment = saying_dates.moment(language, found.until, ZoneInfo(programme.timezone))
    key = "planned.quiet.all" if found.all_then else "planned.quiet.most"
    return (Text(text=say_many(language, key, found.held, reached=found.reached, moment=moment), style="warning"),)
