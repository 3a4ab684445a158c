"""Every job of the timetable: what it sends and our own notes work out as well, or why they need not."""

from bot.schedule import Job
from dialogs.acting import queue_acting
from dialogs.decision_ends import queue_taken_back
from dialogs.decision_reminders import queue_unrecorded_decisions
from dialogs.demo_notices import queue_demos
from dialogs.digests import queue_digests, queue_leaders_card
from dialogs.meeting_notices import queue_meeting_reminders
from dialogs.promises import queue_promises
from dialogs.proposal_notices import queue_proposal_deadlines
from dialogs.recommendation_notices import queue_recommendations
from dialogs.release_notices import queue_asked, queue_releases
from dialogs.reminders import queue_milestone_reminders, queue_moved, queue_personal_reminders
from dialogs.risk_notices import queue_risk_reviews
from dialogs.scheduled import queue_planned_announcements
from dialogs.sign_up_notices import queue_agreed, queue_line_news
from dialogs.snoozed_messages import queue_snoozed
from dialogs.sprint_notices import queue_sprints
from dialogs.status_notices import queue_status_reports
from dialogs.together import queue_together
from dialogs.top_list import queue_top_list
from storage import calendars, competences, criteria, erasing_by_request, held, occurrences, plan_changes

#: The kinds of message of each, as the account of a year names them.
WORKED_OUT: dict[Job, tuple[str, ...]] = {
    queue_milestone_reminders: ("milepæl",),
    queue_personal_reminders: ("egen påminnelse",),
    queue_top_list: ("topp 5",),
    queue_acting: ("rolle over",),
    queue_sprints: ("leveransekø", "sprint begynt", "sprint team"),
    queue_demos: ("demo invitert", "demo påminnet", "resultat spurt"),
    queue_meeting_reminders: ("møte",),
    queue_leaders_card: ("lederkort",),
    queue_promises: ("løfter", "løfte brutt"),
    queue_proposal_deadlines: ("frist",),
    queue_unrecorded_decisions: ("ikke ført",),
    queue_recommendations: ("anbefalinger",),
    queue_risk_reviews: ("vurdering",),
    queue_status_reports: ("status spurt", "status påminnet", "status utkast", "status purret", "status bortfalt"),
    queue_digests: ("oppsummering",),
}
NOTES, FORWARDS = "notes something, and sends nothing", "sends on what others owe: all of it would be missing"
#: What the others do, and where that is played or tried.
ELSEWHERE: dict[Job, str] = {
    plan_changes.note: NOTES,
    criteria.note_changed: NOTES,
    competences.end_due: NOTES,
    calendars.note_planned: NOTES,
    erasing_by_request.forget_addresses: NOTES,
    occurrences.note_awake: NOTES,
    queue_together: FORWARDS,
    held.release: FORWARDS,
    queue_moved: "no milestone moves in these years: tests/dialogs/test_reminders.py",
    queue_snoozed: "nobody puts anything off: tests/dialogs/test_snoozed_messages.py",
    queue_planned_announcements: "a morning's in tests/torture",
    queue_taken_back: "nobody takes a decision back: tests/dialogs/test_decision_ends.py",
    queue_agreed: "no group has places: tests/volunteers",
    queue_line_news: "no group has places: tests/volunteers",
    queue_asked: "no group asks for releases: tests/volunteers",
    queue_releases: "no group asks for releases: tests/volunteers",
}
