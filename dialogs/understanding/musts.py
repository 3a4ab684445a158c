"""What asks for only those messages that the employer must send: "kun det dere må si", "only what you must tell me"."""

import re
from typing import Any

from dialogs.understanding.normalise import folded

ACTION = "quiet.musts"
_WANTS = (
    r"(?:(?:jeg|eg|æ|i) (?:vil|ønsker|ynskjer|want|wish)(?: å| to)? |(?:send|gi|gje|give)(?: meg| mæ| me)? "
    r"|få |ha |get |please )*"
)
_ONLY = r"(?:kun|bare|berre|bærre|only|just|nothing but)(?: få| ha| send(?: meg| me)?| get)?"
_WHO = (
    r"(?:(?:(?:det|hva|kva|what|things)(?: som| that)? )?(?:arbeidsgiver(?:en)?|arbeidsgjevar(?:en)?|dere|de|dokker"
    r"|dykk|ledelsen|leiinga|kommunen|the employer|the management|you))"
)
_MUST = (
    r"(?:(?: er| are| is)?(?: absolutt| really)? (?:må|plikter|pliktar|pliktige?|pålagte?|must|has|have|required"
    r"|obliged)(?: til)?(?: å| to)?)"
)
_OF_DUTY = r"(?:det )?(?:lovpålagte?|pålagte?|obligatoriske?|pliktige?|mandatory|required|compulsory)"
_SAY = (
    r"(?: (?:si|seie|sei|fortelle|fortelje|sende|varsle|melde|informere|opplyse|say|tell|send|inform|meldinger"
    r"|meldingar|beskjeder|informasjon|messages|information|ting|things)(?: meg| mæ| me| oss| us)?(?: om| about)?)?"
)
_PATTERN = re.compile(rf"{_WANTS}{_ONLY} (?:{_WHO}{_MUST}|{_OF_DUTY}){_SAY}(?: takk| please| nå| no| now)*")


def only_musts(text: str) -> tuple[str, dict[str, Any]] | None:
    """The action that leaves out all else, with the way back on its card; None where it is about something else."""
    said = " ".join(re.sub(r"[.!?,]+", " ", folded(text)).split())
    return (ACTION, {"on": True}) if _PATTERN.fullmatch(said) else None
