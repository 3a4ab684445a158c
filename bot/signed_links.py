"""Links that only the bot can have made: to unsubscribe without logging in, to pictures of a programme, and to fetch a
file that was asked for."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: Bytes of a signature that a link carries: 128 bits, too many to guess.
LENGTH = 16
#: The part of a link's query that names a topic which is followed no longer when something is posted there.
ENDING = "slutt"


@dataclass(frozen=True)
class SignedLinks:
    """Signs with a key of its own, derived of the installation's key: neither can be told from the other."""

    key: bytes
    public_url: str

    @classmethod
    def of(cls, input_key: str, public_url: str) -> "SignedLinks":
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"omstillingsbot signed links 1")
        return cls(derived.derive(input_key.encode()), public_url)

    def to_unsubscribe(self, address_id: int, account: str) -> str:
        return f"{self.public_url}/avmelding/{self.token(address_id, account)}"

    def to_topics(self, address_id: int, account: str, ending: Iterable[str] = ()) -> str:
        """Where it is chosen what one follows; ``ending``: what a post there ends."""
        query = urlencode([(ENDING, name) for name in ending])
        return f"{self.to_unsubscribe(address_id, account)}/tema{'?' * bool(query)}{query}"

    def to_picture(self, which: str, programme_key: str, day: date, version: int) -> str:
        """Where a picture is, without its ending: who was not told its address cannot make it up."""
        name = f"{which}/{programme_key}/{day.isoformat()}/{version}"
        return f"{self.public_url}/bilde/{self._short(f'picture{chr(10)}{name}')}/{name}"

    def is_of_picture(self, address: str, which: str, programme_key: str, day: date, version: int) -> bool:
        """Whether that path is the picture's."""
        right = self.to_picture(which, programme_key, day, version).removeprefix(self.public_url)
        return hmac.compare_digest(address.encode(), right.encode())

    def token(self, address_id: int, account: str) -> str:
        """Names the address by its id. The account is signed too: an id may once be another's."""
        return f"{address_id}.{self._short(f'unsubscribe{chr(10)}{address_id}{chr(10)}{account}')}"

    def is_of(self, token: str, address_id: int, account: str) -> bool:
        """Compares in a time that tells nothing of how much of the token is right."""
        return hmac.compare_digest(token.encode(), self.token(address_id, account).encode())

    def download_path(self, download_id: int, person_id: int, good_until: float) -> str:
        return f"/nedlasting/{self.download_token(download_id, person_id, good_until)}"

    def download_token(self, download_id: int, person_id: int, good_until: float) -> str:
        """Names the download by its id. Whose it is and until when it is good are signed too."""
        signature = self._signed(f"download\n{download_id}\n{person_id}\n{good_until!r}")[:LENGTH]
        return f"{download_id}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def is_download(self, token: str, download_id: int, person_id: int, good_until: float) -> bool:
        return hmac.compare_digest(token.encode(), self.download_token(download_id, person_id, good_until).encode())

    def message_id(self, key: str, domain: str) -> str:
        """The Message-ID of an outbox row: the same at each attempt, and of no other installation."""
        return f"<{self._signed('message' + chr(10) + key).hex()[:40]}@{domain}>"

    def _short(self, text: str) -> str:
        """As much of a signature as an address carries."""
        return base64.urlsafe_b64encode(self._signed(text)[:LENGTH]).rstrip(b"=").decode()

    def _signed(self, text: str) -> bytes:
        return hmac.digest(self.key, text.encode(), hashlib.sha256)


def address_of(token: str) -> int:
    """The id of the address that a token names; 0 where it names none."""
    number = token.partition(".")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
