"""Every table of the two databases, for migrations and tests: a table not listed here does not exist."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    announcement_attachments,
    announcement_buttons,
    announcement_pages,
    announcement_versions,
    announcements,
    anonymous_input,
    approvals,
    broadcasts,
    conversations,
    digests,
    employees,
    groups,
    initiatives,
    lanes,
    milestones,
    occurrences,
    outbox,
    people,
    personal_reminders,
    plan_changes,
    programmes,
    promises,
    quiet_hours,
    roles,
    sign_ups,
    unanswered,
    urgency,
    web_posts,
    workgroups,
)

MODULES = (
    announcement_attachments,
    announcement_buttons,
    announcement_pages,
    announcement_versions,
    announcements,
    approvals,
    broadcasts,
    conversations,
    digests,
    employees,
    groups,
    initiatives,
    lanes,
    milestones,
    occurrences,
    outbox,
    people,
    personal_reminders,
    plan_changes,
    programmes,
    promises,
    quiet_hours,
    roles,
    sign_ups,
    unanswered,
    urgency,
    web_posts,
    workgroups,
)

#: The main database, and the anonymous inputs' own.
MAIN: MetaData = SQLModel.metadata
INPUTS: MetaData = anonymous_input.metadata
