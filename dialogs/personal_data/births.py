"""Dates of birth: a day beside a word for being born. A day alone is an ordinary date."""

import re
from collections.abc import Iterator

from dialogs.personal_data.spans import Span
from dialogs.personal_data.spoken import NUMBER_WORD

_MONTH = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|mars|march|mar|apr(?:il)?|ma[iy]|jun[ie]?|jul[iy]?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?|de[sc](?:ember)?)\.?"
)
_YEAR = r"(?:,? ?(?:19|20)\d\d|,? ?'?\d\d)"
_CENTURY = r"(?:nitten|nineteen|to ?tusen|two thousand|tjue|twenty)"
_YEAR_SAID = rf"(?:,? (?:i )?{_CENTURY}(?:[ -]?(?:hundre|hundred|tusen|og|and|{NUMBER_WORD}))*)"
_ORDINAL = r"[^\W\d_]{1,20}(?:te|nde|ende|ande|dje|de|st|nd|rd|th|ste|rste|andre|second|third)"
_DAY = (
    rf"(?:{_ORDINAL}(?:[ -]{_ORDINAL})? (?:of )?{_MONTH}(?!\w)(?:{_YEAR}|{_YEAR_SAID})?"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)? ?(?:of )?{_MONTH}\b{_YEAR}?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?{_YEAR}?"
    rf"|(?:første|fyrste|andre|1\.|2\.) (?:juledag|påskedag|pinsedag|januar)|(?:lille )?(?:jul|nyttårs|sankthans)aften"
    r"|julaftan"
    r"|\d{1,2}[./\- ]{1,2}\d{1,2}(?:[./\- ]{1,2}(?:\d{4}|\d{2}))?\b|(?:19|20)\d\d-\d\d-\d\d|\d{6}(?!\d)|\d{8}(?!\d))"
)
_BORN = re.compile(
    rf"\b(?:(?:er |ble |blei |vart |var )?(?:født|fødd|fødde|born)\.?"
    rf"(?: (?:den|dagen|on|the|i|in|på|om))*|f\.|f:|f(?= ?\d\d?[./]\d)"
    rf"|f\.?dato|fødselsdag\w*|fødselsdato\w*|fødedato\w*|fødsels- og|bursdag\w*|geburtsdag\w*|gebursdag\w*"
    r"|date of birth|birth ?date|birthday|dob|d\.o\.b\.?|blir \d\d(?: år)?|fyller (?:år|\d\d(?: år)?)|fyller"
    r"|turn(?:s|ed)? \d\d(?: on)?)"
    r"(?: (?:min|mi|mitt|hennes|hans|er|is|my|his|her|var|was|den|on|i år))*\s?[:=]?\s?"
    rf"(?P<day>{_DAY})",
    re.IGNORECASE,
)
_BORN_SHORT = re.compile(r"(?<!\w)f\.? ?(?:19|20)\d\d\b(?!\.)")
_BORN_IN = re.compile(
    r"\b(?:jeg|eg|han|hun|ho|i|she|he|me|meg)(?:'m| er| ble| blei| vart| var| was| am| is)?(?: selv"
    r"| sjølv)? (?P<born>(?:født|fødd|born) (?:i|in) (?:19|20)\d\d)\b",
    re.IGNORECASE,
)


#: «63-modell», «årgang 1963».
_VINTAGE = re.compile(
    r"\b(?:(?:jeg|eg|han|hun|ho|i|vi)(?:'m| er| am| var)?(?: en| ein| ei)? "
    r"(?P<model>'?(?:19|20)?\d\d-?(?:modell|årgang)\w*)"
    r"|(?P<year>(?:årgang|født i år|fødselsår(?:et)?|fødeår(?:et)?|birth year|year of birth):? ?(?:er |is )?'?"
    r"(?:19|20)?\d\d)\b)",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Span]:
    for match in _BORN.finditer(text):
        # "født 14. mars" is told as a whole, "fødselsdato: 14.03.69" by its day.
        is_short = match[0].casefold().startswith(("født", "fødd", "born", "f.", "f:"))
        yield Span(match.start() if is_short else match.start("day"), match.end(), "birthdate")
    for match in _BORN_IN.finditer(text):
        yield Span(*match.span("born"), "birthdate")
    for match in _BORN_SHORT.finditer(text):
        yield Span(*match.span(), "birthdate")
    for match in _VINTAGE.finditer(text):
        kind = "model" if match["model"] else "year"
        yield Span(*match.span(kind), "birthdate")
