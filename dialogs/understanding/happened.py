"""Whether it is asked if something planned was really done: plans do not say, and "when was it" is another question."""

from dialogs.understanding.lexicon import concepts_of
from dialogs.understanding.normalise import Word
from dialogs.understanding.reading import Reading
from dialogs.understanding.vocabulary import ASKING

#: What such questions begin with, in the languages people mix.
_BEGINS = frozenset(
    ["er", "ble", "blei", "vart", "har", "fikk", "fekk", "did", "has", "have", "was", "were", "is", "are", "got"]
)
_EARLY = 3
#: What may be done to a plan, and how its words end when it has been: "vedtatt" and "approved", but not "vedta".
_DEEDS = frozenset({"decide", "deliver", "begin", "happened", "end", "present", "effect"})
_ENDINGS = ("t", "dd", "ed", "a", "te", "ne")
_DONE = frozenset(["begun", "done", "held", "signed", "ferdig", "underskrevet", "gone", "holdt", "halde", "halden"])
#: Intents whose questions may be of this kind; nobody's own sign-up or input is among them.
ABOUT_PLANS = ("milestone.when", "milestone.list", "milestone.next", "phase.current", "delivery.about",
               "programme.about", "workgroup.about")  # fmt: skip


def asks_whether_done(reading: Reading) -> bool:
    """ "Ble prosjektplanen vedtatt?", "did it ever get signed off?"; who did it, or when, is something else."""
    if ASKING & reading.concepts or "me" in reading.concepts or not reading.words:
        return False
    begins = any(word.text in _BEGINS for word in reading.words[:_EARLY])
    return begins and any(_is_done(word) for word in reading.words[1:])


def _is_done(word: Word) -> bool:
    if word.text in _DONE:
        return True
    return word.text.endswith(_ENDINGS) and bool(_DEEDS.intersection(concepts_of([word])))
