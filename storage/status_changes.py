"""What changed from one status report to the next, worked out of the answers alone: nothing of it is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage.status_answers import Said, Standing

Answers = Mapping[str, Said | None]


class What(StrEnum):
    """Kinds of change."""

    NEW_STREAM = "new_stream"
    ENDED_STREAM = "ended_stream"
    MOVED = "moved"
    NEW_RISK = "new_risk"
    CLOSED_RISK = "closed_risk"
    #: Nothing can be compared: it is not known now, or was not known last time.
    SILENT = "silent"
    ANSWERS_AGAIN = "answers_again"


@dataclass(frozen=True)
class Change:
    """One change of one stream."""

    what: What
    stream: str
    before: Standing | None = None
    after: Standing | None = None
    risk: str = ""


def between(before: Answers, after: Answers) -> list[Change]:
    """What changed, stream by stream in the order of the later report; what ended is last. A missing answer is no
    change of a status and closes no risk: nobody knows."""
    found = [change for stream, said in after.items() for change in _of_stream(stream, before, said)]
    return [*found, *(Change(What.ENDED_STREAM, stream) for stream in before if stream not in after)]


def _of_stream(stream: str, every_before: Answers, said: Said | None) -> Iterator[Change]:
    if stream not in every_before:
        yield Change(What.NEW_STREAM, stream)
        return
    before = every_before[stream]
    if before is None or said is None:
        if before is not None:
            yield Change(What.SILENT, stream, before=Standing(before.standing))
        elif said is not None:
            yield Change(What.ANSWERS_AGAIN, stream, after=Standing(said.standing))
        return
    if before.standing != said.standing:
        yield Change(What.MOVED, stream, Standing(before.standing), Standing(said.standing))
    yield from _risks(stream, before.risks, said.risks)


def _risks(stream: str, before: list[str], after: list[str]) -> Iterator[Change]:
    known, named = {risk.casefold() for risk in before}, {risk.casefold() for risk in after}
    yield from (Change(What.NEW_RISK, stream, risk=risk) for risk in after if risk.casefold() not in known)
    yield from (Change(What.CLOSED_RISK, stream, risk=risk) for risk in before if risk.casefold() not in named)
