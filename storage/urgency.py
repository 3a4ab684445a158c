"""Urgent announcements, with the reason that everybody is told: they reach people in their quiet hours, too."""

from sqlmodel import Field, SQLModel

from storage.reasoned_marks import ReasonedMark


class AnnouncementUrgency(SQLModel, table=True):
    """That one announcement is urgent, why, and who said so."""

    __tablename__ = "announcement_urgency"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    reason: str
    marked_by: int = Field(foreign_key="person.id")


URGENCY = ReasonedMark(
    AnnouncementUrgency, none="refused.announcement.no_urgency", long="refused.announcement.long_urgency"
)
