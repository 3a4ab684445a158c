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
_HANDLE = re.compile(r"(?<![\w@./])@(?P<handle>[^\W_][\w.\-]{1,40})(?<![.\-])(?! ?\d)")
_USERNAME = re.compile(
    r"\b(?:bruker(?:navn|id|-id|ident)(?:et|en)?|brukar(?:namn|id|-id)(?:et|en)?|username|user ?name|user id"
    r"|nick(?:name)?|insta(?:gram)?"
    r"|snap(?:chat)?|discord|ident(?:en)?|login|logger (?:meg )?(?:på|inn) som|log(?:ged)? (?:in|on) as"
    r"|innlogging(?:en)?)"
    r"(?: (?:mitt|min|hans|hennes|is|my|er))*\s?[:=]?\s?(?:er |is )?[\"'«]?(?P<name>[^\W_][\w.\-]{2,40})",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Span]:
    patterns = [_EMAIL]
    if _MARKED.search(text):
        patterns.append(_SPELLED)
    if _DOTTED.search(text):
        patterns.append(_SPELLED_AT)
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _is_shared(match["local"]):
                yield Span(*match.span(), "email")
    for match in _HANDLE.finditer(text):
        if not _is_everyone(match["handle"]):
            yield Span(*match.span(), "username")
    for match in _USERNAME.finditer(text):
        # A word of the sentence is no user name; those have a digit, a sign or a mix of cases.
        if re.search(r"\d|[a-zæøå][A-ZÆØÅ]|\w[._]\w", match["name"]):
            yield Span(*match.span("name"), "username")


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
