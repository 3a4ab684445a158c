"""What is to be done with one message to employees: "stopp utsendingen", "rett meldingen", "hvem har fått meldingen".

One message is spoken of in the singular, with what says which ("meldingen", "the announcement"); all messages are not.
"""

import re
from typing import Any

from dialogs.understanding.normalise import folded

ACTION = "announcement.which"
_ONE = (
    r"(?:(?:den|denne|the|this|that|my|our|siste|sist|last|latest)\s+)*(?:meldi?ng(?:en|a)|beskjeden|(?:ut)?sending(?:en|a)"
    r"|kunngj[øe]ring(?:en|a)|(?<=the )(?:message|announcement|broadcast|mailing)|(?<=this )(?:message|announcement)"
    r"|(?<=that )(?:message|announcement)|(?<=my )(?:message|announcement)|(?<=latest )(?:message|announcement)"
    r"|(?<=last )(?:message|announcement))"
)
_DRAFT = r"(?:(?:det|dette|the|this|my|mitt)\s+)*(?:utkast(?:et)?|draft)"
_END = r"(?:\s+(?:mi|min|mitt|til ansatte|til tilsette|til alle|to (?:all|everyone)|nå|no|now|takk|please))*$"
_BEGINS = (
    r"^(?:(?:kan|kunne|can|could) (?:du|jeg|eg|æ|you|i) |(?:jeg|eg|æ|i) (?:vil|want to|ønsker å|ynskjer å) "
    r"|please |hvordan |korleis )*"
)
#: What is wanted, and what it is said with; the first that holds.
_WANTED: tuple[tuple[str, str], ...] = (
    ("delete", rf"(?:slett\w*|fjern\w*|forkast\w*|kast\w*|delete|discard|remove)\s+{_DRAFT}"),
    ("recall", rf"(?:tre[kc]k\w*|kall\w*|ta)\s+(?:tilbake|attende)\s+{_ONE}"),
    ("recall", rf"(?:trekk\w*|kall\w*|ta)\s+{_ONE}\s+(?:tilbake|attende)"),
    ("recall", rf"(?:tilbakekall\w*|recall|withdraw|retract|take back|slett\w*|delete)\s+{_ONE}"),
    ("stop", rf"(?:stopp?\w*|stans\w*|stogg\w*|avbryt\w*|halt|cancel)\s+{_ONE}"),
    ("correct", rf"(?:rett\w*(?: opp)?|korriger\w*|correct|fix|endre?)\s+{_ONE}"),
    ("approve", rf"(?:godkjenn\w*|approve)\s+{_ONE}"),
    (
        "who",
        r"(?:hvem|kven|kem|who|hvor mange|kor mange|how many)\s+(?:(?:har|ha|som|did|has|have)\s+)*"
        rf"(?:fått|fekk|fikk|lest|lese|mottatt|motteke|got|gotten|get|received|read)\s+{_ONE}",
    ),
)
_PATTERNS = tuple((name, re.compile(rf"{_BEGINS}(?:{said}){_END}")) for name, said in _WANTED)


def one_message(text: str) -> tuple[str, dict[str, Any]] | None:
    """The action, with what is ``wanted``; None where the text is about something else."""
    said = " ".join(re.sub(r"[.!?,]+", " ", folded(text)).split())
    wanted = next((name for name, pattern in _PATTERNS if pattern.search(said)), None)
    return (ACTION, {"wanted": wanted}) if wanted else None
