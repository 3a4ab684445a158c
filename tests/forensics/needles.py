"""What is searched for: of each person every id and name, of each input its text, its receipt, its form and the address
it came from, as they are, as encodings write them, and as hashes, with every salt that lies at hand."""

import base64
import hashlib
import hmac
import json
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from tests.bot.microsoft import APP_ID, TENANT
from tests.forensics.finding import Needles
from tests.forensics.world import UNITS, Known, Sent, World

HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
JOINTS = ("", ":", "|", "\n")
#: As much of a digest as is searched for, so that one that was cut off is found too: of its bytes, of its hexadecimal
#: digits, of its base64. Each is more than 50 bits: chance makes none of them.
RAW, HEX, BASE64 = 8, 14, 11
#: Characters of the pieces of a text that are searched for.
PIECE = 24


@dataclass(frozen=True)
class OfInput:
    """Something that only an input's writer should have. ``number`` is its place among the inputs."""

    number: int
    what: str


@dataclass(frozen=True)
class OfUnit:
    """A unit's name, which the main database and the page's form know."""

    what: str


@dataclass(frozen=True)
class OfPerson:
    number: int
    what: str


def of(world: World, key: str) -> Needles:
    needles = Needles()
    for number, sent in enumerate([*world.inputs, *world.unstorable]):
        _add_input(needles, number, sent, key)
        _add_address(needles, number, sent, key)
        _add_later(needles, number, sent)
    for person in (*world.people, *world.by_email):
        _add_person(needles, person)
    for unit in UNITS:
        for how, written in written_as(unit):
            needles.add(written, OfUnit(how))
    return needles


def _add_input(needles: Needles, number: int, sent: Sent, key: str) -> None:
    for piece in {sent.text[:PIECE], sent.text[len(sent.text) // 2 :][:PIECE], sent.text[-PIECE:]}:
        for how, written in written_as(piece):
            needles.add(written, OfInput(number, f"text, {how}"))
    if sent.removed:
        needles.add(sent.removed.encode(), OfInput(number, "text, what was taken out"))
    spaced = " ".join(sent.receipt[start : start + 4] for start in range(0, 16, 4))
    for receipt in (sent.receipt, spaced, spaced.replace(" ", "-")):
        for how, written in written_as(receipt):
            needles.add(written, OfInput(number, f"receipt, {how}"))
    for how, written in written_as(sent.form):
        needles.add(written, OfInput(number, f"form, {how}"))
    salts = ("", *sent.person.all_ids(), sent.form, sent.receipt, sent.topic, "osu2020", APP_ID, TENANT, key)
    for how, digest in hashed(sent.text, salts):
        _add_digest(needles, digest, OfInput(number, f"text, {how}"))
    for how, digest in hashed(sent.receipt, ("", *sent.person.all_ids(), "osu2020", key)):
        _add_digest(needles, digest, OfInput(number, f"receipt, {how}"))
    for how, digest in hashed(sent.form, ("", *sent.person.all_ids(), key)):
        _add_digest(needles, digest, OfInput(number, f"form, {how}"))


def _add_later(needles: Needles, number: int, sent: Sent) -> None:
    """The form that Slack opened, and what its writer wrote when it was answered."""
    if sent.view:
        needles.add(sent.view.encode(), OfInput(number, "the form's id in Slack"))
    for piece in (sent.reply, sent.reply[-PIECE:]) if sent.replied else ():
        for how, written in written_as(piece):
            needles.add(written, OfInput(number, f"reply, {how}"))


def _add_address(needles: Needles, number: int, sent: Sent, key: str) -> None:
    # Of the address the network's part is enough.
    needles.add(sent.person.address.rpartition(".")[0].encode() + b".", OfInput(number, "address"))
    for how, digest in hashed(sent.person.address, ("", key)):
        _add_digest(needles, digest, OfInput(number, f"address, {how}"))


def _add_person(needles: Needles, person: Known) -> None:
    for one in person.all_ids():
        for how, written in written_as(one):
            needles.add(written, OfPerson(person.number, how))
        for how, digest in hashed(one, ("", "osu2020", APP_ID, TENANT)):
            _add_digest(needles, digest, OfPerson(person.number, how))


def written_as(text: str) -> Iterator[tuple[str, bytes]]:
    """As files, dumps, logs, addresses and forms write it."""
    plain = text.encode()
    yield "plain", plain
    yield "lower case", text.lower().encode()
    yield "upper case", text.upper().encode()
    yield "UTF-16", text.encode("utf-16-le")
    yield "UTF-16", text.encode("utf-16-be")
    yield "Latin-1", text.encode("latin-1", "replace")
    yield "JSON", json.dumps(text)[1:-1].encode()
    yield "HTML", escape(text).encode()
    yield "percent", urllib.parse.quote(text).encode()
    yield "percent", urllib.parse.quote_plus(text).encode()
    yield "hexadecimal", plain.hex().encode()
    for shift in range(3):
        # What stands before it moves it to one of three places in a group; the ends depend on what is beside it.
        yield "base64", base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]
        yield "base64", base64.urlsafe_b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]


def hashed(text: str, salts: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Every digest of it that somebody might think of."""
    for salt in dict.fromkeys(salts):
        salted = {f"{salt}{joint}{text}" for joint in JOINTS} | {f"{text}{joint}{salt}" for joint in JOINTS}
        for name in HASHES:
            for one in {text} if not salt else salted:
                yield f"{name}{' with a salt' if salt else ''}", hashlib.new(name, one.encode()).digest()
            if salt:
                yield f"HMAC of {name}", hmac.digest(salt.encode(), text.encode(), name)


def _add_digest(needles: Needles, digest: bytes, what: object) -> None:
    needles.add(digest[:RAW], what)
    needles.add(digest.hex()[:HEX].encode(), what)
    needles.add(digest.hex()[:HEX].upper().encode(), what)
    needles.add(base64.b64encode(digest)[:BASE64], what)
    needles.add(base64.urlsafe_b64encode(digest)[:BASE64], what)
