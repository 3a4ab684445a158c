"""Whether a request is Slack's: its signature over the raw body, and its age."""

import hashlib
import hmac
import re

#: Seconds that a request's time may be from ours, either way:
#: https://docs.slack.dev/authentication/verifying-requests-from-slack
BELIEVED = 300
#: A time in whole seconds since 1970, in digits that everybody writes the same way.
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, machine_now: float) -> bool:
    """Compares in a time that tells nothing of how much of the signature is right.

    Slack's own verifier is not used: it raises at a time that is no number, and at a body that is not UTF-8.
    """
    if not _SECONDS.fullmatch(timestamp) or abs(machine_now - int(timestamp)) > BELIEVED:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "replace"))


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature, version 0."""
    return "v0=" + hmac.new(secret.encode(), b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
