"""What a question speaks of as the asker's own: "ungen min", "my building permit". No document tells of it, and the bot
keeps nothing but one's sign-ups and settings, so an answer that does not name it is about something else."""

import re
from itertools import pairwise

from dialogs.understanding.focus import in_what_is_asked
from dialogs.understanding.lexicon import EMPTY, concepts_of
from dialogs.understanding.normalise import Word
from dialogs.understanding.reading import Reading
from dialogs.understanding.vocabulary import Vocabulary

#: "Vår" is the spring as well, and "our" the whole organisation's.
_BEHIND = frozenset({"min", "mi", "mitt", "mine"})
_BEFORE = frozenset({"my"})
_SHORTEST = 3
#: Where one notes down what one is told, and who only tells something, ask for nothing of their own.
_BESIDE = re.compile(r"(?:kalend|almanakk|calend|diary|dagbok|notat|slide|presentasjon|minutt|del|part|mening|tur)")
#: What people have at home, whatever else words say of it.
_AT_HOME = frozenset({"private", EMPTY})
#: Who leads the asker: documents tell who leads, but not whom.
_LEADS = re.compile(r"(?:\w*sjef|\w*leder|\w*leiar|boss|manager|supervisor)(?:en|n|a)?$")
_WHO = frozenset({"hvem", "kven", "kem", "kim", "kæm", "åkken", "håkken", "vem", "who"})
_IS = frozenset({"er", "e", "ær", "æ", "blir", "vert", "var", "is", "s", "will", "be", "becomes", "was", "are"})


def belonging(reading: Reading, vocabulary: Vocabulary) -> list[str]:
    """The asker's own things in what is asked that no document and no list knows, and their leader, where it is asked
    who that is."""
    own = [
        noun
        for one, other in pairwise(reading.words)
        for noun, mark, marks in ((one, other, _BEHIND), (other, one, _BEFORE))
        if mark.text in marks and len(noun.text) >= _SHORTEST and not _BESIDE.match(noun.text)
    ]
    strange = [word for word in own if _is_strange(word, vocabulary) or _is_asked_for(word, reading)]
    return [word.text for word in in_what_is_asked(strange, reading)]


def _is_strange(word: Word, vocabulary: Vocabulary) -> bool:
    return (
        _AT_HOME.issuperset(concepts_of([word]))
        and not vocabulary.places(word.stem)
        and word.stem not in vocabulary.own_name
    )


def _is_asked_for(word: Word, reading: Reading) -> bool:
    """ "Hvem er sjefen min", not "når fikk sjefen min vite det": who the leader is, with at most a word between."""
    if not _LEADS.match(word.text):
        return False
    before = [one.text for one in reading.words if one.start < word.start][-3:]
    return any(first in _WHO and second in _IS for first, second in pairwise(before))
