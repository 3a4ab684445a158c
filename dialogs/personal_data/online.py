"""E-mail addresses, also spelled out against machines, and user names."""

import re
from collections.abc import Iterator

from dialogs.personal_data.lexicon import kinds, words
from dialogs.personal_data.spans import Span

_LOCAL = r"[^\W_][\w.+\-]{0,63}"
_EMAIL = re.compile(rf"(?<![\w.+\-])(?P<local>{_LOCAL})@(?P<domain>[^\W_][\w\-]{{0,62}}(?:\.[\w\-]{{1,62}}){{1,5}})")
_DOT = r"(?:\.|\s?[(\[]?\b(?:punktum|punkt|dot|prikk)\b[)\]]?\s?)"
_SPELLED_DOT = r"(?:\s?[(\[]?\b(?:punktum|punkt|dot|prikk)\b[)\]]?\s?)"
_AT = (
    r"(?:\s?[(\[{]\s?(?:at|a|@|krøllalfa|alfakrøll|snabel-?a|æt)\s?[)\]}]\s?"
    r"|\s(?:krøllalfa|alfakrøll|snabel-?a|snabla|@)\s)"
)
_SPELLED = re.compile(
    rf"(?<![\w.+\-])(?P<local>{_LOCAL}(?:{_SPELLED_DOT}[\w+\-]{{1,40}}){{0,3}}){_AT}"
    rf"(?P<domain>[\w\-]{{1,62}}(?:{_DOT}[\w\-]{{1,62}}){{1,4}})",
    re.IGNORECASE,
)
#: Without these signs of it nothing is spelled: most texts are spared the search.
_MARKED = re.compile(r"[(\[{]\s?(?:at|a|@|æt|krøll|snabel)|krøllalfa|alfakrøll|snabel|snabla|\s@\s", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?:punktum|punkt|dot|prikk)\b", re.IGNORECASE)
#: "at" is a word of English: only where the dot is spelled too.
_SPELLED_AT = re.compile(
    rf"(?<![\w.+\-])(?P<local>{_LOCAL}(?:{_SPELLED_DOT}[\w+\-]{{1,40}}){{0,3}}) (?:at|æt) "
    rf"(?P<domain>[\w\-]{{1,62}}(?:{_SPELLED_DOT}[\w\-]{{1,62}}){{1,4}})",
    re.IGNORECASE,
)
#: With spaces around the signs, or without the last dot: only before an ending that nothing else has.
_SPACED = re.compile(
    rf"(?<![\w.+\-])(?P<local>{_LOCAL})(?: ?@ ?[\w\-]{{1,62}}(?: ?\. ?|,)(?:com|no|org|net|eu)\b"
    rf"| at [\w\-]{{1,62}} (?:com|org|net)\b)",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@./])@(?P<handle>[^\W_][\w.\-]{1,40})(?<![.\-])(?! ?\d)")
_USERNAME = re.compile(
    r"\b(?:(?:ad-)?bruker(?:navn|id|-id|ident|konto)?(?:et|en)?|brukar(?:namn|id|-id|ident|konto)?(?:et|en)?|username"
    r"|user ?name|user id|nick(?:name)?|insta(?:gram)?|snap(?:chat)?|discord|ident(?:en)?|login"
    r"|logger (?:meg )?(?:på|inn) som|log(?:ged)? (?:in|on) as|innlogging(?:en)?|(?:på)?loggings?na[vm]n(?:et)?"
    r"|innloggings?na[vm]n(?:et)?|pålogging(?:en|a)?|gmail(?:en)?)\b(?: (?:mitt|min|hans|hennes|is|my|er))*"
    r"\s?[:=]?\s?(?:er |is )?[\"'«]?(?P<name>[^\W_][\w.\-]{2,40})",
    re.IGNORECASE,
)

#: Where people have names of their own choosing; what follows in the sentence and looks like one is one.
_PLATFORM = re.compile(
    r"\b(?:insta(?:gram)?|snap(?:chat|pen)?|tiktok|twitter|x\.com|facebook|fb|linkedin|reddit|discord|twitch|slack|teams"
    r"|telegram|messenger|yammer|workplace|youtube|jodel|finn\.no|steam|kallenavn\w*|kallar seg|kaller seg|heter|heiter"
    r"|profil(?:en|navn\w*|namn\w*)?|account|handle|konto(?:en)?)\b(?P<rest>[^.!?\n]{0,60})",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"(?<![\w@/.\-])(?=[\w.\-]*[^\W\d_])[^\W_]\w*(?:[._][^\W_]\w*)+(?![\w@/])|(?<![\w@/.\-])[^\W\d_]{3,20}\d{2,4}(?![\w@/])"
)
_AFTER_COLON = re.compile(
    r"\b(?:insta(?:gram)?|snap(?:chat)?|slack|discord|tiktok|twitter|telegram)(?:en|-?brukeren)?(?: min)?: ?"
    r"(?P<name>[a-z0-9][\w.]{3,30})(?=[\s.,;!?]|$)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:xlsx?|docx?|pdf|pptx?|csv|txt|png|jpe?g|no|com|org|net)$", re.IGNORECASE)
#: A profile by its address.
_PROFILE = re.compile(
    r"\b(?:instagram\.com|facebook\.com|fb\.com|linkedin\.com/in|twitter\.com|x\.com|tiktok\.com|snapchat\.com/add|t\.me"
    r"|reddit\.com/u(?:ser)?|github\.com)/@?(?P<name>[\w.\-]{2,40})|(?<!\w)/?u/(?P<user>[\w\-]{3,30})",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Span]:
    for pattern in _patterns(text):
        for match in pattern.finditer(text):
            if not _is_shared(match["local"]):
                yield Span(*match.span(), "email")
    for match in _HANDLE.finditer(text):
        if not _is_everyone(match["handle"]):
            yield Span(*match.span(), "username")
    for match in _USERNAME.finditer(text):
        # A word of the sentence is no user name; those have a digit, a sign or a mix of cases.
        if re.search(r"\d|[a-zæøå][A-ZÆØÅ]|\w[._]\w", match["name"]) or _is_joined(match):
            yield Span(*match.span("name"), "username")
    yield from _chosen(text)


def _is_joined(match: re.Match[str]) -> bool:
    """«brukernavnet kari-it»: only where a user name is spoken of by that word, since others are joined too."""
    is_named = re.match(r"(?:bruker|brukar|user)\s?-?na[vm]", match[0], re.IGNORECASE) is not None
    return is_named and re.fullmatch(r"(?!e-)[^\W\d_]{2,}-[^\W_]{2,}", match["name"]) is not None


def _patterns(text: str) -> Iterator[re.Pattern[str]]:
    """Those of e-mail addresses that the text can hold at all: most are spared the search."""
    yield _EMAIL
    if "@" in text or " at " in text.casefold():
        yield _SPACED
    if _MARKED.search(text):
        yield _SPELLED
    if _DOTTED.search(text):
        yield _SPELLED_AT


def _chosen(text: str) -> Iterator[Span]:
    for match in _PLATFORM.finditer(text):
        for name in _CHOSEN.finditer(match["rest"]):
            if not _FILE.search(name[0]):
                at = match.start("rest")
                yield Span(at + name.start(), at + name.end(), "username")
    for match in _AFTER_COLON.finditer(text):
        yield Span(*match.span("name"), "username")
    for match in _PROFILE.finditer(text):
        yield Span(*match.span("name" if match["name"] else "user"), "username")


def _is_shared(local: str) -> bool:
    """A mailbox of an office: "postmottak", "hr-support", "osu". Any name in it makes it somebody's."""
    parts = [part for part in re.split(r"[.\-_+\d]+", local.casefold()) if part]
    if not parts or any(part in words("first_names") for part in parts):
        return False
    shared = kinds("shared_accounts")
    return all(part in shared["mailbox"] or part.endswith(tuple(shared["ending"])) for part in parts)


def _is_everyone(handle: str) -> bool:
    low = handle.casefold()
    shared = kinds("shared_accounts")
    parts = [part for part in re.split(r"[.\-_\d]+", low) if part]
    return low.endswith(tuple(shared["ending"])) or all(part in shared["mailbox"] | shared["group"] for part in parts)
