"""Every table of the two databases, for migrations and tests: a table not listed here does not exist."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    amendments,
    announcement_pages,
    announcements,
    anonymous_input,
    approvals,
    broadcasts,
    conversations,
    corrections,
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
    progress,
    promises,
    quiet_hours,
    receipts,
    roles,
    sign_ups,
    unanswered,
    web_posts,
    workgroups,
)

MODULES = (
    amendments,
    announcement_pages,
    announcements,
    approvals,
    broadcasts,
    conversations,
    corrections,
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
    progress,
    promises,
    quiet_hours,
    receipts,
    roles,
    sign_ups,
    unanswered,
    web_posts,
    workgroups,
)

#: The main database, and the anonymous inputs' own.
MAIN: MetaData = SQLModel.metadata
INPUTS: MetaData = anonymous_input.metadata
