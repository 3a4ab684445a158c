"""What somebody is registered by: an employee's number, a car's plate."""

import re
from collections.abc import Iterator

from dialogs.personal_data.spans import Span

_EMPLOYEE = re.compile(
    r"\b(?:ansatt|tilsett|tilsatt|arbeidstaker|arbeidstakar|medarbeider|medarbeidar|medarb\.?|vakt|ressurs|personal|lønns?|stillings"
    r"|employee|staff|personnel|payroll|worker)"
    r"(?:[\- ]?(?:nummer(?:et)?|nr\.?|id(?:-?en)?|no\.?|number|ident(?:en)?))(?: (?:mitt|min|hennes|hans|er|is|my"
    r"|var))*\s?[:=#]?\s?(?:er |is )?#?[A-Za-z]{0,3}-?\d[\d\-]{2,11}\b",
    re.IGNORECASE,
)
#: «ansatt 700812»: too long for a year, and counting nobody.
_STAFF = re.compile(r"\b(?:ansatt|tilsett|employee|medarbeider|medarbeidar) #?\d{5,8}\b", re.IGNORECASE)
#: Health personnel's number, an access card's.
_CARD = re.compile(
    r"\b(?:hpr|id-?kort\w*|adgangskort\w*|nøkkelkort\w*|autorisasjon\w*)[- ]?(?:nummer|nr\.?|number|no\.?)?"
    r"(?: (?:mitt|min|hennes|hans|har|er|is|nr\.?|nummer))*:? ?\d{4,9}\b",
    re.IGNORECASE,
)
#: Norwegian plates: two letters, without those that are read wrongly, and five digits; on trailers four.
_PLATE = re.compile(r"\b[A-HJ-LNPR-Z]{2}[ \-]?[1-9]\d{4}\b")
_ANY_PLATE = re.compile(r"\b[A-Za-z]{2}[ \-]?[1-9]\d{3,4}\b")
_CAR = re.compile(
    r"(?:\bbil|\bbilen|skilt|regn?\.? ?n(?:r|ummer)|registrerings|parkert|parkerer|moped|motorsykkel|tilhenger"
    r"|hengeren|\bcar\b|plate|licen[sc]e|vehicle|volvo|tesla|toyota|\bvan\b)[^.!?\n]{0,40}$",
    re.IGNORECASE,
)
#: What stands or drives somewhere, after a plate in small letters: «ev30119 foran nødutgangen».
_CAR_AFTER = re.compile(
    r"^[^.!?\n]{0,30}\b(?:park\w*|står|stod|sto|stend|kjør\w*|køyr\w*|blokker\w*|foran|ladeplass\w*|p-plass\w*|garasje\w*"
    r"|innkjørsel\w*|nødutgang\w*|fortau\w*|rampe\w*|bilen?)\b",
    re.IGNORECASE,
)
#: After a word for it, any plate of any country.
_TOLD_PLATE = re.compile(
    r"\b(?:skilt(?:nummer|et|nr)?|bilnummer|reg(?:istrerings)?\.? ?(?:nr|nummer)|kjennemerke|licen[sc]e plate"
    r"|number plate|plate(?: number)?|registration(?: number)?"
    r"|(?:svensk|dansk|polsk|litauisk|latvisk|tysk|finsk|utenlandsk|utanlandsk) (?:vare)?bil)(?: er| is)?[:.]? ?"
    r"(?P<plate>(?=[A-Z0-9 \-]*\d)[A-Z]{1,3}[ \-]?[A-Z0-9]{1,5}(?:[ \-]?[A-Z0-9]{1,4})?)\b"
)
_NO_PLATE = re.compile(
    r"(?:standard|sak|ref|rom|modell|art|vare(?!bil)|ordre|faktura|versjon|bestilling)\w*\.?:? ?$", re.IGNORECASE
)
_NO_PLATES = ("NS", "EN", "KR", "NR", "PC", "HP", "TS", "SR", "US", "UK", "EU", "SA", "PR", "TV")


def find(text: str) -> Iterator[Span]:
    for match in _EMPLOYEE.finditer(text):
        yield Span(*match.span(), "employee_id")
    for match in _STAFF.finditer(text):
        yield Span(*match.span(), "employee_id")
    for match in _CARD.finditer(text):
        yield Span(*match.span(), "employee_id")
    for match in _PLATE.finditer(text):
        if not match[0].startswith(_NO_PLATES) and not _NO_PLATE.search(
            text[max(0, match.start() - 20) : match.start()]
        ):
            yield Span(*match.span(), "vehicle")
    for match in _ANY_PLATE.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        is_seen = _CAR_AFTER.search(text[match.end() : match.end() + 60]) and not _NO_PLATE.search(before[-20:])
        if _CAR.search(before) or (is_seen and not match[0].upper().startswith(_NO_PLATES)):
            yield Span(*match.span(), "vehicle")
    for match in _TOLD_PLATE.finditer(text):
        yield Span(*match.span("plate"), "vehicle")
