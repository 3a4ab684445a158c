"""Out by SMTP: one message and connection at a time, and the truth about what became of it.

What the server said before it had the whole message is certain: nothing arrived. Whoever hears nothing after that
cannot know.
"""

import asyncio
import logging
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused, SMTPResponseException, SMTPSenderRefused

from bot.email.render import Letter, letter
from bot.sending import TIMEOUT
from bot.settings import EmailSettings
from bot.signed_links import SignedLinks
from bot.transport import NotSent
from dialogs.card import Card
from storage.amendments import CANNOT_EDIT
from storage.people import Address

log = logging.getLogger(__name__)

#: Connections at once: what Exchange Online lets one mailbox have.
#: https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365
MOST_CONNECTIONS = 3
#: Seconds until the message is asked for, then until it is taken, then for goodbye: together less than an attempt may
#: take, so that it is known here which of them was too slow.
PREPARING, TAKING, LEAVING = 4.0, 5.0, 0.5
assert PREPARING + TAKING + LEAVING < TIMEOUT, "an attempt must tell itself how it ended"
#: Seconds the whole lane waits when the server cannot be reached, lets nobody in, or is closing.
PAUSE = 60.0
#: "Service not available, closing" (RFC 5321, 4.2.2); "message too large" (RFC 1870, 6.1).
CLOSING, TOO_LARGE = 421, 552


class WireFormat(EmailPolicy):
    """Header lines as RFC 5322 has them. Links and ids stay whole: a broken one is none to many programs."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in ("List-Unsubscribe", "Message-ID"):
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


WIRE_FORMAT = WireFormat(linesep="\r\n")


@dataclass(frozen=True)
class Envelope:
    """Who it is from and to, and what the server gets."""

    sender: str
    recipient: str
    message: bytes


class EmailTransport:
    """Sends cards to e-mail addresses through the organisation's own server."""

    def __init__(self, settings: EmailSettings, links: SignedLinks) -> None:
        self._settings = settings
        self._links = links
        self._free = asyncio.Semaphore(MOST_CONNECTIONS)
        self._tls = ssl.create_default_context() if settings.encryption else None

    async def send(self, address: Address, card: Card, key: str) -> str:
        envelope = self._envelope(address, card, key)
        deadline = asyncio.get_running_loop().time() + PREPARING
        try:
            async with asyncio.timeout_at(deadline):
                await self._free.acquire()
        except TimeoutError:
            raise NotSent("busy") from None
        client = self._client()
        try:
            await self._prepare(client, envelope, deadline)
            return await _take(client, envelope)
        finally:
            await _close(client)
            self._free.release()

    async def update(self, _address: Address, _platform_id: str, _card: Card) -> str:
        """What is in somebody's inbox stays as it is."""
        raise NotSent(CANNOT_EDIT, permanent=True)

    def _client(self) -> SMTP:
        return SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            username=self._settings.user or None,
            password=self._settings.password or None,
            local_hostname=urlsplit(self._links.public_url).hostname,
            timeout=PREPARING,
            use_tls=self._settings.encryption == "from_start",
            start_tls=self._settings.encryption == "starttls",
            tls_context=self._tls,
        )

    def _envelope(self, address: Address, card: Card, key: str) -> Envelope:
        sender = parseaddr(self._settings.sender)[1]
        who, followed = (address.id or 0, address.account), _followed(card)
        unsubscribing = self._links.to_unsubscribe(*who)
        message = EmailMessage(policy=WIRE_FORMAT)
        _write(message, letter(card, unsubscribing, self._links.to_topics(*who, followed)))
        message["From"] = self._settings.sender
        message["To"] = address.account
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = self._links.message_id(key, sender.rpartition("@")[2])
        message["Content-Language"] = card.language
        # RFC 3834, and what Exchange and Outlook know instead: nobody's absence is told to the bot.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        # RFC 8058: mail programs show a button that posts there. What came because of a topic ends with that.
        ending = self._links.to_topics(*who, followed) if followed else unsubscribing
        message["List-Unsubscribe"] = f"<{ending}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return Envelope(sender, address.account, message.as_bytes())

    async def _prepare(self, client: SMTP, envelope: Envelope, deadline: float) -> None:
        """Everything before the message itself. A server that takes none, whoever they are to, is no fault of this one:
        the lane waits, and the log says why."""
        try:
            async with asyncio.timeout_at(deadline):
                await client.connect()
                await client.mail(envelope.sender, options=_size(client, envelope.message))
                await client.rcpt(envelope.recipient)
        except SMTPRecipientRefused as refused:
            raise _refusal(refused) from refused
        except SMTPResponseException as refused:
            if isinstance(refused, SMTPSenderRefused) and (refused.code < 500 or refused.code == TOO_LARGE):
                raise _refusal(refused) from refused
            log.error("the mail server takes no messages: %s, %d", type(refused).__name__, refused.code)
            raise NotSent("unreachable", retry_after=PAUSE) from refused
        except (SMTPException, OSError) as failed:
            log.warning("the mail server could not be reached: %s", type(failed).__name__)
            raise NotSent("unreachable", retry_after=PAUSE) from failed


def _followed(card: Card) -> list[str]:
    """The topics because of which it comes, as its buttons name them."""
    found = [button.values for button in card.buttons if button.action in ("topic.unfollow", "topic.following")]
    return [name for values in found for name in (values.get("topics") or [values.get("topic")]) if name]


def _size(client: SMTP, message: bytes) -> list[str]:
    """Told where the server asks for it (RFC 1870): what is too large is refused before it is sent."""
    return [f"SIZE={len(message)}"] if client.supports_extension("size") else []


async def _take(client: SMTP, envelope: Envelope) -> str:
    """Hands the message over. Silence from here on says nothing."""
    try:
        answer = await client.data(envelope.message, timeout=TAKING)
    except SMTPResponseException as refused:
        raise _refusal(refused) from refused
    except (SMTPException, OSError) as failed:
        raise NotSent("interrupted", unknown=True) from failed
    # Postfix, Exim and others tell what they queued it as: what an administrator can look for.
    return " ".join(answer.message.split())


def _refusal(refused: SMTPResponseException) -> NotSent:
    """4xx may do later, 5xx never will (RFC 5321, 4.2.1). 5.1.x says that the address is none (RFC 3463, 3.2)."""
    if refused.code < 500:
        return NotSent("busy", retry_after=PAUSE if refused.code == CLOSING else None)
    is_gone = isinstance(refused, SMTPRecipientRefused) and refused.message.lstrip().startswith("5.1.")
    return NotSent("no_mailbox" if is_gone else "refused", permanent=True, is_gone=is_gone)


def _write(message: EmailMessage, said: Letter) -> None:
    message["Subject"] = said.subject
    # Quoted-printable goes through servers that take ASCII only, and has no lines that are too long.
    message.set_content(said.plain, cte="quoted-printable")
    message.add_alternative(said.html, subtype="html", cte="quoted-printable")


async def _close(client: SMTP) -> None:
    """Says goodbye where somebody listens; the message's fate is settled whatever comes of that."""
    with suppress(SMTPException, OSError):
        if client.is_connected:
            await client.quit(timeout=LEAVING)
    client.close()
