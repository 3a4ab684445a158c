"""What asks for the decisions that leaders, the employees' side and the verneombud keep: "saker som skal besluttes".

Only what names such a list does: "hva besluttes 2. desember?" asks for a milestone.
"""

import re
from typing import Any

from dialogs.understanding.normalise import folded

ACTION = "decision.list"
_BEGINS = (
    r"(?:(?:kan|kunne|can|could) (?:du|jeg|eg|æ|you|i) |(?:jeg|eg|æ|i) (?:vil|want to|ønsker å|ynskjer å) |please "
    r"|vis(?:e|)(?: meg| me| mæ)? |syn(?:e|)(?: meg)? |se(?:e)? |sjå |åpne |opne |open |show(?: me)? "
    r"|list(?:e|) (?:opp )?|hvilke |kva |ka |what |which |oversikt(?:en)? over |oversyn over |the |alle |all )*"
)
_CASES = (
    r"(?:sak(?:er|ar|ene|ane|an)?|vedtak(?:ene|a|)|beslutning(?:er|ene|ar|ane|an)|avgjer(?:der|dene|slar)"
    r"|avgjørelse(?:r|ne)?)"
)
_IS_TO_BE = r"(?:som |der |vi |me )*(?:skal|ska|må|kan|venter på å|ventar på å) (?:bli |ble )?"
_DECIDED = (
    r"(?:beslutte(?:s|t|)|besluttast|vedtas|vedtatt|vedtakast|vedteke|avgjøres|avgjort|avgjerast|bestemmes|bestemt)"
)
_LIST = (
    rf"{_CASES} {_IS_TO_BE}{_DECIDED}",
    rf"{_CASES} (?:til|for) (?:beslutning|avgjerd|avgjørelse|vedtak)",
    rf"{_CASES} (?:som )?(?:venter|ventar|vente|gjenstår|står att|er åpne|er opne)",
    r"(?:beslutnings|vedtaks|avgjerds|avgjørelses)sak(?:er|ar|ene|ane)",
    r"beslutnings(?:lista|listen|liste)|decision list|list of decisions to make",
    r"(?:pending|open|outstanding|waiting) decisions?",
    r"(?:decisions|matters|cases|things) (?:that are |which are |still )*"
    r"(?:to be (?:made|decided|taken)|pending|waiting)",
)
_WHO = frozenset({"hvem", "kven", "kem", "who"})
_END = r"(?: (?:hos oss|her|nå|no|now|takk|please|har vi|ligger inne|ligg inne))*"
_PATTERN = re.compile(rf"{_BEGINS}(?:{'|'.join(_LIST)}){_END}")


def asks_who(text: str) -> bool:
    """Whether it is asked who."""
    return bool(_WHO & set(re.findall(r"\w+", folded(text))))


def decisions_kept(text: str) -> tuple[str, dict[str, Any]] | None:
    """The action; None where the text is about something else."""
    said = " ".join(re.sub(r"[.!?,]+", " ", folded(text)).split())
    return (ACTION, {}) if _PATTERN.fullmatch(said) else None
