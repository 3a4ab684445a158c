"""Announcements that the employer must give, by law or agreement, with the reason: they reach those who turned messages
off, too, and everybody is told why."""

from sqlmodel import Field, SQLModel

from storage.reasoned_marks import ReasonedMark


class AnnouncementObligation(SQLModel, table=True):
    """That one announcement must be given, by what law or agreement, and who said so."""

    __tablename__ = "announcement_obligation"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    reason: str
    marked_by: int = Field(foreign_key="person.id")


OBLIGATION = ReasonedMark(
    AnnouncementObligation, none="refused.announcement.no_obligation", long="refused.announcement.long_obligation"
)
