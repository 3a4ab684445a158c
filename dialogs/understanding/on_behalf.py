"""What somebody else wants: "sjefen min lurer på når kickoff er" is read as "når kickoff er". Who asks says nothing of
what is asked, and made a plain question doubtful. "Sjefen lurer på om du kan melde meg av" is the writer's own wish or
is not: it is asked about (``order_of_another``)."""

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
_BOT = r"(?:du|dykk|dokker|dere|de|you|boten|the bot)"
_ORDERS = re.compile(
    rf"^\s*(?:hei[ ,!.]+|hi[ ,!.]+)?(?!{_WHAT}\b){_WHO}(?:"
    rf"{_ASKS}(?: (?:på|om|etter|seg|oss|meg|us|me))*[ ,:]+(?:om|hvis|if|whether) {_BOT}"
    r" (?:kan|kunne|vil|ville|can|could|will|would)(?: please)? "
    rf"|(?:vil|ville|ønsker|ønskjer) at {_BOT} (?:skal |må |kan )?|(?:wants?|wanted|asked) {_BOT} to )",
    re.I,
)


def question_of_another(text: str) -> str:
    """The question itself, where somebody else is said to have it; else the text as it is."""
    return _BEFORE.sub("", text, count=1)


def order_of_another(text: str) -> str:
    """What somebody else is said to want the bot to do; empty where nobody is."""
    found = _ORDERS.match(text)
    return text[found.end() :] if found else ""
