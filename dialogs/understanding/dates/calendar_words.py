"""What calendar words mean, in nb, nn, en and dialect: each becomes one token that the grammar reads.

Months are ``M1`` … ``M12``, weekdays ``W0`` (Monday) … ``W6``, days from today ``T0``, ``T1``, ``T-1``, numbers digits.
"""

_MONTHS = """
1 januar january jan
2 februar february feb
3 mars march mar
4 april apr
5 mai
6 juni june jun
7 juli july
8 august aug
9 september sept sep
10 oktober october okt oct
11 november nov
12 desember december des dec
"""

_WEEKDAYS = """
0 mandag måndag monday mandan mandagen mandags måndagen mandager mandagene måndagar måndagane mandagane mondays
1 tirsdag tysdag tuesday tues tirsdagen tisdag tysdagen tirsdager tirsdagene tysdagar tysdagane tirsdagane tuesdays
2 onsdag wednesday onsdagen onsda onsdager onsdagene onsdagar onsdagane wednesdays
3 torsdag thursday thurs thur torsdagen torsda hørsdag torsdager torsdagene torsdagar torsdagane thursdays
4 fredag friday fredagen freda fredager fredagene fredagar fredagane fridays
5 lørdag laurdag saturday lørdagen laurdagen lauerdag lørdager lørdagene laurdagar laurdagane saturdays
6 søndag sundag sunday søndagen sundagen søndager søndagene sundagar sundagane søndagane sundays
"""

_NUMBERS = """
1 en ein ett eitt one
2 two par couple
3 tre three
4 fire four
5 fem five
6 seks six
7 sju syv seven
8 åtte eight
9 ni nine
10 ti ten
11 elleve eleven
12 tolv twelve
14 fjorten fourteen
15 femten fifteen
20 tjue twenty
"""

_ORDINALS = """
1 første fyrste fyste fysste forste first
2 andre second
3 tredje third
4 fjerde fourth
5 femte fifth
6 sjette sixth
7 sjuende syvende seventh
8 åttende åttande eighth
9 niende niande ninth
10 tiende tiande tenth
15 femtende fifteenth
"""

_WORDS = {
    "T0": "i dag | idag | today | i kveld | i ettermiddag | tonight | i da | ida | this afternoon",
    "T1": "i morgen | tmrw | tmr | i morgå | i mårå | imorgen | i morgon | imorgon | tomorrow | i morra"
    " | imorra | i mårra | i måro"
    " | i morro",
    "T2": "i overmorgen | i overmorgon | overmorgen | day after tomorrow | i overimorgen",
    "T-1": "i går | igår | yesterday | i gaar | igaar | i går kveld",
    "T-2": "i forgårs | i førgår | i forigårs | i førigår | day before yesterday",
    "uke": "uke | uka | wk | wks | vekå | vika | vekjo | uga | uken | uker | ukene | uku | vækka | veke"
    " | veka | veker | vekene | week | weeks"
    " | vecka | veckan | veckor | uge | ugen | uger",
    "dag": "dag | dager | dagen | dagene | dagar | dagane | day | days | døgn",
    "mnd": "måned | måneden | måneder | månad | månaden | månader | måneds | month | months | mnd",
    "year": "år | året | year | years",
    "helg": "helg | helga | helgen | helgå | weekend",
    "this": "denne | dette | this | inneværende | nåværende",
    "next": "nästa | næste | neste | kommende | komande | førstkommende | next | coming | upcoming",
    "last": "förra | forrige | førre | sist | siste | førige | last | previous | past",
    "før": "før | before | innan for | føre",
    "innen": "innen | innan | by | senest | seinast | no later than | fram til | frem til | until | till",
    "etter": "etter | after | ette",
    "om": "om | in",
    "i": "i | på | on | during | under | over | gjennom",
    "siden": "siden | sidan | ago | since",
    "for": "for",
    "mellom": "mellom | between | imellom",
    "fra": "fra | frå | from | f o m",
    "til": "til | through",
    "og": "og | and",
    "the": "den | the | de | dei | det | d",
    "that": "that | det | dette | denne | den | da",
    "slutten": "slutten av | slutten | utgangen av | end of | the end of | late",
    "midten": "midten av | midt i | midten | mid | middle of",
    "starten": "starten av | begynnelsen av | byrjinga av | beginning of | start of | early | først i | tidlig i",
    "rundt": "rundt | omkring | rundt om | around | about | kring",
    "jul": "jul | jula | julen | juleferien | christmas | xmas | julaften | juleaftan",
    "nyttår": "nyttår | årsskiftet | nyttår's | new year | new years | new year's | nyttårsaften | årsskifte",
    "nyåret": "nyåret | nyåra",
    "romjul": "romjul | romjula | romjulen | romjol | romjola",
    "advent": "advent | adventa | adventen | adventstida | adventstiden",
    "påske": "påske | påska | påsken | easter",
    "sommer": "sommer | sommeren | sommar | sommaren | summer | sommerferien | sommarferien | ferien | fellesferien",
    "høst": "høst | høsten | haust | hausten | autumn | this fall | the fall | next fall",
    "vinter": "vinter | vinteren | vinteren | winter",
    "vår": "våren | vårparten | spring | på vårparten",
    "i år": "i år | this year | iår",
    "i fjor": "i fjor | last year | ifjor",
    "til neste": "neste år | next year",
    "rest": "resten av | rest of",
}

#: Words that are a month or a number in one place and something else in another: only beside a number or after "in".
ONLY_BESIDE_NUMBERS = {"may": "M5", "jan": "M1", "mar": "M3", "jun": "M6", "sep": "M9", "des": "M12", "dec": "M12"}

#: Numbers that are spelled out, as digits.
NUMBERS = {word: line.split()[0] for line in _NUMBERS.strip().split("\n") for word in line.split()[1:]} | {"to": "2"}

PAST = frozenset(
    ("skjedde", "hendte", "hende", "foregikk", "var", "ble", "vart", "blei", "happened", "was", "were", "did", "gikk",
     "begynte", "byrja", "bestemte", "avgjorde", "møttes", "møttest", "took")
)  # fmt: skip


def _table() -> dict[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {}
    for prefix, lines in (("M", _MONTHS), ("W", _WEEKDAYS), ("", _NUMBERS)):
        for line in lines.split("\n"):
            value, *words = line.split() or [""]
            table |= {(word,): prefix + value for word in words if word not in ONLY_BESIDE_NUMBERS}
    for token, forms in _WORDS.items():
        table |= {tuple(form.split()): token for form in forms.split(" | ") if tuple(form.split()) not in table}
    return table


#: Ordinals count as days before a month only ("første desember"): "den første" is the first of anything.
ORDINALS = {word: line.split()[0] for line in _ORDINALS.strip().split("\n") for word in line.split()[1:]}
TABLE = _table()
LONGEST = max(map(len, TABLE))
#: Single words, for mending typing errors.
WORDS = frozenset(word for form in TABLE for word in form if len(word) > 4)
