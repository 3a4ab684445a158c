"""What a text shows of its intent, as the model knows it: its symbols, its stems and its letters."""

from collections.abc import Iterable
from itertools import pairwise

from dialogs.understanding.normalise import stem

#: What stands at one place of a text: everything it may be.
Symbols = tuple[str, ...]
UNKNOWN = "?"
_MOST_PLACES = 20
#: Words that share letters mean the same more often than not from this length on.
_LONG = 4


def features(symbols: Iterable[Symbols], said: Iterable[str] = ()) -> list[str]:
    """What a text shows of its intent: its symbols, neighbours, and pairs wherever they stand. A concept hides which
    word it was; so there are the stems, by themselves and two by two, and every four letters in a row of longer words.

    Unknown words only count: where they stand says nothing, and people say much beside what they want.
    """
    places = [place for place in symbols if place][:_MOST_PLACES]
    heard = [place for place in places if place != (UNKNOWN,)]
    unknown = len(places) - len(heard)
    found: dict[str, None] = {f"{min(len(heard), 4)} known": None}
    if unknown:
        found[f"{min(unknown, 3)} unknown, {min(len(heard), 3)} known"] = None
    for at, place in enumerate(heard):
        for symbol in place:
            found[symbol] = None
            if at == 0:
                found[f"^{symbol}"] = None
            for later, other in enumerate(heard[at + 1 : at + 7]):
                for second in other:
                    if later == 0:
                        found[f"{symbol} {second}"] = None
                    found[f"{symbol}&{second}" if symbol < second else f"{second}&{symbol}"] = None
    return list(found | _of_words(list(said)))


def _of_words(said: list[str]) -> dict[str, None]:
    stems = [stem(word) for word in said]
    found = dict.fromkeys(f"'{one}" for one in stems)
    found |= dict.fromkeys(f"'{one}'{other}" for one, other in pairwise(["", *stems, ""]))
    for word in said:
        if len(word) >= _LONG:
            found |= _letters(word)
    return found


def _letters(word: str) -> dict[str, None]:
    """Every four letters in a row, its ends among them: what words share that no stem does."""
    whole = f"<{word}>"
    return {f"~{whole[at : at + 4]}": None for at in range(len(whole) - 3)}
