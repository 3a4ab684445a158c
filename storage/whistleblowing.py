"""Whistleblowing notifications (varsler): who takes them in a programme, and what was handed over to them.

A notification is an input whose reader is the recipients and nobody else: input handlers and leaders as such do not read
it. It is stored, waits, is released and is found by its receipt as every input is; see ``storage/anonymous_input.py``.
"""

from dataclasses import dataclass

from sqlmodel import Session

from storage import people
from storage.programmes import Localised, Programme

#: The role that reads notifications, in one programme.
ROLE = "whistleblowing_recipient"


@dataclass(frozen=True)
class Recipient:
    """Somebody who takes notifications, as the programme's file names them; ``name`` may be empty."""

    name: str
    role: Localised


@dataclass(frozen=True)
class Channel:
    """Where notifications go in a programme: what its file names, and who can read here what was handed over."""

    programme: str = ""
    recipients: tuple[Recipient, ...] = ()
    #: Those who have the role in the bot now.
    readers: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    page: str = ""
    safety_representative: str = ""

    @property
    def takes(self) -> bool:
        """Whether something can be handed over here: the organisation has named recipients, and somebody reads."""
        return bool(self.recipients and self.readers)


def channel(session: Session, programme: Programme) -> Channel:
    """The programme's channel; one without recipients where its file names none."""
    said = programme.whistleblowing or {}
    holders = people.holders(session, programme.key, ROLE)
    return Channel(
        programme=programme.name,
        recipients=tuple(Recipient(one.get("name") or "", one["role"]) for one in said.get("recipients", ())),
        readers=tuple(holder.name or "?" for holder in holders),
        **{name: said.get(name) or "" for name in ("email", "phone", "page", "safety_representative")},
    )
