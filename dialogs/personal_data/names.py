"""Names of people: whole, first name only, in lower case, inflected, foreign, and those that are words too."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from dialogs.personal_data.lexicon import kinds, words
from dialogs.personal_data.spans import Span
from dialogs.personal_data.tokens import Word, words_of

#: How surnames end that no list holds.
_SURNAME = re.compile(
    r".{2,}(?:sen|sson|son|dottir|dóttir|dotter|vik|stad|sted|land|berg|bergen|dal|dalen|rud|heim|nes|haug|haugen"
    r"|moen|mo|bakken|bakk|lien|seth?|eng|ås|sund"
    r"|øy|myr|hagen|fjord|fjell|lund|holt|holm|strand|voll|vold|våg|tveit|bø|tun|vang|gård|gaard|dahl|hus|rød|løkken"
    r"|tangen|ski|ska|icz|ien[eė]|ait[eė]|yt[eė]|[ei]vičius|evicius|auskas"
    r"|enko|chuk|ova|eva|ov|ić|vić|vic|oğlu|oglu|yan|zadeh|pour|nejad|mariam|medhin|selassie|ström|kvist|quist|gren"
    r"|escu|opoulos|idis)"
)
_SURNAME_IN_LOWER_CASE = re.compile(
    r".{2,}(?:sen|vik|stad|land|rud|heim|nes|haug|haugen|moen|seth|sund|tveit|vold|gaard|sson)"
)
_INITIAL = re.compile(r"(?<![\w.])(?:[A-ZÆØÅ]\. ?){1,2}(?P<surname>[A-ZÆØÅ][^\W\d_]+(?:-[A-ZÆØÅ][^\W\d_]+)?)")
#: Whatever somebody is called is a name: «jeg heter xhemile».
_CALLED = re.compile(
    r"\b(?:jeg|eg|æ|han|hun|ho|hen|she|he|(?:sjefen|lederen|leiaren|kollegaen|naboen|vikaren|rektor|sønnen|sonen|datteren|dattera"
    r"|mannen|kona)(?: min| vår| mi| hennes| hans)?) (?:heter|heiter|hetar|hete|hette|het)"
    r" (?P<name>(?!(?:det|noe|noko|ikke|ikkje|jo|nå|no|også|òg|egentlig|eigentleg|han|hun|ho)\b)"
    r"[^\W\d_]{3,30}(?: (?-i:[A-ZÆØÅ])[^\W\d_]+)?)",
    re.IGNORECASE,
)
#: "Kari og Ola på gata": anybody, not somebody.
_ANYBODY = re.compile(
    r"\b(?:ola og kari|kari og ola|ola narr|ola dunk|ola dilt|ole brumm|(?:vanlige?|gjennomsnittlige?|alminnelige?"
    r"|menige) (?:ola|kari)(?: nordmann)?"
    r"|st\.? ?hans\w*|sankt hans\w*|sankthans\w*|peer gynt|mark my words|tom,? dick and harry|jan\.? ?[-–] ?mars"
    r"|lille julaften|maria magdalena"
    r"|anne frank|per (?:dags? dato|dag|time|måned|månad|uke|veke|år|person|ansatt|i dag|nå|no)|siri og alexa"
    r"|alexa og siri|hei siri|hey siri)\b(?! (?:på|i) (?:lønn|it|hr)\b)",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"(?:senter|senteret|skole|skolen|skule|sykehjem|sjukeheim|barnehage|museum|museet|stiftelsen|prisen|fondet|kirke"
    r"|instituttet|tunet|huset|metoden|modellen)$"
)
#: What is done, decided or organised, in the definite form, which no person's name has: «Innplasseringen», «Enheten».
_MATTER = re.compile(
    r"(?:.{4,}ing|.{2,}(?:sjon|skap|het|heit)|.*(?:grupp|plan|avtal|prosess|modell|milepæl|handling|ledels|leiing))"
    r"(?:en|a|ene|ane|et)s?"
)
#: What only people are or have done, after "er", "har" and the like.
_PERSONAL_STATE = re.compile(
    r"(?:(?:alltid|aldri|ofte|jo|nok|visst|blitt|vært|vorte|vore|så|veldig|for|ikke|ikkje|også|òg|nå|no|på nytt) )?"
    r"(?:på (?:jobb|ferie|kurs|vakt|kontoret|hyttetur)|i (?:permisjon|fengsel)|borte|vekke|syk\b|sjuk\b|sykmeldt"
    r"|sykemeldt|sjukmeld|fri\b|sluttet?\b|slutta|sagt|sjef|leder|leiar|ansvarlig|ansvarleg|inhabil|sint|sur\b|sinna|hjemme\b|heime\b"
    r"|pensjon\w+|flink|snill|redd|lei seg|gravid|ansatt|tilsett|lovet|lovt|lova|glemt|gløymt|fortalt|bestemt|nektet"
    r"|nekta|skjønt|skrevet|skrive|ringt|ansiktet|utslitt|utsliten|sykepleier|sjukepleiar|lærer|lærar|rektor)"
)
#: Letters that no Norwegian or English word has: whoever writes them with a capital names somebody.
_FOREIGN = re.compile(r"[^\x00-\x7fæøåéèêóòôëïüöäáàâç’]")
#: How surnames begin that nothing else does: "O'Shea", "McAllister", "MacLeod", "D'Souza".
_PREFIXED = re.compile(r"(?:[OD]['’]|Mc|Mac(?!Book|OS))[A-ZÆØÅ][^\W\d_]{2,}")
#: How surnames end that nothing else does: "Testesen", but not "Hypotesen", "Brannvesen".
_PATRONYMIC = re.compile(r"(?!.*(?:vesen|[onyi]tesen)s?$).{2,}[^aeiouyæøå]esens?")
_LONGEST_NAME = 5
_PARTICLES = frozenset({"van", "von", "der", "den", "de", "da", "dos", "al", "el", "bin", "ben", "ibn", "abu"})
#: Of the words of grammar, those that begin double names: per olav, hans petter.
_DOUBLED = frozenset({"per", "hans", "finn", "tom", "jo", "inga", "helga"})
#: And those of them that say nothing as a sentence's first word before a verb: «Line sluttet», «Inga sa».
_SUBJECTS = frozenset({"line", "inga", "helga", "inge", "hans", "edit", "kalle"})
#: What stands before a month: «in May», «the May budget».
_OF_A_MONTH = frozenset(
    {"the", "in", "by", "until", "since", "this", "next", "last", "from", "early", "late", "every", "of", "to"}
)
_WHO = frozenset({"hvem", "kven", "who", "som"})
#: Either way round: «det er …», «er det …».
_CLEFTS = ({"det", "er"}, {"det", "var"}, {"it", "is"}, {"it", "was"})
_AND = frozenset({"og", "and", "&", "eller", "or"})
#: In dialect one stands before a name.
_HE_OR_SHE = frozenset({"han", "hun", "ho", "hu"})
_IN = frozenset({"på", "i", "ved", "hos", "fra", "frå", "in", "at", "from"})


def find(text: str) -> Iterator[Span]:
    those = words_of(text)
    known = _known()
    nobody = [match.span() for match in _ANYBODY.finditer(text)]
    at = 0
    while at < len(those):
        word = those[at]
        # Most words are soon told: written as a word, and no name.
        is_plain = not word.is_capital and known.isdisjoint(word.parts) and word.low not in words("surnames")
        if is_plain or any(start <= word.start < end for start, end in nobody):
            skipped, length = 1, 0
        else:
            skipped = _of_something_else(those, at)
            length = 0 if skipped else _name(those, at)
        if length:
            yield Span(word.start, those[at + length - 1].end, "name")
        at += skipped or length or 1
    for match in _CALLED.finditer(text):
        yield Span(*match.span("name"), "name")
    for match in _INITIAL.finditer(text):
        if _is_surname(match["surname"].casefold()) and match["surname"].casefold() not in words("no_streets"):
            yield Span(*match.span(), "name")


@cache
def _known() -> frozenset[str]:
    return words("first_names").union(*kinds("names_that_are_words").values())


def _name(those: Sequence[Word], at: int) -> int:
    """How many words from here are one name: 0 for none."""
    word = those[at]
    if _is_certain(word) and _is_written_as_a_name(those, at):
        return _length(those, at)
    if word.is_capital and _is_surname_first(word, _next(those, at)):
        return _length(those, at)
    kind = _kind(word)
    if kind is not None:
        return _length(those, at) if _is_person(those, at, kind) else 0
    if not word.is_capital and _is_surname_alone(those, at):
        return 1
    if word.is_capital and not word.is_shouted and len(word.text) > 1 and _is_unknown_person(those, at):
        return _length(those, at)
    return 0


def _is_surname_alone(those: Sequence[Word], at: int) -> bool:
    """«sjefen vår hansen», «hansen i resepsjonen»: in lower case, where somebody is spoken of."""
    word = those[at]
    if word.low not in words("surnames") or word.low in words("surnames_that_are_words"):
        return False
    return _is_introduced(those, at) or _around("human", _next(those, at)) or _is_in_a_department(those, at)


def _is_surname_first(word: Word, after: Word | None) -> bool:
    """«Nguyễn Thị Hương», «Hansen Kari»."""
    if after is None or not after.is_capital or not _is_certain(after) or word.is_shouted:
        return False
    return any(part in words("surnames") and part not in words("surnames_that_are_words") for part in word.parts)


def _is_certain(word: Word) -> bool:
    if not words("first_names").isdisjoint(word.parts) or _is_double(word) or _PREFIXED.fullmatch(word.text):
        return True
    return word.is_capital and not word.begins_sentence and _is_short_genitive(word)


def _is_double(word: Word) -> bool:
    """«Per-Ivar», and «Bergen-Eriks», as colleagues tell one Erik from another: its last part is a first name."""
    last = word.text.rpartition("-")[2] if "-" in word.text else ""
    if not last or not (word.is_capital and last[0].isupper()):
        return False
    low = last.casefold()
    bare = low[:-1] if low.endswith("s") and low not in words("no_genitives") else low
    return not words("first_names").isdisjoint((low, bare))


def _is_short_genitive(word: Word) -> bool:
    """«Tors», «Idas»: too like other words to be told in lower case."""
    is_word = word.low in kinds("around_names")["not_name"] or word.low in words("no_genitives")
    return len(word.low) == 4 and word.low.endswith("s") and word.low[:-1] in _known() and not is_word


def _is_written_as_a_name(those: Sequence[Word], at: int) -> bool:
    """In capitals a short one is rather an abbreviation, unless the whole sentence is in capitals."""
    word = those[at]
    if not word.is_shouted or len(word.text) > 4:
        return True
    near = those[max(0, at - 2) : at + 3]
    return sum(other.is_shouted for other in near) > 2


def _kind(word: Word) -> str | None:
    """What is asked of a name that is a word too."""
    for kind, those in kinds("names_that_are_words").items():
        if word.low in those or (word.is_capital and not those.isdisjoint(word.parts)):
            return kind
    return None


def _around(kind: str, word: Word | None) -> bool:
    if word is None:
        return False
    around = kinds("around_names")
    endings = around.get(f"{kind}_ending")
    return word.low in around[kind] or (endings is not None and word.low.endswith(tuple(endings)))


def _get(those: Sequence[Word], at: int) -> Word | None:
    return those[at] if 0 <= at < len(those) else None


def _next(those: Sequence[Word], at: int) -> Word | None:
    """The following word, if only a space is between."""
    word = _get(those, at + 1)
    return word if word is not None and word.gap in (" ", "\u00a0") else None


def _before(those: Sequence[Word], at: int) -> Word | None:
    word = _get(those, at - 1)
    return word if word is not None and those[at].gap in (" ", "\u00a0", ", ", ". ", ": ", ",\n", "\n") else None


def _is_surname(low: str) -> bool:
    bare = low[:-1] if low.endswith("s") and len(low) > 5 else low
    return (
        low in words("surnames") or bare in words("surnames") or any(_SURNAME.fullmatch(part) for part in (low, bare))
    )


def _is_surname_here(first: Word, word: Word | None) -> bool:
    if word is None:
        return False
    low = word.low
    if word.is_capital:
        return low not in kinds("around_names")["not_name"] and (
            _is_surname(low) or any(map(_is_surname, low.split("-")))
        )
    if first.is_capital or low in words("surnames_that_are_words"):
        return False
    return low in words("surnames") or bool(_SURNAME_IN_LOWER_CASE.fullmatch(low))


def _length(those: Sequence[Word], at: int) -> int:
    """The name with all that follows and belongs to it."""
    first, end = those[at], at + 1
    while end - at < _LONGEST_NAME and _next(those, end - 1) is not None and _continues(those, end, first):
        end += 1
    initial = _next(those, end - 1)
    if initial is not None and len(initial.text) == 1 and initial.is_capital and initial.text != "I":
        end += 1
        surname = _get(those, end)
        if surname is not None and surname.gap == ". " and surname.is_capital and _is_surname_here(first, surname):
            end += 1
    return end - at


def _continues(those: Sequence[Word], at: int, first: Word) -> bool:
    word = those[at]
    if _is_surname_here(first, word):
        return True
    if word.low in _PARTICLES:
        following = _next(those, at)
        return following is not None and following.is_capital
    if word.is_capital == first.is_capital and _is_certain(word):
        return True
    if not word.is_capital or word.is_shouted or len(word.text) == 1:
        return False
    return word.low not in kinds("around_names")["not_name"]


def _is_person(those: Sequence[Word], at: int, kind: str) -> bool:
    """Whether a word that is a name too is one here."""
    word, before, after = those[at], _before(those, at), _next(those, at)
    if after is not None and _is_surname_here(word, after):
        return True
    if before is not None and before.low in (_OF_A_MONTH if word.low == "may" else ("the",)):
        return False
    if kind == "month":
        return word.is_capital and _around("title", before)
    is_doubled = after is not None and after.is_capital == word.is_capital and _is_certain(after)
    if is_doubled and (kind != "grammar" or word.low in _DOUBLED):
        return True
    if word.is_capital and not word.is_shouted and not word.begins_sentence:
        return before is None or not before.is_capital or before.begins_sentence or _around("title", before)
    return _is_person_by_neighbours(those, at, kind)


def _is_person_by_neighbours(those: Sequence[Word], at: int, kind: str) -> bool:
    word, before, after = those[at], _before(those, at), _next(those, at)
    if kind == "grammar":
        is_subject = word.low in _SUBJECTS and word.is_capital and _around("verb", after)
        return is_subject or _is_beside_a_name(those, at, kind)
    if _owns(those, at) or _is_said_to_be(those, at) or _is_pointed_out(those, at):
        return True
    if not word.is_capital and before is not None and before.low in _HE_OR_SHE and kind == "mass":
        return True
    if kind == "capital" and not word.is_capital:
        return after is not None and after.low in ("fra", "frå", "from") and _is_in_a_department(those, at)
    if not word.is_capital and _around("possessive", word):
        return False
    if _around("title", before) or (_around("pronoun", before) and not word.begins_sentence):
        return kind == "rare" or _around("title", before)
    if _is_beside_a_name(those, at, kind):
        return True
    if kind == "mass" and not word.is_capital:
        return False
    is_genitive = kind == "rare" and word.is_capital and word.low not in kinds("names_that_are_words")["rare"]
    if is_genitive or _around("verb", after) or _is_in_a_department(those, at):
        return True
    return kind in ("rare", "capital") and word.is_capital and word.begins_sentence and _around("auxiliary", after)


def _owns(those: Sequence[Word], at: int) -> bool:
    """«liv sin feil», but not «hver dag sin plage»."""
    return _around("of_own", _next(those, at)) and not _around("determiner", _before(those, at))


def _is_said_to_be(those: Sequence[Word], at: int) -> bool:
    """«når even er på jobb»: what only people are or have, said of the subject of a clause."""
    before = _before(those, at)
    if not (those[at].begins_sentence or before is None or _around("conjunction", before)):
        return False
    after = _next(those, at)
    if after is None or not _around("auxiliary", after):
        return False
    following = [word.low for word in those[at + 2 : at + 5]]
    return _PERSONAL_STATE.match(" ".join(following)) is not None


def _is_pointed_out(those: Sequence[Word], at: int) -> bool:
    """«det er stein som låser»: of whom only a person does it."""
    last, first, after = _before(those, at), _get(those, at - 2), _next(those, at)
    if last is None or first is None or after is None or {last.low, first.low} not in _CLEFTS or after.low not in _WHO:
        return False
    doing = _next(those, at + 1)
    return _around("verb", doing) or _around("human", doing)


def _is_beside_a_name(those: Sequence[Word], at: int, kind: str) -> bool:
    """«Tor og Hege», «anders og liv»."""
    after, second = _next(those, at), _get(those, at + 2)
    if after is not None and after.low in _AND and second is not None and kind != "grammar" and second.gap == " ":
        is_name = _is_certain(second) or (second.is_capital and _kind(second) not in (None, "month"))
        if is_name and second.is_capital == those[at].is_capital:
            return True
    before, other = _before(those, at), _get(those, at - 2)
    is_joined = before is not None and before.low in _AND and other is not None and those[at].gap == " "
    return bool(is_joined and other is not None and _is_certain(other) and other.is_capital == those[at].is_capital)


def _is_in_a_department(those: Sequence[Word], at: int) -> bool:
    after = _next(those, at)
    if after is None or after.low not in _IN:
        return False
    return _around("department", _next(those, at + 1))


def _is_unknown_person(those: Sequence[Word], at: int) -> bool:
    """Whether a word of no list is somebody's name, by what stands around it."""
    word, before, after = those[at], _before(those, at), _next(those, at)
    if word.low in kinds("around_names")["not_name"] or _MATTER.fullmatch(word.low):
        return False
    if _is_introduced(those, at) or _FOREIGN.search(word.low):
        return True
    if _PATRONYMIC.fullmatch(word.low):
        return True
    has_surname = after is not None and after.is_capital and not after.is_shouted and _is_surname_here(word, after)
    if has_surname and after is not None and not (word.begins_sentence and after.low not in words("surnames")):
        return True
    if word.low in words("surnames") and re.search(r"(?:sen|sson|son|son)s?$", word.low):
        return True
    if _is_joined_to_a_name(those, at):
        return True
    if word.begins_sentence or (before is not None and before.is_capital and not before.begins_sentence):
        return False
    two = (
        after is not None
        and after.is_capital
        and not after.is_shouted
        and after.low not in kinds("around_names")["not_name"]
    )
    following = at + 1 if two else at
    if not two and _around("human", after):
        return True
    if _around("pronoun", before) and (two or _is_in_a_department(those, following)):
        return True
    return _is_in_a_department(those, following) or (two and _around("verb", _next(those, following)))


def _is_joined_to_a_name(those: Sequence[Word], at: int) -> bool:
    """«Xhevahire og Linnea»; as a sentence's first word not one that ends as things in the definite do."""
    word, after, second = those[at], _next(those, at), _get(those, at + 2)
    if after is None or after.low not in _AND or second is None or second.gap != " ":
        return False
    is_thing = word.begins_sentence and word.low.endswith(("en", "et", "ene", "ane", "er", "ar", "a"))
    return second.is_capital and _is_certain(second) and not is_thing


def _is_introduced(those: Sequence[Word], at: int) -> bool:
    """«sjefen min Zewdu», «datteren til Tsehay», «jeg heter Gudveig», «mvh Xhevahire»."""
    place = at
    while at - place < 2 and _around("possessive", _before(those, place)):
        place -= 1
    before = _before(those, place)
    if not _around("title", before) or before is None:
        return False
    if before.low in ("heter", "heiter") and _around("product", _before(those, place - 1)):
        return False  # «møterommene heter Ibsen og Undset»
    if before.low in ("leder", "styrer") and (asked := _before(those, place - 1)) and asked.low in _WHO:
        return False  # a verb: «hvem leder Styring og analyse?»
    # "lederen i Asker" is a place; a possessive or a comma may stand between, a preposition may not.
    return those[at].gap in (" ", ", ", ": ", ",\n", "\n", ". ") and before.low not in ("til",)


def _is_institution(word: Word) -> bool:
    is_firm = word.text in ("AS", "ASA", "SA", "Ltd", "Inc")
    return is_firm or _around("institution", word) or (not word.is_capital and bool(_INSTITUTION.search(word.low)))


def _of_something_else(those: Sequence[Word], at: int) -> int:
    """How many words from here are a street's, a school's, a room's or a storm's name: 0 for none."""
    word, before = those[at], _before(those, at)
    if not word.is_capital:
        return 0
    if _around("product", before) and those[at].gap == " " and not word.begins_sentence:
        return 1 if not _around("institution", _next(those, at)) else 2
    end = at
    while (after := _get(those, end + 1)) is not None and after.gap in (" ", "-") and end - at < 3:
        if _is_institution(after) or (after.gap == "-" and _around("tail", after)):
            return end - at + 2
        if not after.is_capital:
            break
        end += 1
    return 0
