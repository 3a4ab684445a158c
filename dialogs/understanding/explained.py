"""Why a text was understood as it was: every step, for whoever adds phrases or wonders at an answer."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs.understanding import understand
from dialogs.understanding.intents import Ranked, rank
from dialogs.understanding.normalise import folded
from dialogs.understanding.reading import Reading, read
from dialogs.understanding.stored import model, weights_of
from dialogs.understanding.vocabulary import Vocabulary

_CANDIDATES, _REASONS = 4, 6


def explain(text: str, vocabulary: Vocabulary, now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Each step's name (a key of the ``command`` catalogue) and what came of it, in the order of the steps."""
    reading = read(text, vocabulary, now.astimezone(zone).date(), {})
    yield "mended", vocabulary.spelling.mend(folded(text))
    yield "symbols", " · ".join("/".join(place) or "–" for place in reading.symbols)
    yield "named", ", ".join(dict.fromkeys(f"{thing.kind} {thing.key}" for _, thing in reading.named)) or "–"
    yield "window", f"{reading.window.first} – {reading.window.last}" if reading.window else "–"
    for one in rank(reading.scores)[:_CANDIDATES]:
        yield (
            "candidate",
            f"{one.confidence:6.1%} {'/'.join(filter(None, (one.intent, one.about)))}: {why(one, reading)}",
        )
    understood = understand(text, vocabulary, now, zone, {})
    yield "language", understood.language
    yield "understood", f"{understood.intent} {understood.confidence:.1%}"
    yield "values", ", ".join(f"{name}={value}" for name, value in understood.values.items()) or "–"
    yield "unsure", ", ".join(understood.candidates) or "–"


def why(one: Ranked, reading: Reading) -> str:
    """The features that speak most for it, with their weights."""
    label = model().labels.index("/".join(filter(None, (one.intent, one.about))))
    weighed = []
    for feature in reading.features:
        weighed += [(weight, feature) for at, weight in weights_of(feature) if at == label]
    best = sorted(weighed, reverse=True)[:_REASONS]
    return ", ".join(f"{feature} {weight / 100:+.2f}" for weight, feature in best if weight > 0)
