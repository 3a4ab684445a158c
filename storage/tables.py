"""Every table of the two databases, for migrations and tests: a table not listed here does not exist."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    announcement_pages,
    announcements,
    anonymous_input,
    conversations,
    groups,
    initiatives,
    lanes,
    milestones,
    occurrences,
    outbox,
    people,
    programmes,
    promises,
    roles,
    sign_ups,
    unanswered,
    web_posts,
    workgroups,
)

MODULES = (
    announcement_pages,
    announcements,
    conversations,
    groups,
    initiatives,
    lanes,
    milestones,
    occurrences,
    outbox,
    people,
    programmes,
    promises,
    roles,
    sign_ups,
    unanswered,
    web_posts,
    workgroups,
)

#: The main database, and the anonymous inputs' own.
MAIN: MetaData = SQLModel.metadata
INPUTS: MetaData = anonymous_input.metadata
