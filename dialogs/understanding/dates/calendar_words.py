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
1 en ein ett eitt én éin one
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
13 tretten thirteen
14 fjorten fourteen
15 femten fifteen
16 seksten sixteen
17 sytten seventeen
18 atten eighteen
19 nitten nineteen
20 tjue tyve twenty
30 tretti tredve thirty
40 førti forty
50 femti fifty
60 seksti sixty
90 nitti ninety
100 hundre hundred
"""

_ORDINALS = """
1 første fyrste fyste fysste forste first
2 andre annet anna second
3 tredje third
4 fjerde fourth
5 femte fifth
6 sjette sixth
7 sjuende syvende seventh
8 åttende åttande eighth
9 niende niande ninth
10 tiende tiande tenth
11 ellevte eleventh
12 tolvte twelfth
13 trettende trettande thirteenth
14 fjortende fjortande fourteenth
15 femtende femtande fifteenth
16 sekstende sekstande sixteenth
17 syttende syttande seventeenth
18 attende attande eighteenth
19 nittende nittande nineteenth
20 tjuende tjuande twentieth
30 trettiende trettiande thirtieth
"""

_WORDS = {
    "T0": "i dag | idag | today | i kveld | i ettermiddag | tonight | i da | ida | this afternoon"
    " | i natt | inatt | i nott",
    "T1": "i morgen | tmrw | tmr | i morgå | i mårå | imorgen | i morgon | imorgon | tomorrow | i morra"
    " | imorra | i mårra | imårra | i måro | i mårgo | imårgo | i mårgå | i mårgån | i mårrå | i måra | i mårgen"
    " | i morro | i morn | i mårn | imorn | tomorow | tommorow",
    "T2": "i overmorgen | i overmorgon | overmorgen | overmorgon | day after tomorrow | i overimorgen | overimorgen"
    " | i overmorra | overmorra | i overmårra | overmårra | i overimorra | i overimårra | i overmårå | overmårå"
    " | i overmorn | overmorn | i overmårn | i overmårgå | overmårgå | i overmåro | overmåro"
    " | i overmorga | ovrimorgon"
    " | i over morgen | i over morgon | i over morra | i over mårra | ovemorgen",
    "T-1": "i går | igår | yesterday | i gaar | igaar | i går kveld",
    "T-2": "i forgårs | i førgår | i forigårs | i førigår | day before yesterday",
    "uke": "uke | uka | wk | wks | vekå | vika | vekjo | uga | uken | uker | ukene | uku | vækka | veke"
    " | veka | veker | vekene | week | weeks | ukers | ukes | vekers | vekes"
    " | vecka | veckan | veckor | uge | ugen | uger",
    "dag": "dag | dager | dagen | dagene | dagar | dagane | day | days | døgn | dagers | dagars",
    "mnd": "måned | måneden | måneder | månad | månaden | månader | måneds | månads | måneders"
    " | månaders | månedene | månadene | month | months | mnd | mnder",
    "year": "år | året | year | years",
    "helg": "helg | helga | helgen | helgå | weekend",
    "kvartal": "kvartal | kvartalet | quarter | kv",
    "Q1": "q 1",
    "Q2": "q 2",
    "Q3": "q 3",
    "Q4": "q 4",
    "halvår": "halvår | halvåret | half year | half of the year",
    "halvdel": "halvdel | halvdelen | halvparten",
    "fortnight": "fortnight",
    "halv": "halv | halvt | halve | half",
    "½": "½",
    "1.5": "halvannen | halvannan | halvanna | halvtanna | halvtannan | halvanden | halvannet",
    "2": "et par | eit par | par | a couple of | couple of | a couple",
    "ca": "omtrent | cirka | circa | ca | sånn | nesten | exactly | nøyaktig | akkurat | roughly"
    " | approximately | ganske"
    " | just | bare | berre | kun | sirka",
    "whole": "hele | heile | whole | full | fulle | god | good | liten | lita",
    "coming": "som kommer | som kjem | som kommer nå | som kjem no | som kommer no | to come | som kjæm | som kjeme",
    "gone": "som gikk | som gjekk | som var | som var nå",
    "herfra": "fra nå | frå no | frå nå | from now | from here | fram i tid | frem i tid",
    "this": "denne | dette | this | inneværende | nåværende",
    "next": "nästa | næste | neste | næst | nest | kommende | komande | førstkommende | førstkomande | next"
    " | coming | upcoming",
    "last": "förra | forrige | førre | sist | siste | førige | last | previous | past",
    "før": "før | before | innan for | føre",
    "innen": "innen | innan | inden | by | senest | seinast | no later than | fram til | frem til | until | till",
    "etter": "etter | after | ette",
    "om": "om | in",
    "i": "i | på | on | during | under | over | gjennom",
    "siden": "siden | sidan | ago | since",
    "for": "for",
    "mellom": "mellom | between | imellom",
    "fra": "fra | frå | from | f o m",
    "til": "til | through",
    "og": "og | and | eller | or | samt",
    "the": "den | the | de | dei | det | d",
    "that": "that | det | dette | denne | den | da",
    "slutten": "slutten av | slutten | slutten på | utgangen av | utgangen | end of | the end of | the end"
    " | late | seint i"
    " | sent i | mot slutten av",
    "midten": "midten av | midt i | midt på | midten | mid | middle of | the middle of",
    "starten": "starten av | starten på | begynnelsen av | begynnelsen på | byrjinga av | byrjinga på"
    " | beginning of | start of"
    " | the beginning of | the start of | early | early in | først i | fyrst i | tidlig i"
    " | tidleg i | starten | begynnelsen",
    "rundt": "rundt | omkring | rundt om | around | about | kring",
    "jul": "jul | jula | julen | juleferien | christmas | xmas",
    "nyttår": "nyttår | årsskiftet | nyttår's | new year | new years | new year's | årsskifte",
    "nyåret": "nyåret | nyåra",
    "romjul": "romjul | romjula | romjulen | romjol | romjola",
    "advent": "advent | adventa | adventen | adventstida | adventstiden",
    "påske": "påske | påska | påsken | påskeferien | easter",
    "sommer": "sommer | sommeren | sommar | sommaren | summer | sommerferien | sommarferien | ferien | fellesferien",
    "høst": "høst | høsten | haust | hausten | autumn | this fall | the fall | next fall",
    "vinter": "vinter | vinteren | vinteren | winter",
    "vår": "våren | vårparten | spring | på vårparten",
    "i år": "i år | this year | iår",
    "i fjor": "i fjor | last year | ifjor",
    "til neste": "neste år | next year",
    "rest": "resten av | rest of",
    "årsslutt": "årets slutt | årets utgang | årsslutt | year end | years end | year's end",
    "mndslutt": "månedens slutt | månedens utgang | månadens slutt | månadens utgang | månedsslutt | month end",
    # Days that have a name: by the calendar (month.day), and from Easter Sunday on.
    "F12.13": "luciadagen | lucia",
    "F12.23": "lille julaften | lillejulaften | lille julaftan | veslejulaftan | vesle julaftan | little christmas eve",
    "F12.24": "julaften | juleaftan | julaftan | julekvelden | juleftan | christmas eve",
    "F12.25": "1 juledag | første juledag | fyrste juledag | juledag | juledagen | christmas day",
    "F12.26": "2 juledag | andre juledag | annen juledag | boxing day",
    "F12.31": "nyttårsaften | nyttårsaftan | nyttårsaftenen | new year's eve | new years eve | new year eve",
    "F1.1": "nyttårsdag | nyttårsdagen | 1 nyttårsdag | første nyttårsdag | new year's day | new years day",
    "F5.1": "arbeidernes dag | arbeidarane sin dag | labour day",
    "F5.17": "grunnlovsdagen | nasjonaldagen | constitution day | national day | syttende mai | syttande mai",
    "F6.23": "sankthansaften | sankthans | sankthansaftan | sankt hans | sankt hansaften | st hans | st hansaften"
    " | sanktansaften | jonsokaftan | midsummer | midsummer eve",
    "F6.24": "jonsok | sankthansdagen | midsummer day",
    "E-7": "palmesøndag | palmesundag | palm sunday",
    "E-3": "skjærtorsdag | skjertorsdag | maundy thursday",
    "E-2": "langfredag | good friday",
    "E-1": "påskeaften | påskeaftan | easter eve | easter saturday | holy saturday",
    "E0": "1 påskedag | første påskedag | fyrste påskedag | påskedag | påskedagen | easter sunday | easter day",
    "E1": "2 påskedag | andre påskedag | annen påskedag | easter monday",
    "E39": "kristi himmelfartsdag | kristi himmelfart | himmelfartsdagen | kristi himmelferdsdag | ascension day",
    "E48": "pinseaften | pinseaftan",
    "E49": "1 pinsedag | første pinsedag | fyrste pinsedag | pinsedag | whit sunday",
    "E50": "2 pinsedag | andre pinsedag | annen pinsedag | whit monday",
    "pinse": "pinse | pinsa | pinsen | pinsehelga | pinsehelgen | pinsehelg | pentecost | whitsun",
}

#: The coming days, weeks, months in the plural are several, in the singular one.
_COMING = "neste næraste nærmeste nærmaste kommende komande next coming following påfølgende"
_PLURALS = {
    "dager": "dagene dagane dager dagar days",
    "uker": "ukene vekene uker veker weeks",
    "måneder": "månedene månadene måneder månader months",
}

#: What is one before a unit of time only: "et" and "a" stand everywhere.
ARTICLES = frozenset(("ei", "et", "eit", "a", "an"))
#: What is an unknown number before a unit of time only.
FEW = frozenset(
    ("noen", "nokre", "nokon", "nåkken", "nåkre", "noko", "få", "few", "some", "several", "flere", "fleire", "handful")
)
#: What may stand behind a day of the month that is said without its month; "den 2. fasen" is no day.
AFTER_A_DAY = frozenset(
    ("er", "e", "var", "skjer", "skjedde", "har", "kan", "skal", "blir", "vert", "da", "så", "is", "are",
     "was", "does", "what", "hva", "kva", "ka", "noe", "noko", "anything", "igjen", "kl", "når", "hvem",
     "kven", "who", "then", "for", "at", "happens", "happening", "planned", "planlagt")
)  # fmt: skip

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
        parted = [tuple(form.replace("'", " ").split()) for form in forms.split(" | ")]
        table |= {form: token for form in parted if form not in table}
    for unit, plurals in _PLURALS.items():
        table |= {(coming, plural): f"next {unit}" for coming in _COMING.split() for plural in plurals.split()}
    return table


#: Ordinals count as days before a month only ("første desember"): "den første" is the first of anything.
ORDINALS = {word: line.split()[0] for line in _ORDINALS.strip().split("\n") for word in line.split()[1:]}
TABLE = _table()
#: How many words the longest form has that begins with this one.
LONGEST_FROM = {form[0]: len(form) for form in sorted(TABLE, key=len) if len(form) > 1}
#: Single words, for mending typing errors.
WORDS = frozenset(word for form in TABLE for word in form if len(word) > 4)
