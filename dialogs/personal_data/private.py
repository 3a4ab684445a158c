"""Health, faith, union, origin, orientation, politics and offences, where the sentence tells it of one person."""

import re
from collections.abc import Iterator, Sequence

from dialogs.personal_data.lexicon import lowered, patterns
from dialogs.personal_data.spans import Span

_NEAR = 70
_FURTHEST_VERB = 45
_LIST = patterns("private")
_SOMEBODY = re.compile(rf"\b{_LIST['somebody']}\b", re.IGNORECASE)
_VERBS = {kind: re.compile(rf"\b{_LIST[kind]}\b", re.IGNORECASE) for kind in ("is", "has")}
#: Matched against the text in lower case: four times as fast as to ignore case.
_TERMS = [
    (kind, verb, re.compile(rf"\b{_LIST[f'{kind}_{verb}']}(?!\w)"))
    for kind, verb in (
        ("health", "is"),
        ("health", "has"),
        ("health", "does"),
        ("sensitive", "is"),
        ("sensitive", "does"),
    )
]
_ABBREVIATIONS = re.compile(rf"\b{_LIST['health_capital']}\b")
#: Somebody who works with it does not have it.
_WORK = re.compile(
    r"\b(?:jobb\w*|arbeid\w*|kurs\w*|erfaring\w*|kompetanse|pasient\w*|bruker\w*|brukar\w*|ansvar\w*|team\w*"
    r"|tilbud\w*|tilbod|les[et]\w*|snakk\w*|hørt|høyrt|prosjekt\w*|bekymret for|opptatt av|redd for at"
    r"|work\w*|patients?|experience|training|courses?|heard|read|sak\w*|innlegg\w*|mange|flere|fleire|many|some|nok"
    r"|folk|ansatte|tilsette|kolleger|kollegaer|kollegaar|lei av|ikke|ikkje|aldri|not|if|hvis|dersom)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"^(?:en|a|et|n)? (?:min|mi|mitt|hennes|hans)\b", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r"\b(?:min|mi|mitt|hennes|hans|my|her|his)(?: \w{1,15})? ?$", re.IGNORECASE)
#: "gravid i sjuende måned", "sykmeldt for utbrenthet".
_MORE = re.compile(
    r"(?: (?:i|for|på grunn av|pga\.?|grunnet|etter|av|med|fra|since|with|because of"
    r"|for) [^\s.,;!?]+(?: [^\s.,;!?]+){0,2}?(?=[.,;!?\n]|$| (?:og|men|så|and|but|som)\b)"
    r"| (?:i|for|av|med|pga\.?|with|of) [^\s.,;!?]+(?: (?:måned|månad|month|uke|veke|år)\b)?)"
)


def find(text: str, names: Sequence[Span]) -> Iterator[Span]:
    """What the text tells of a person; ``names`` are people it names."""
    low = lowered(text)
    for kind, verb, match in (
        *((kind, verb, match) for kind, verb, pattern in _TERMS for match in pattern.finditer(low)),
        *(("health", "has", match) for match in _ABBREVIATIONS.finditer(text)),
    ):
        start = _start(text, match, verb, names)
        if start is not None:
            more = _MORE.match(text, match.end()) if verb != "does" else None
            yield Span(start, more.end() if more else match.end(), kind)


def _start(text: str, match: re.Match[str], verb: str, names: Sequence[Span]) -> int | None:
    """Where what is told of somebody begins; None if it is told of nobody."""
    begin = max(0, match.start() - _NEAR)
    before = re.split(r"[.!?\n]", text[begin : match.start()])[-1]
    if verb == "has" and (_OWN.match(text[match.end() : match.end() + 12]) or _OF_SOMEBODY.search(before)):
        return match.start()
    at = match.start() - len(before)
    ends = [found.end() for found in _SOMEBODY.finditer(before)]
    ends += [name.end - at for name in names if at < name.end <= match.start()]
    if not ends:
        return None
    if verb == "does":
        return match.start()
    verbs = [found for found in _VERBS[verb].finditer(before) if found.start() >= min(ends) - 3]
    if not verbs or len(before) - verbs[-1].end() > _FURTHEST_VERB or _WORK.search(before, min(ends)):
        return None
    between = before[verbs[-1].end() :]
    return match.start() - len(between.lstrip()) if len(between) < 25 else match.start()
