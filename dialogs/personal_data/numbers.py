"""Numbers that name somebody: national identity numbers, bank accounts and telephone numbers."""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from stdnum import iban
from stdnum.no import kontonr

from dialogs.personal_data.spans import Span

#: Groups of digits that may belong together: "010190 12330", "900 00 001", "1234.56.78903". Bounded.
_GROUPS = re.compile(
    r"(?<![\w.,])(?:\+|00 ?)?\(?\d{1,20}\)?(?:(?:[ \u00a0.\-–/]|, | - |\) ?)\(?\d{1,20}\)?){0,40}(?!\w)"
)
_DIGITS = re.compile(r"\d+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b")
_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00) ?[1-9]\d{0,2}(?:[ \u00a0.\-/]?\(?\d{1,12}\)?){1,7}(?!\d)")

_BEFORE = 40
_CALLING = re.compile(
    r"\b(?:tlf|telefon\w*|mobil\w*|mob|ring\w{0,2}|nummer\w*|nr|sms|melding|call|phone|text me|cell|number|nås på"
    r"|kontakt\w*|whatsapp|signal|vipps)\b",
    re.IGNORECASE,
)
#: Beside an address to write to stands one to call.
_BESIDE_EMAIL = re.compile(r"@[\w\-]+\.[\w.\-]+[ /,;|(]{1,4}$")
_ACCOUNT = re.compile(
    r"(?:konto|account|iban|bankgiro|utbetal|innbetal|overfør|pengene|\bkto\b|transfer)", re.IGNORECASE
)
_PERSONAL_NUMBER = re.compile(
    r"(?:fødsels|person|identitets|d-?)(?:nummer|nr)|\b(?:fnr|f\.nr|pnr|ssn)|national id|identity number"
    r"|personal number",
    re.IGNORECASE,
)
#: A part of an identity number still says whose it is: the last five, or those without them.
_PART_OF_ONE = re.compile(
    r"(?:(?:fødsels|person|identitets|d-?)(?:nummer|nr)\w*|\bfnr|\bpnr|siste (?:fem )?(?:siffer|sifre|sifrene|siffera"
    r"|tall(?:ene)?))[^.!?\n\d]{0,25}(?P<part>\d{5})(?!\d)"
    r"|(?:de|dei|the)? ?(?:fem|5|five) siste[^.!?\n\d]{0,25}(?P<last>\d{5})(?!\d)"
    r"|(?<!\d)(?P<first>\d{6}[ \-]?[*xX•]{3,5})(?!\w)",
    re.IGNORECASE,
)
#: What else a number may be of.
_THING = re.compile(
    r"(?:\bsak|\border|ordre|faktura|bestilling|versjon|version|\bref|journal|\bkid\b|\borg|organisasjon|serie|utstyr"
    r"|inventar"
    r"|avtale|kontrakt|vedtak|prosjekt|kostnad|case|invoice|\bticket|henvendelse|arkiv|\bdok|isbn|\bpo\b|artikkel"
    r"|vare|måler"
    r"|budsjett|beløp|kroner|\bkr\b|nok|sum\b|gnr|bnr|\bpolicy|lisens|licen[sc]e)\w*\.?[^.!?\n]{0,25}$",
    re.IGNORECASE,
)
#: Numbers of an office, which is nobody.
_OFFICES = (
    r"(?:sentralbord|servicetorg|servicesenter|vakttelefon|legevakt|kundeservice|kundesenter|brukerstøtte"
    r"|support|helpdesk|help ?desk|switchboard|hovednummer|hotline|innbyggertorg|innbyggarservice"
    r"|felles(?:nummer|telefon)|kommunens nummer|hjelpetelefon|krisetelefon|nødtelefon|veitrafikk"
    r"|nødnummer|alarmtelefon)"
)
_OFFICE = re.compile(rf"{_OFFICES}[^.!?\n]{{0,30}}$", re.IGNORECASE)
_OFFICE_AFTER = re.compile(rf"[ ,(–-]{{1,3}}(?:er |til |på )?(?:\w+ )?{_OFFICES}", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\s?(?:,\d|,-|%|kr\b|kroner|kroners|nok\b|mill|mrd|euro|dollar|€|\$|£|prosent|kvadrat|m2|m²|kvm|km\b|kwh|stk"
    r"|tonn|liter"
    r"|timer|årsverk|innbyggere|sider|personer)",
    re.IGNORECASE,
)
#: Digits of an identity number, and its groups if it is written digit by digit.
_LONGEST = 11
#: How telephone numbers are written, in digits a group.
_WRITTEN = {(8,), (3, 2, 3), (2, 2, 2, 2), (4, 4)}
_WRITTEN_WITH_A_WORD = _WRITTEN | {
    (3, 5),
    (5, 3),
    (2, 3, 3),
    (3, 3, 2),
    (2, 6),
    (2, 2, 4),
    (4, 2, 2),
    (2, 4, 2),
    (1, 7),
}
_TO_AN_OFFICE = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
}


def find(text: str) -> Iterator[Span]:
    yield from _ibans(text)
    for match in _PART_OF_ONE.finditer(text):
        yield Span(*match.span(match.lastgroup or 0), "national_id")
    yield from _international(text)
    for chunk in _GROUPS.finditer(text):
        yield from _in_chunk(text, [(match.start(), match.end()) for match in _DIGITS.finditer(text, *chunk.span())])


def _ibans(text: str) -> Iterator[Span]:
    for match in _IBAN.finditer(text):
        compact = match[0].replace(" ", "")
        if iban.is_valid(compact) or re.fullmatch(r"NO\d{13}", compact):
            yield Span(*match.span(), "bank_account")


def _international(text: str) -> Iterator[Span]:
    for match in _INTERNATIONAL.finditer(text):
        number = re.sub(r"[^\d+]", "", match[0])
        number = "+" + number[2:] if number.startswith("00") else number
        try:
            parsed = phonenumbers.parse(number)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed) and len(number) > 8:
            yield Span(*match.span(), "phone")


def _in_chunk(text: str, groups: list[tuple[int, int]]) -> Iterator[Span]:
    """Each run of neighbouring groups that makes one number, the longest first, none twice."""
    at = 0
    while at < len(groups):
        found = next(
            (
                (span, last)
                for last in range(_furthest(groups, at), at, -1)
                if (span := _of_groups(text, groups[at:last])) is not None
            ),
            None,
        )
        if found:
            yield found[0]
        at = found[1] if found else at + 1


def _furthest(groups: list[tuple[int, int]], at: int) -> int:
    """How far a number that begins here can go: none has more digits than an identity number."""
    digits, last = 0, at
    while last < min(at + _LONGEST, len(groups)) and digits < _LONGEST:
        digits += groups[last][1] - groups[last][0]
        last += 1
    return last


def _of_groups(text: str, groups: list[tuple[int, int]]) -> Span | None:
    start, end = groups[0][0], groups[-1][1]
    lengths = tuple(end - start for start, end in groups)
    if sum(lengths) not in (8, 10, 11):
        return None
    digits = "".join(text[start:end] for start, end in groups)
    if len(digits) == 10:  # the country's code without its plus
        is_norwegian = digits[:2] == "47" and digits[2] in "2345679" and lengths in {(2, *rest) for rest in _WRITTEN}
        return Span(start, end, "phone") if is_norwegian else None
    before = text[max(0, start - _BEFORE) : start]
    if len(digits) == 11:
        if text[max(0, start - 1) : start] == "+":  # the code of a country; _international has it
            return None
        kind = _of_eleven(digits, lengths, before, has_points="." in text[start:end])
    else:
        after = text[end : end + _BEFORE]
        kind = _of_eight(digits, lengths, before, after, has_hyphens="-" in text[start:end])
    return Span(start, end, kind) if kind else None


def _of_eleven(digits: str, lengths: tuple[int, ...], before: str, *, has_points: bool) -> str | None:
    """A national identity number has a date in it, with 40 or 80 added to day or month in some; its control digits
    need not be right, for a mistyped one still names somebody."""
    if _PERSONAL_NUMBER.search(before):
        return "national_id"
    is_mistaken = _is_dated(digits) and not kontonr.is_valid(digits) and not has_points
    if (lengths == (4, 2, 5) and not is_mistaken) or _ACCOUNT.search(before):
        return "bank_account"
    is_amount = lengths == (2, 3, 3, 3)
    if _is_dated(digits) and not is_amount and not _THING.search(before):
        return "national_id"
    if _is_dated(digits) and not is_amount and lengths != (11,):
        return "national_id"
    return "bank_account" if lengths == (11,) and kontonr.is_valid(digits) and not _THING.search(before) else None


def _is_dated(digits: str) -> bool:
    day, month = int(digits[:2]), int(digits[2:4])
    is_day = 1 <= day <= 31 or 41 <= day <= 71
    return is_day and any(1 <= month - added <= 12 for added in (0, 20, 40, 65, 80))


def _of_eight(digits: str, lengths: tuple[int, ...], before: str, after: str, *, has_hyphens: bool) -> str | None:
    if _AMOUNT.match(after) or _OFFICE.search(before) or _OFFICE_AFTER.match(after):
        return None
    calling = list(_CALLING.finditer(before)) or list(_BESIDE_EMAIL.finditer(before))
    thing = None if _BESIDE_EMAIL.search(before) else _THING.search(before)
    if set(digits) == {"0"} and lengths in _WRITTEN_WITH_A_WORD:  # somebody put zeros for the number they mean
        return "phone"
    if calling and not (thing and thing.start() >= calling[-1].start()):
        is_written = lengths in _WRITTEN_WITH_A_WORD or (len(lengths) > 2 and digits[0] not in "01")
        return "phone" if is_written and not _is_years(digits, lengths) else None
    if lengths == (1,) * 8:
        return None if digits[0] in "01" or thing else "phone"
    is_written = lengths in _WRITTEN or (lengths == (2, 3, 3) and has_hyphens)
    if digits[0] in "01" or thing or not is_written or _is_years(digits, lengths) or _is_day(digits, lengths):
        return None
    number = phonenumbers.parse(digits, "NO")
    is_somebodys = phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in _TO_AN_OFFICE
    return "phone" if is_somebodys else None


def _is_years(digits: str, lengths: tuple[int, ...]) -> bool:
    return lengths == (4, 4) and digits[:2] in ("19", "20") and digits[4:6] in ("19", "20")


def _is_day(digits: str, lengths: tuple[int, ...]) -> bool:
    """20201124, or 24 11 20 20."""
    return digits[:2] == "20" and 1 <= int(digits[4:6]) <= 12 and 1 <= int(digits[6:]) <= 31 and lengths == (8,)
