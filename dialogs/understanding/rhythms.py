"""When the top 5 is to be sent, in words: "første mandag i måneden kl. 09", "annenhver tirsdag", "every friday at 8".

Values are ``often`` (weekly, biweekly, monthly), ``place`` (1 to 4, or -1 for the last one), ``weekday`` and ``clock``;
``wrong`` names why it cannot be done so.
"""

import re
from datetime import date
from typing import Any

from dialogs.understanding.dates import window
from dialogs.understanding.dates.calendar_words import NUMBERS, ORDINALS, TABLE
from dialogs.understanding.orders import is_only_spoken_of
from dialogs.understanding.preferences import WEEKDAYS
from dialogs.understanding.reading import Reading

ACTION, FORM = "top.rhythm_set", "top.rhythm"
_TOP = re.compile(r"\btopp?[\s-]*(?:5|fem|five|list\w*)\b")
_EACH = r"(?:hver(?:t|en)?|kvar(?:t)?|kver(?:t)?|every|each|alle|per|pr\.?)"
_MONTH = r"(?:måned\w*|månad\w*|mnd|months?|monthly)"
_WEEK = r"(?:uk[ea]\w*|vek[ea]\w*|weeks?)"
_OTHER = rf"(?:anna?[nk]?(?:en|an)?\s?(?:hver|kvar|kver|kvart)|{_EACH} (?:andre|annen|annan|anna|other|second|2\.))"
_BIWEEKLY = re.compile(rf"\b(?:{_OTHER}|fortnightly|biweekly|{_EACH} 14\.? dag\w*|every two weeks|fortnight)(?!\w)")
_WEEKLY = re.compile(rf"\b(?:{_EACH}\s+(?:{_WEEK}|@)|ukentlig|vekentleg|weekly|(?:på|on) @s)(?!\w)")
_IN_MONTH = re.compile(rf"\b{_MONTH}\b")
_MONTHLY = re.compile(rf"\b(?:{_EACH} {_MONTH}|månedlig|månadleg|monthly|(?:en|én|ein|éin) gang i {_MONTH})\b")
_TOO_OFTEN = re.compile(
    rf"\b(?:{_EACH}(?: \d+\.?)? (?:kvarter\w*|quarter of an hour|time|timen|hour|minutt\w*|minute\w*|dag|dagen|day"
    r"|virkedag|arbeidsdag|yrkedag|kvardag|morgen|morgon|morning|weekday|formiddag)|daglig|dagleg|daily|hourly)(?!\w)"
)
_TOO_SELDOM = re.compile(
    rf"\b(?:kvartal\w*|quarterly|every quarter|halvår\w*|årlig|årleg|yearly|annually|{_EACH} år|every year"
    rf"|{_OTHER} {_MONTH}|{_EACH} (?:tredje|fjerde|third|fourth|3\.|4\.|6\.|sjette) (?:{_WEEK}|{_MONTH}))(?!\w)"
)
_WORKDAY = re.compile(r"\b(?:virkedag\w*|arbeidsdag\w*|yrkedag\w*|kvardag\w*|working day|workday|business day)\b")
_ON_DATE = re.compile(
    rf"\b(?:den |the )?\d{{1,2}}(?:\.|st|nd|rd|th)? (?:dag )?(?:i|of|hver|kvar|every|each|the)(?: \w+)? ?{_MONTH}"
    rf"|\b{_EACH} \d{{1,2}}\.(?= |$)(?! (?:@|{_WEEK}|{_MONTH}))|\b\d{{1,2}}\. {_MONTH}"
)
_CLOCK = re.compile(
    r"\b(?:kl(?:okk[ae]n?)?\.?|at)\s*(?P<half>halv\s+)?(?P<hour>\d{1,3}|[a-zæøå]+)(?:[.:]?(?P<minute>\d{2}))?\b"
    r"(?:\s*(?P<half_day>am|pm)\b)?|\b(?P<hour2>\d{1,2})[:.](?P<minute2>\d{2})\b(?!\.)"
    r"|\b(?P<hour3>\d{1,2})\s*(?P<half_day3>am|pm)\b"
)
_ORDINAL = re.compile(r"\b(?:(?P<number>\d)(?:\.|st|nd|rd|th)|(?P<word>[a-zæøå]+))\s+@")
_LAST = frozenset({"siste", "sist", "sidste", "last"})
#: What an order to send is said with; without any of it only the list and a rhythm may stand there.
_LONGEST = 24


def rhythm_order(reading: Reading, today: date, *, is_awaited: bool = False) -> tuple[str, dict[str, Any]] | None:
    """The action and its values, where the text says when the top 5 is to be sent; None where it does not.
    ``is_awaited``: it answers the card that asks for that, and need not name the list."""
    if len(reading.words) > _LONGEST or not (is_awaited or _TOP.search(reading.text)):
        return None
    text = _TOP.sub(" ", reading.text)
    clock = _CLOCK.search(text)
    days, weekdays = _marked(_CLOCK.sub(" ", text))
    values = _often(days, weekdays, today)
    if values is None:
        return None
    if weekdays and "wrong" not in values:
        values["weekday"] = WEEKDAYS[weekdays[0]]
    if clock:
        values["clock"] = _time(clock)
    asks = is_only_spoken_of(reading.text, reading, ACTION, "nb")
    refuses = not {"ikke", "ikkje", "not", "never", "aldri", "stopp", "stop"}.isdisjoint(w.text for w in reading.words)
    if (asks or refuses) and "?" in reading.text and _asks_when(reading):
        return None
    is_whole = "wrong" in values or {"often", "weekday"} <= values.keys()
    return (ACTION if is_whole and not asks and not refuses else FORM), values


def _asks_when(reading: Reading) -> bool:
    """ "Hva er topp 5 denne måneden?" asks for the list."""
    return bool({"what", "who", "which", "why", "when", "where", "howmany"} & reading.concepts)


def _often(text: str, weekdays: list[int], today: date) -> dict[str, Any] | None:
    """``text`` has "@" for its week days, "@s" for those in the plural."""
    wrong = _date(text, today)
    if wrong == "no_such_day":
        return {"wrong": wrong}
    if _TOO_OFTEN.search(text):
        return {"wrong": "often"}
    if _TOO_SELDOM.search(text):
        return {"wrong": "seldom"}
    in_month = _IN_MONTH.search(text)
    if in_month and _WORKDAY.search(text):
        return {"wrong": "date"}
    if len(set(weekdays)) > 1:
        return {"wrong": "weekdays"}
    if wrong:
        return {"wrong": wrong}
    ordinal = _place(text)
    if in_month and weekdays and ordinal is not None:
        return {"often": "monthly", "place": ordinal} if ordinal <= 4 else {"wrong": "fifth"}
    if _BIWEEKLY.search(text):
        return {"often": "biweekly"}
    if _WEEKLY.search(text):
        return {"often": "weekly"}
    return {"often": "monthly"} if in_month and _is_monthly(text) else None


def _is_monthly(text: str) -> bool:
    return bool(_MONTHLY.search(text))


def _date(text: str, today: date) -> str:
    """Why a day of the calendar cannot be meant; the empty string where none is named."""
    found = window(text.replace("@s", " ").replace("@", " "), today)
    if found is not None and found.no_such_day is not None:
        return "no_such_day"
    return "date" if _ON_DATE.search(text) else ""


def _place(text: str) -> int | None:
    found = _ORDINAL.search(text)
    if found is None:
        return None
    if found["number"]:
        return int(found["number"])
    if found["word"] in _LAST:
        return -1
    return int(ORDINALS[found["word"]]) if found["word"] in ORDINALS else None


def _marked(text: str) -> tuple[str, list[int]]:
    """The text with a sign for each week day, and which they are."""
    found: list[int] = []

    def marked(word: "re.Match[str]") -> str:
        token = TABLE.get((word.group(),), "")
        if not re.fullmatch(r"W\d", token):
            return word.group()
        found.append(int(token[1]))
        return "@s" if word.group().endswith(("er", "ene", "ar", "ane", "days")) else "@"

    return re.sub(r"[^\W\d_]+", marked, text), found


def _time(found: "re.Match[str]") -> str:
    hour = found["hour"] or found["hour2"] or found["hour3"] or ""
    number = int(hour) if hour.isdecimal() else int(NUMBERS.get(hour, "99"))
    minute = int(found["minute"] or found["minute2"] or 0)
    half_day = found["half_day"] or found["half_day3"]
    if half_day and number <= 12:
        number = number % 12 + (12 if half_day == "pm" else 0)
    if found["half"]:
        number, minute = number - 1, 30
    return f"{number:02}:{minute:02}"
