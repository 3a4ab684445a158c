"""A question that somebody else has: "sjefen min lurer på når kickoff er" is read as "når kickoff er". Who asks says
nothing of what is asked, and made a plain question doubtful."""

import re

_ASKS = (
    r"(?:lure[rt]?|lura[r]?|lurte|spør|spurte|spurde|spørr|vil vite|vil vete|ville vite|vil ha greie|undrer|undrast"
    r"|har spurt|asks?|asked|wants? to know|wonders?|is asking|are asking|is wondering)"
)
_WHAT = (
    r"(?:hva|kva|ka|hvem|kven|kem|når|nar|hvor|kor|hvilke[nt]?|hvordan|korleis|korsen|hvorfor|kvifor|åssen"
    r"|what|who|when|where|which|how|why)"
)
#: Who has it, in at most four words and none of them the asker.
_WHO = r"(?!(?:jeg|eg|æ|i|vi|me|we|du|you|det|it)\b)(?:[^\W\d_]+ ){1,4}?"
_BEFORE = re.compile(
    rf"^\s*(?:hei[ ,!.]+|hi[ ,!.]+)?{_WHO}{_ASKS}(?: (?:på|om|etter|seg|oss|meg|us|me))*[ ,:]+(?={_WHAT}\b)", re.I
)


def question_of_another(text: str) -> str:
    """The question itself, where somebody else is said to have it; else the text as it is."""
    return _BEFORE.sub("", text, count=1)
