"""Where somebody lives: street and number, also with a postal code. A workplace's address is nobody's."""

import re
from collections.abc import Iterator

from dialogs.personal_data.lexicon import words
from dialogs.personal_data.spans import Span

_STREET_ENDINGS = (
    r"(?:gata|gaten|gate|veien|vegen|vei|veg|stien|sti|alleen|alléen|allé|alle|bakken|bakkane|svingen|plassen|plass"
    r"|torget|torg|kroken|tunet|tun|haugen|lia"
    r"|ringen|jordet|terrasse|løkka|åsen|stredet|smauet|brygge|brygga|kleiva|toppen|lunden|skogen|myra|dalen|hagen"
    r"|grenda|stubben|kollen|faret|veita|kjerret|holtet|vollen|kneika|teigen|enga|feltet|stranda|berget|flata|marka"
    r"|brinken|kleven|dammen|odden|vika|gutua|moen|haugane|åsane|myrane|bakkar|bakkane|teigane|neset|nesset|vågen|hola|hellingen|skrenten"
    r"|hovet|høgda|høyda|lykkja|lyngen|steinane|kleivane|holmen|sletta|slettene|breidden|bergane|vegane|bryggene|smuget)"
)
_NUMBER = r"(?P<number>\d{1,3}) ?(?:[A-Ha-h]\b)?(?!\d)"
_PLACE = r"(?:,? (?:N-)?\d{4} [^\W\d_][\wæøå\-]{1,25}(?: [A-ZÆØÅ][\w\-]{1,20})?)?"
_STREET = re.compile(
    rf"\b(?P<street>(?:[A-ZÆØÅ][\w.\-]{{1,25}} ){{0,3}}(?:(?<= )(?:gate|vei|veg|plass|allé|alle|terrasse|torg|brygge)"
    rf"|[^\W\d_][\w\-]{{2,30}}?{_STREET_ENDINGS}))"
    rf" {_NUMBER}{_PLACE}"
)
_ENGLISH = re.compile(
    r"\b\d{1,4}[A-D]? (?:[A-Z][\w'\-]{1,20} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Close|Drive|Way|Court|Gardens"
    r"|Terrace|Crescent|Square)\b"
    r"(?:, ?[A-Z][\w\-]{1,20})?"
)
_POSTAL = re.compile(r"\b(?:[A-ZÆØÅ][\w\-]{1,25} ){1,3}\d{1,4} ?[A-H]?,? (?:N-)?\d{4} [A-ZÆØÅ][\wæøå\-]{1,25}")
_AT_HOME = re.compile(
    r"\b(?:bor|bur|budde|bodde|bosatt|live|lives|living|leiligheten?|adress(?:e|en|a)(?: min| mi| hennes"
    r"| hans)?(?: er|,)?:?)(?: jo| visst| rett| borti| fremdeles| framleis| still| fortsatt)*"
    r" (?:i|på|ved|in|on|at)? ?(?P<street>(?:[A-ZÆØÅ][\w.\-]{1,25} ){0,3}(?:(?<= )(?:gate|vei|veg|plass|allé"
    r"|terrasse)|[A-ZÆØÅ][\w\-]{2,30}?(?:gata|gaten|gate|veien|vegen|vei|veg|stien|alleen|svingen|kroken)"
    r"|(?:[A-ZÆØÅ][\w\-]{1,25} ){1,3}\d{1,3}(?: ?[A-Ha-h])?(?! ?%)))\b"
)
_WORKPLACE = re.compile(
    r"(?:kontor\w*|lokale\w*|bygg\w*|bygning\w*|rådhus\w*|kommunegård\w*|skole\w*|skule\w*|barnehage\w*|bibliotek\w*"
    r"|senter\w*|sentrene|møterom\w*|møte\w*|besøksadresse\w*|oppmøte\w*|base\w*|arbeidsplass\w*"
    r"|sykehjem\w*|sjukeheim\w*|lager\w*|verksted\w*|flytte\w*|flyttar|avdeling\w*|office\w*|building|premises"
    r"|meeting|adressa til|resepsjon\w*|butikk\w*|stasjon\w*|etasje\w*|inngang\w*|holder til|held til)[^.!?\n]{0,30}$",
    re.IGNORECASE,
)
_HOME = re.compile(r"\b(?:bor|bur|bodde|budde|privat\w*|hjemme|heime|live|lives|home)\b", re.IGNORECASE)
#: What is counted after such a number makes no address of it.
_COUNTED = re.compile(
    r" ?(?:år|måned|månad|uke|veke|dag|time|minutt|min\b|sekund|kr|prosent|%|km|meter|m\b|stk|gang|person|ansatt"
    r"|tilsett|plasser|møte|barn|elev|bruker|av \d|,\d|days|hours|weeks|\. ?(?:januar|februar|mars|april|mai|juni"
    r"|juli|august|september|oktober|november|desember))",
    re.IGNORECASE,
)
_BEFORE = 60


def find(text: str) -> Iterator[Span]:
    for pattern in (_STREET, _POSTAL, _ENGLISH):
        for match in pattern.finditer(text):
            if _is_somebodys(text, match):
                yield Span(*match.span(), "address")
    for match in _AT_HOME.finditer(text):
        yield Span(*match.span("street"), "address")


def _is_somebodys(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    if _WORKPLACE.search(before) and not _HOME.search(before):
        return False
    street = match.groupdict().get("street")
    if street is None:
        return True
    return not _COUNTED.match(text, match.end()) and street.casefold() not in words("no_streets")
