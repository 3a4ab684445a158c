"""Searching bytes for very many things at once, and for what a key opens."""

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

#: What is searched for is told apart by its first bytes: a needle must be as long as this.
SHORTEST = 8
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BITS = 24
#: A Fernet token, as far as it lies in one piece, from the version and a time of zero on; and any other time.
TOKEN = re.compile(rb"gAAAAA[A-Za-z0-9_-]{58,}")
#: How much of a token is opened: enough to know whose it is. Characters of base64.
OPENED = 1000


@dataclass(frozen=True)
class Hit:
    """Where a needle was found; ``what`` tells which it was."""

    what: object
    place: str
    offset: int


class Needles:
    """What is to be found, each with what it is."""

    def __init__(self) -> None:
        self._found: dict[bytes, list[tuple[bytes, object]]] = defaultdict(list)
        self._seen: set[tuple[bytes, object]] = set()
        self._filter: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, needle: bytes, what: object) -> None:
        if len(needle) >= SHORTEST and (needle, what) not in self._seen:
            self._seen.add((needle, what))
            self._found[needle[:SHORTEST]].append((needle, what))
            self._filter = None

    def hits(self, place: str, data: bytes) -> Iterator[Hit]:
        """Every place in the data where one of them begins."""
        for offset in self._candidates(data):
            for needle, what in self._found.get(data[offset : offset + SHORTEST], ()):
                if data.startswith(needle, offset):
                    yield Hit(what, place, offset)

    def _candidates(self, data: bytes) -> list[int]:
        """Where the eight bytes may be the first ones of a needle: a table of bits says so, wrongly now and then."""
        if self._filter is None:
            self._filter = np.zeros(1 << _BITS, dtype=bool)
            firsts = np.frombuffer(b"".join(self._found), dtype="<u8")
            self._filter[_place(firsts)] = True
        found: list[int] = []
        for shift in range(SHORTEST):
            count = (len(data) - shift) // SHORTEST
            if count > 0:
                eights = np.frombuffer(data, dtype="<u8", offset=shift, count=count)
                found += (np.nonzero(self._filter[_place(eights)])[0] * SHORTEST + shift).tolist()
        return sorted(found)


def _place(eights: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        mixed: np.ndarray = (eights * _MIX) >> np.uint64(64 - _BITS)
    return mixed


@dataclass(frozen=True)
class Carved:
    """The beginning of something sealed, opened, and the time in its header, seconds since 1970."""

    place: str
    offset: int
    begins: bytes
    sealed_at: int


def carved(place: str, data: bytes, key: str) -> Iterator[Carved]:
    """Whatever this key opens, wherever it lies, deleted or not. A piece of a token is opened as far as it goes:
    nothing is asked of its signature, which may be lost. https://github.com/fernet/spec/blob/master/Spec.md"""
    secret = base64.urlsafe_b64decode(key)[16:]
    for found in TOKEN.finditer(data):
        piece = found[0][:OPENED]
        token = base64.urlsafe_b64decode(piece[: len(piece) // 4 * 4])
        whole = (len(token) - 25) // 16 * 16
        if token[0] != 0x80 or whole < 16:
            continue
        opening = Cipher(algorithms.AES(secret), modes.CBC(token[9:25])).decryptor()
        begins = opening.update(token[25 : 25 + whole])
        yield Carved(place, found.start(), begins, int.from_bytes(token[1:9], "big"))


#: Of PostgreSQL's files: bytes of a page, of its header and of a pointer to one row.
_PAGE, _HEADER, _POINTER = 8192, 24, 4


def tuples(file: bytes) -> Iterator[tuple[int, bytes]]:
    """Every version of a row in a table's file that can still be reached, dead ones too: the number of the transaction
    that wrote it, and its bytes. https://www.postgresql.org/docs/15/storage-page-layout.html"""
    for start in range(0, len(file) - _PAGE + 1, _PAGE):
        page = file[start : start + _PAGE]
        lower, _, special = (int.from_bytes(page[at : at + 2], "little") for at in (12, 14, 16))
        # Indexes keep something of their own at the end of each page.
        for at in range(_HEADER, lower if special == _PAGE else 0, _POINTER):
            pointer = int.from_bytes(page[at : at + _POINTER], "little")
            offset, is_there, length = pointer & 0x7FFF, (pointer >> 15) & 3 in (1, 3), pointer >> 17
            if is_there and length:
                yield int.from_bytes(page[offset : offset + 4], "little"), page[offset : offset + length]


@dataclass(frozen=True)
class Commit:
    """A transaction in SQLite's write-ahead log: its number in the order of writing, and the pages as it left them."""

    number: int
    pages: tuple[bytes, ...]


def commits(log: bytes) -> Iterable[Commit]:
    """Every transaction that can still be read, those of earlier rounds too, which lie behind the log's present end.
    https://www.sqlite.org/fileformat2.html#the_write_ahead_log"""
    if len(log) < 32 or log[:4] not in (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"):
        return
    size = int.from_bytes(log[8:12], "big")
    rounds: dict[int, list[tuple[bool, bytes]]] = defaultdict(list)
    for start in range(32, len(log) - size - 23, size + 24):
        # The first salt is one higher each time the log begins anew.
        rounds[int.from_bytes(log[start + 8 : start + 12], "big")].append(
            (any(log[start + 4 : start + 8]), log[start + 24 : start + 24 + size])
        )
    number = 0
    for salt in sorted(rounds):
        pages: list[bytes] = []
        for is_last, page in rounds[salt]:
            pages.append(page)
            if is_last:
                number += 1
                yield Commit(number, tuple(pages))
                pages = []
