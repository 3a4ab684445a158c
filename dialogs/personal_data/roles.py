"""Phrases that point at one person without naming anybody: the writer, or somebody else."""

import re
from collections.abc import Iterator

from dialogs.personal_data.lexicon import patterns, words
from dialogs.personal_data.spans import Span

_LIST = patterns("roles")
_LEAD, _JOB, _THE_JOB, _ONE = _LIST["lead"], _LIST["job"], _LIST["the_job"], _LIST["one"]
_MINE, _PERSON, _ADJECTIVE = _LIST["mine"], _LIST["person"], _LIST["adjective"]
_I = r"(?:jeg|eg|æ|je|(?-i:I))"
#: The only one of these is nobody.
_THINGS = rf"(?!(?: (?!(?:på|i|ved|hos|at|in|on)\b)\w+)? ?{_LIST['thing']})"
#: The rest of the phrase, to where the sentence says something of it.
_END = rf"(?=[,.;:!?()\n]|$| {_LIST['goes_on']}\b)"
_REST = rf"(?:[^,.;:!?()\n]{{1,70}}?{_END}|[^,.;:!?()\n]{{1,70}}\b)"
_SOMEWHERE = rf"(?:på|i|ved|hos|for|av|at|of|in|on) (?!{_LIST['whole']}\b)"
#: A unit by its name or number: "Solvang", "3B", "avdeling 4", "fløy C".
_UNIT = rf"(?:på|i|ved|hos|at|in|on) (?!{_LIST['whole']}\b)(?:\w+ )?(?-i:[A-ZÆØÅ0-9])[\w.\-]*"
_A_PLACE = (
    rf"(?:på|i|ved|hos|bak|at|in|on|behind) (?!{_LIST['whole']}\b)"
    rf"(?:[\w\-]+(?:en|et|a|ane|lønn|it|hr)\b|(?-i:[A-ZÆØÅ0-9])[\w.\-]*|{_LIST['department']}\b|the \w+)"
)

_SELF = [
    rf"{_I} som (?:er|var|jobber|arbeider|jobbar) (?:den |dei )?(?:{_ONE}|(?:{_LEAD}"
    rf"|{_JOB}) {_SOMEWHERE}){_THINGS}{_REST}",
    rf"(?:det er|it's|it is) (?:bare|berre|kun|only) {_I} (?:som|who)\b{_REST}",
    rf"(?:som|as) [^\W\d_]{{2,25}}s (?:eneste|einaste|only) {_JOB}",
    rf"{_I} som (?:vikarierer|vikarer|vikarierar|leder|leiar|styrer|styrar|driver|driv|har ansvar(?:et)?|er vikar)"
    rf" (?:for |på |av )?(?!{_LIST['whole']}\b){_REST}",
    rf"{_I}(?:'m| er| am) [^\W\d_]{{2,25}}s (?:eneste|einaste|only|yngste|eldste) {_JOB}",
    rf"{_I} som (?:skrev|skreiv|sa|spurte|spurde|stilte|holdt|heldt|tok|meldte|ledet|leia|foreslo|klaget|klaga"
    rf"|startet|starta|sendte|varslet|varsla|laget|laga|sluttet|slutta|hadde|ble|vart|blei|fikk|fekk|leverte|presenterte|satt|ringte){_REST}",
    rf"(?:som|as|being) (?:den |det |the )?(?:{_ONE}|only|youngest|oldest|newest|sole"
    rf"|longest.serving) {_THINGS}{_REST}",
    rf"(?:som|as|i rollen som|i min rolle som|i stillingen som) (?:en |a |an |the )?{_LEAD} {_SOMEWHERE}{_REST}",
    rf"(?:som|as) (?:en |a |an |the )?{_JOB} {_UNIT}{_REST}",
    rf"{_I}(?:'m| er| var| blir| am| was)(?: jo| nok| faktisk| visst| nemlig| også)? (?:den |dei |det "
    rf"|the )?(?:{_ONE}|only|youngest|oldest|newest)\b{_THINGS}{_REST}",
    rf"{_I}(?:'m| er| am| jobber som| arbeider som| jobbar som| work as)(?: en| ein| a| the"
    rf"| an)? {_LEAD} {_SOMEWHERE}{_REST}",
    rf"{_I}(?:'m| er| am| jobber som| arbeider som| jobbar som| work as)(?: en| ein| a| the"
    rf"| an)? (?:eneste )?{_JOB} {_UNIT}{_REST}",
    rf"{_I} (?:har|have|'ve) (?:jobba|jobbet|arbeidet|arbeidd|vært|vore|worked|been)(?: som| as| an?)* (?:{_LEAD}"
    rf"|{_JOB}|[^,.;:!?\n]{{0,20}}{_UNIT})[^,.;:!?\n]{{0,30}}?(?:\d\d år|siden (?:19|20)\d\d|sidan (?:19|20)\d\d"
    rf"|\d\d years|since (?:19|20)\d\d)",
    rf"(?:vi|me|we)(?: er|'re| are)(?: bare| berre| kun| only)? (?:to|tre|two|three|2|3|de to|dei to)(?: stykker| stk"
    rf"| of us| [^\W\d_]{{3,25}})? (?:som|på|i|ved|who|in|on|at)\b{_REST}",
    rf"(?<!hvis )(?<!viss )(?<!dersom )(?<!om )(?:det var|det er|it was|it is) (?:jeg|eg|æ|meg|me|(?-i:I)) (?:som|who"
    rf"|that)\b{_REST}",
    rf"{_I} (?:sitter|sit|har kontor|har plass|har pult) (?:alene|åleine|innerst|ytterst|på kontor \w*\d|på rom \w*\d"
    rf"|i rom \w*\d|ved siden av|rett ved|på hjørne){_REST}",
    rf"{_I}(?:'m| er| am) (?:han|hun|ho|den|the one) (?:som|who)\b{_REST}",
    rf"(?:vi|me) (?:to|tre) (?:som|på|i)\b{_REST}",
    rf"{_I} har (?:vært|vore|jobbet|jobba|arbeidet|arbeidd) her (?:i (?:over )?[2-4]\d år|siden 19\d\d|sidan 19\d\d)",
    rf"{_I} (?:begynte|started|starta|startet) (?:her |på jobb |som \w+ )*(?:i|in|den|on) (?:(?:\d\d?\. ?)?(?:januar"
    rf"|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember|january|february|march|may|june"
    rf"|july|october|december)\b(?: \d{{4}})?|(?:19|20)\d\d\b)",
]
_OTHERS = [
    rf"{_THE_JOB} {_MINE}(?: \w+(?= på| i ))?(?: {_A_PLACE})?",
    rf"(?:{_MINE}|vores) (?:nærmeste |nye |gamle |egen |forrige )?(?:leder|leiar|sjef|kollega|nabo|makker|sidemann"
    rf"|rektor|styrer|styrar|mellomleder|avdelingsleder|avdelingsleiar|enhetsleder|teamleder|inspektør"
    rf"|veileder)\b(?!e)",
    rf"(?:{_LIST['my']}) (?:line |new |old |direct |immediate )?(?:manager|boss|supervisor|colleague|co-?worker"
    rf"|team lead(?:er)?|principal|head(?! of state)|director|neighbour|neighbor|desk mate|mentor)\b(?!s)",
    rf"{_LIST['relative']} (?:til|åt|av) {_LIST['known']}",
    rf"{_PERSON} (?:{_ADJECTIVE}) {_A_PLACE}",
    rf"{_PERSON} {_A_PLACE}(?: (?:vår|vårt|min|mitt))?",
    rf"(?:{_PERSON}|kollegaen|vikaren|she|he|{_THE_JOB}) (?:som(?! les)|who|with the"
    rf"|med (?:det |den )?(?=(?:skjegget|barten|brillene|brillane|hestehalen|krykkene|stokken|tatoveringen)\b"
    rf"|\w+ (?:hår"
    rf"|bil|bart|briller|skjegg|genser)))\b{_REST}",
    rf"(?:(?:den|det|the) (?:{_ADJECTIVE}) )?(?:{_THE_JOB}|(?<!er )(?<!ny ){_LEAD}) (?:på|ved|hos|i|at"
    rf"|of) (?!{_LIST['whole']}\b)(?-i:[A-ZÆØÅ])[\w\-]+(?: (?:skole|skule|barnehage|sykehjem|school))?",
    rf"(?:(?:den|det) (?:{_ADJECTIVE}) )?{_THE_JOB} {_A_PLACE}(?: (?:vår|vårt|min|mitt))?",
    rf"(?:den|det|dei) (?:eneste|einaste|yngste|eldste) (?:{_THE_JOB}|mannen|kvinnen|kvinna|dama|damen|jenta|gutten"
    rf"|(?:som|i|på) (?!landet)(?=\w))(?: {_A_PLACE})?{_THINGS}",
    rf"the (?:only|new|young|old|oldest|youngest|polish|female|male) (?:\w+ )?(?:{_JOB}|{_LEAD}) (?:on|in|at"
    rf"|of) [^,.;:!?\n]{{2,40}}?{_END}",
    rf"the (?:{_LEAD}|{_JOB}) (?:at|of|in) (?-i:[A-Z])\w+(?: \w+)?",
]
_SELF_PATTERNS = [re.compile(rf"(?<!\w){one}", re.IGNORECASE) for one in _SELF]
_OTHER_PATTERNS = [re.compile(rf"(?<!\w){one}", re.IGNORECASE) for one in _OTHERS]
#: A question who it is, and a post to be filled, point at nobody.
_ASKED = re.compile(
    r"(?:hvem|kven|who)(?: \w+){0,2} ?$|\b(?:ny|en|ei|ein|a|some|trenger|treng|ansette|lyse ut|velge)(?: ny)? $",
    re.IGNORECASE,
)


#: Words that such a phrase may begin with, besides posts: only there is it worth looking.
_BEGINNINGS = words("beginnings_of_roles")
_WORD = re.compile(r"[^\W\d_]+")
_A_POST = re.compile(rf"(?:{_THE_JOB}|{_LEAD})")


def find(text: str) -> Iterator[Span]:
    for word in _WORD.finditer(text):
        low = word[0].casefold()
        if low in _BEGINNINGS or (len(low) > 3 and _A_POST.fullmatch(low)):
            yield from _beginning_at(text, word.start())


def _beginning_at(text: str, start: int) -> Iterator[Span]:
    for pattern in _SELF_PATTERNS:
        if match := pattern.match(text, start):
            yield Span(*match.span(), "self_identifying")
    is_asked = _ASKED.search(text[max(0, start - 30) : start])
    for pattern in _OTHER_PATTERNS if not is_asked else ():
        if match := pattern.match(text, start):
            yield Span(*match.span(), "third_party_identifying")
