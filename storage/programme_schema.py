"""What a programme file may hold: one model for each kind of entry. docs/programme-file.md explains every key."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from storage import email_addresses
from storage.compositions import RuleKind
from storage.meetings import MeetingKind
from storage.milestones import Precision
from storage.programme_dates import DateError, Window, day, window
from storage.programmes import Localised
from storage.refusals import Refused
from storage.risk_reviews import ReviewKind
from storage.workgroups import BodyKind, Openness

#: The languages of texts, the one that is always there first.
LANGUAGES = ("nb", "nn", "en")
#: The catalogue that says what is wrong with a file.
DOMAIN = "programme_file"


def _problem(key: str, **values: str) -> PydanticCustomError:
    """Tells pydantic of a problem of ours, by the key of its text."""
    return PydanticCustomError(f"{DOMAIN}.{key}", key, values)


def _as_text(value: Any) -> Localised:
    """A plain string is bokmål, and serves for the other languages too."""
    texts = {"nb": value} if isinstance(value, str) else value
    if not isinstance(texts, dict):
        raise _problem("text_expected")
    for language, text in texts.items():
        if language not in LANGUAGES:
            raise _problem("unknown_language", name=str(language), allowed=", ".join(LANGUAGES))
        if not isinstance(text, str) or not text.strip():
            raise _problem("empty_text", name=language)
    if "nb" not in texts:
        raise _problem("missing_nb")
    return texts


def _as_day(value: Any) -> date:
    try:
        return day(str(value))
    except DateError as bad:
        raise _problem(bad.key, **bad.values) from None


def _as_written(value: Any) -> Any:
    """A year alone is a number to YAML."""
    return str(value) if isinstance(value, int) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_zone(value: Any) -> Any:
    if value not in available_timezones():
        raise _problem("unknown_zone", name=str(value))
    return ZoneInfo(value).key


def _as_email(value: Any) -> str:
    """An address as mail servers take it."""
    try:
        return email_addresses.written(str(value))
    except Refused as refused:
        raise ValueError(refused.key) from None


Text = Annotated[Localised, BeforeValidator(_as_text)]
Day = Annotated[date, BeforeValidator(_as_day)]
Name = Annotated[str, Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
#: Keys of ``sources``: one, or a list where several documents say it.
Sources = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]
#: What no document says itself and we concluded, in our own words.
Inferred = Annotated[list[str], BeforeValidator(_as_list)]


class Entry(BaseModel):
    """Anything written in the file: a key that no model knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Entry):
    """An entry of its own, and the document that says it."""

    key: Key
    source: Sources
    names: list[Name] = []
    inferred: Inferred = []


class SaidDate(Entry):
    """A date as exactly as a document says it."""

    precision: Precision
    value: Annotated[str | None, BeforeValidator(_as_written)] = None
    end: Day | None = None
    words: Text | None = None
    inferred: Inferred = []

    @property
    def window(self) -> Window:
        return window(self.precision, self.value, self.end)

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        try:
            _ = self.window
        except DateError as bad:
            raise _problem(bad.key, **bad.values) from None
        if self.precision is Precision.RELATIVE and self.words is None:
            raise _problem("relative_without_words")
        return self


class Contact(Entry):
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None
    source: Sources | None = None


class RecipientEntry(Entry):
    name: Name | None = None
    role: Text


class WhistleblowingEntry(Entry):
    """Where the organisation takes notifications (varsler), by its own routine."""

    recipients: Annotated[list[RecipientEntry], Field(min_length=1)]
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    phone: Annotated[str, BeforeValidator(_as_written)] | None = None
    page: Annotated[str, Field(pattern=r"^https://\S+$")] | None = None
    safety_representative: Name | None = None
    source: Sources


class ProgrammeEntry(Entry):
    key: Key
    name: Name
    names: list[Name] = []
    full_title: str | None = None
    organisation: str | None = None
    area: Text | None = None
    contact: Contact
    whistleblowing: WhistleblowingEntry | None = None
    source: Sources
    inferred: Inferred = []


class AnswerWithin(Entry):
    words: Text
    days: Annotated[int, Field(ge=1, le=365)]


class Answers(Entry):
    """What the organisation promises whoever asks or proposes, and after how many weeks those who handle inputs are
    reminded of what nobody has answered."""

    questions: AnswerWithin | None = None
    proposals: AnswerWithin | None = None
    inputs_weeks: Annotated[int, Field(ge=1, le=52)] | None = None


class Settings(Entry):
    """What the organisation chooses; no document says it."""

    timezone: Annotated[str, BeforeValidator(_as_zone)] = "Europe/Oslo"
    smallest_group: Annotated[int, Field(ge=2)] = 6
    needs_approval: bool = True
    discussed_before_decided: bool = True
    messages_a_week: Annotated[int, Field(ge=0, le=50)] = 5
    catch_up_after_weeks: Annotated[int, Field(ge=0, le=52)] = 4
    inputs_kept_weeks: Annotated[int, Field(ge=4, le=520)] = 104
    recommendations_months: Annotated[int, Field(ge=0, le=12)] = 3
    answers: Answers | None = None


class CriterionEntry(Entry):
    """What initiatives are weighed by: 1 point is ``low``, 5 points are ``high``; ``weight`` is how much it counts."""

    key: Key
    title: Text
    low: Text
    high: Text
    weight: Annotated[int, Field(ge=1, le=100)]


class Prioritising(Entry):
    """How the organisation weighs initiatives; no document says it. Without criteria the ready-made ones hold."""

    most_running: Annotated[int, Field(ge=1, le=50)] = 3
    scored_by: Annotated[list[Literal["leader", "deputy", "coordinator", "employee_representative",
                                      "safety_representative"]], Field(min_length=1)] = [
        "leader", "employee_representative", "safety_representative"]  # fmt: skip
    answer_within: AnswerWithin | None = None
    criteria: Annotated[list[CriterionEntry], Field(max_length=8)] = []


class SourceEntry(Entry):
    label: Text
    about: Text | None = None
    file: str | None = None
    date: Day | None = None
    inferred: Inferred = []


class DecidesEntry(Entry):
    """What is to be decided at a milestone: a beslutning of the administration, or a vedtak of a political body."""

    kind: Literal["administrative", "political"]
    political_body: Key | None = None
    #: Milestones at which it is discussed before.
    discussed_in: list[str] = []

    @model_validator(mode="after")
    def _has_a_body_where_it_is_political(self) -> Self:
        if (self.kind == "political") != (self.political_body is not None):
            raise _problem("decides_body")
        return self


class MilestoneEntry(Sourced):
    title: Text
    kind: Literal["milestone", "related_event", "figure_date", "past_event"] = "milestone"
    date: SaidDate
    note: Text | None = None
    not_stated: list[Text] = []
    related: list[str] = []
    conflicts_with: str | None = None
    decides: DecidesEntry | None = None


class PhaseEntry(Sourced):
    title: Text
    about: Text | None = None
    start: SaidDate
    end: SaidDate
    conflict: Text | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        first, last = self.start.window.first, self.end.window.last
        if first and last and last < first:
            raise _problem("end_before_start", start=first.isoformat(), end=last.isoformat())
        return self


class Limit(Entry):
    """Where a role or a membership begins or ends: the day, or the month or season that it lies ``within``, and how
    the document says it."""

    on: Day | None = None
    within: Annotated[str | None, BeforeValidator(_as_written)] = None
    words: Text | None = None

    @property
    def window(self) -> Window:
        """The days that may be meant; a day that is known is the only one of its window."""
        if self.within is None:
            return Window(self.on, self.on)
        precision = Precision.SEASON if self.within[5:].isalpha() else Precision.MONTH
        return window(precision, self.within)

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        if self.on is not None and self.within is not None:
            raise _problem("day_and_within")
        try:
            _ = self.window
        except DateError as bad:
            raise _problem(bad.key, **bad.values) from None
        return self


class Limited(Entry):
    """What begins and ends; both days are included."""

    starts: Limit = Limit()
    ends: Limit = Limit()

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        first, last = self.starts.window.first, self.ends.window.last
        if first and last and last < first:
            raise _problem("end_before_start", start=first.isoformat(), end=last.isoformat())
        return self


class LeaderEntry(Entry):
    name: str | None = None
    role: Text | None = None


class MemberEntry(Limited):
    name: Name
    comes_as: str | None = None
    comes_from: str | None = None
    is_leader: bool = False
    #: Whom they are in the group for, while they act for them.
    acting_for: str | None = None


class ReplyEntry(Entry):
    words: Text
    days: Annotated[int, Field(ge=1)]


class ReleaseEntry(Entry):
    """From how many hours a week a volunteer needs a release; 0 for always."""

    from_hours: Annotated[int, Field(ge=0, le=40)] = 0


class WorkgroupEntry(Sourced):
    title: Text
    kind: Literal["workgroup", "body", "sprint_team"] = "workgroup"
    openness: Openness
    number: int | None = None
    mandate: Text | None = None
    leader: LeaderEntry = LeaderEntry()
    members: list[MemberEntry] = []
    member_roles: list[Text] = []
    size: Text | None = None
    result: Text | None = None
    how_filled: Text | None = None
    note: Text | None = None
    reply_within: ReplyEntry | None = None
    release: ReleaseEntry | None = None
    #: What a body is for.
    body: BodyKind | None = None
    opened: SaidDate | None = None
    capacity: Annotated[int, Field(ge=1)] | None = None
    #: Milestones by which the group hands something in.
    deadlines: list[str] = []
    #: User representatives and councils that the group is to involve.
    involves: list[Text] = []


class MeetingEntry(Sourced):
    """A meeting of a group's, or one of its own with those whom it involves."""

    workgroup: str
    kind: MeetingKind = MeetingKind.MEETING
    title: Text | None = None
    date: SaidDate
    #: From when to when, on the day, as 09:00; only with a day that is known.
    time: Annotated[str | None, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d(-([01]\d|2[0-3]):[0-5]\d)?$")] = None
    place: str | None = None
    with_: Annotated[list[Text], Field(alias="with")] = []
    #: Where the minutes are.
    minutes: Annotated[str | None, Field(pattern=r"^https://\S+$")] = None

    @model_validator(mode="after")
    def _has_a_day_for_its_time(self) -> Self:
        if self.time is not None and self.date.precision is not Precision.DAY:
            raise _problem("time_without_day")
        return self


class RoleEntry(Limited):
    key: Key
    source: Sources
    names: list[Name] = []
    inferred: Inferred = []
    role: Text | None = None
    duty: Literal["leads", "owns", "presents", "follows_up", "coordinates", "takes_part", "member"] | None = None
    does: Text | None = None
    unit: str | None = None
    workgroup: str | None = None
    party: str | None = None
    acting: bool = False
    on_behalf_of: str | None = None
    planned: bool = False
    note: Text | None = None


class PersonEntry(Entry):
    name: Name
    names: list[Name] = []
    roles: Annotated[list[RoleEntry], Field(min_length=1)]


class InitiativeEntry(Sourced):
    title: Text
    about: Text | None = None


class Figure(Entry):
    """A sum: ``amount`` is null where the document gives none."""

    what: Text
    amount: Text | None
    period: Text | None = None


class FactEntry(Sourced):
    """What a document says that has no table of its own. Fields that a subclass adds go to ``Fact.details``."""

    title: Text | None = None
    text: Text | None = None
    note: Text | None = None


class BackgroundEntry(FactEntry):
    heading: Text | None = None
    figures: list[Figure] = []


class GoalEntry(FactEntry):
    number: int | None = None
    points: list[Text] = []


class RuleEntry(FactEntry):
    applies_to: Text | None = None
    #: What the bot tells this rule with: what happens to inputs
    concerns: Literal["anonymous_input"] | None = None
    recurrence: str | None = None
    #: rule, recommendation (not decided) or promise
    force: Literal["rule", "recommendation", "promise"] = "rule"


class RecommendationEntry(FactEntry):
    number: int | None = None
    workgroup: str
    points: list[Text] = []


class DeliveryEntry(FactEntry):
    number: int


class NewsEntry(FactEntry):
    published: Day | None = None
    form: Literal["text", "film"] = "text"
    figures: list[Figure] = []
    related: list[str] = []


class UnitEntry(FactEntry):
    person: str | None = None
    head_title: Text | None = None
    is_top: bool = False


class BoxEntry(FactEntry):
    belongs_to: str
    number: int
    is_label: bool = False


class SolutionEntry(FactEntry):
    role: Text | None = None
    ends: Text | None = None


class LabelEntry(FactEntry):
    number: int


class NoteEntry(FactEntry):
    #: What it is a note on; the programme's notes are found by it.
    topic: Key | None = None


class SideEntry(Entry):
    """One side that takes part in a group: ``words`` are in what its members come as."""

    key: Key
    title: Text
    words: Annotated[list[Name], Field(min_length=1)]


class CompositionEntry(Sourced):
    """How groups are to be composed: by ``sides``, ``apart`` from a group, or of a ``size``."""

    kind: RuleKind
    title: Text | None = None
    groups: list[str] = []
    sides: list[SideEntry] = []
    from_group: str | None = None
    at_least: Annotated[int, Field(ge=1)] | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needed = {
            RuleKind.SIDES: bool(self.sides),
            RuleKind.APART: self.from_group is not None,
            RuleKind.SIZE: self.at_least is not None or self.at_most is not None,
        }
        if not needed[self.kind]:
            raise _problem("composition_without", kind=str(self.kind))
        if self.at_least and self.at_most and self.at_most < self.at_least:
            raise _problem("composition_bounds", at_least=str(self.at_least), at_most=str(self.at_most))
        return self


class BodyEntry(Entry):
    """A body of elected politicians, as documents call it, and as people speak of it."""

    key: Key
    title: Text
    names: list[Name] = []


class DecisionsEntry(Entry):
    """Who decides politically; no vedtak can be recorded of any other body."""

    political_bodies: Annotated[list[BodyEntry], Field(min_length=1)]
    source: Sources
    inferred: Inferred = []


class TrackEntry(Entry):
    """Which milestone is the deadline of proposals with effect in a year, or of all others."""

    milestone: Key
    effect_year: Annotated[int, Field(ge=2000, le=2100)] | None = None


class ProposalsEntry(Entry):
    """The proposals (tiltak) that the workgroups hand over: to whom, by when, and who assures their quality."""

    received_by: Text
    quality_group: Key | None = None
    tracks: list[TrackEntry] = []
    source: Sources
    inferred: Inferred = []


class RiskReviewEntry(Entry):
    """A risk assessment, or a review of what a change means for the working environment, and what it is needed for."""

    key: Key
    kind: ReviewKind
    title: Text
    owner: Text | None = None
    before: list[Key] = []
    takes_input: bool = False
    source: Sources
    inferred: Inferred = []


class SprintsEntry(Entry):
    """How deliveries are made: in sprints of so many weeks, by teams of about so many; who orders their queue."""

    workgroup: Key
    weeks: Annotated[int, Field(ge=1, le=12)] = 3
    first_day: Day | None = None
    team_size: Annotated[int, Field(ge=1, le=30)] = 5
    prioritised_by: Annotated[list[Literal["leader", "deputy", "coordinator"]], Field(min_length=1)] = ["leader"]
    source: Sources
    inferred: Inferred = []


class StreamEntry(Sourced):
    """A work stream (arbeidsstrøm) that status reports are of, and who owns it."""

    title: Text
    owner: LeaderEntry = LeaderEntry()


class StatusReportsEntry(Entry):
    """Status reports: how often, from which day, of which work streams, and to whom."""

    every_weeks: Annotated[int, Field(ge=1, le=26)] = 3
    first_day: Day | None = None
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    #: So many working days before a report its questions are asked.
    days_before: Annotated[int, Field(ge=1, le=5)] = 2
    #: Who sits in these groups gets each report, and who holds one of these roles.
    groups: list[str] = []
    roles: list[Literal["leader", "deputy", "coordinator", "employee_representative", "safety_representative"]] = [
        "employee_representative", "safety_representative"]  # fmt: skip
    led_by: Annotated[list[Literal["leader", "deputy", "coordinator"]], Field(min_length=1)] = ["leader"]
    #: The project's last day: no report comes after it.
    milestone: Key | None = None
    archive: Annotated[str, BeforeValidator(_as_email)] | None = None
    is_open: bool = False
    goes_by_itself: bool = False
    streams: Annotated[list[StreamEntry], Field(max_length=12)] = []
    source: Sources
    inferred: Inferred = []


class Content(Entry):
    """The whole file, section by section."""

    programme: ProgrammeEntry
    settings: Settings = Settings()
    prioritising: Prioritising | None = None
    sources: Annotated[dict[Key, SourceEntry], Field(min_length=1)]
    milestones: list[MilestoneEntry] = []
    phases: list[PhaseEntry] = []
    workgroups: list[WorkgroupEntry] = []
    meetings: list[MeetingEntry] = []
    composition: list[CompositionEntry] = []
    proposals: ProposalsEntry | None = None
    risk_reviews: list[RiskReviewEntry] = []
    sprints: SprintsEntry | None = None
    status_reports: StatusReportsEntry | None = None
    decisions: DecisionsEntry | None = None
    people: list[PersonEntry] = []
    roles_without_name: list[RoleEntry] = []
    initiatives: list[InitiativeEntry] = []
    background: list[BackgroundEntry] = []
    goal_headline: Annotated[list[GoalEntry], Field(max_length=1)] = []
    goals: list[GoalEntry] = []
    mandate: list[GoalEntry] = []
    frames: list[FactEntry] = []
    rules: list[RuleEntry] = []
    recommendations: list[RecommendationEntry] = []
    related_programmes: list[FactEntry] = []
    delivery_rules: list[FactEntry] = []
    deliveries: list[DeliveryEntry] = []
    news: list[NewsEntry] = []
    units: list[UnitEntry] = []
    organisation_boxes: list[BoxEntry] = []
    temporary_solution: list[SolutionEntry] = []
    involvement: list[GoalEntry] = []
    scope_included: list[FactEntry] = []
    scope_excluded: list[FactEntry] = []
    timeline_figure: list[LabelEntry] = []
    abbreviations: list[FactEntry] = []
    open_questions: list[FactEntry] = []
    notes: list[NoteEntry] = []


#: Sections that become facts, and the kind of fact that each holds (storage.programmes.KINDS).
FACT_SECTIONS = {
    "background": "background",
    "goal_headline": "goal_headline",
    "goals": "goal",
    "mandate": "mandate",
    "frames": "frame",
    "rules": "rule",
    "recommendations": "recommendation",
    "related_programmes": "related_programme",
    "delivery_rules": "delivery_rule",
    "deliveries": "delivery",
    "news": "news",
    "units": "unit",
    "organisation_boxes": "organisation_box",
    "temporary_solution": "temporary_solution",
    "involvement": "involvement",
    "scope_included": "scope_included",
    "scope_excluded": "scope_excluded",
    "timeline_figure": "timeline_label",
    "abbreviations": "abbreviation",
    "open_questions": "open_question",
    "notes": "note",
}

#: Keys whose value names an entry of another section.
REFERENCES = {
    "related": "milestones",
    "conflicts_with": "milestones",
    "deadlines": "milestones",
    "workgroup": "workgroups",
    "groups": "workgroups",
    "from_group": "workgroups",
    "quality_group": "workgroups",
    "milestone": "milestones",
    "before": "milestones",
    "discussed_in": "milestones",
    "political_body": "decisions.political_bodies",
    "belongs_to": "units",
}
