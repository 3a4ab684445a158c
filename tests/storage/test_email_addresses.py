"""People without chat: added once, whatever way their address is written."""

import pytest

from storage import email_addresses
from storage.database import Session
from storage.refusals import Refused


def test_the_same_address_written_otherwise_is_the_same_person(session: Session) -> None:
    first = email_addresses.add(session, " Kari.Nordmann@Kommunen.example ", "Kari", "osu2020")
    again = email_addresses.add(session, "kari.nordmann@kommunen.EXAMPLE", "Kari", "osu2020")
    assert first.identity == again.identity
    address = email_addresses.find(session, first.address_id or 0)
    assert address is not None
    assert (address.account, address.lane, address.channel) == ("kari.nordmann@kommunen.example", "email", "email")


def test_whoever_is_added_again_is_not_subscribed_again(session: Session) -> None:
    person = email_addresses.add(session, "kari@kommunen.example", "Kari", "osu2020")
    email_addresses.unsubscribe(session, person.address_id or 0)
    assert email_addresses.add(session, "kari@kommunen.example", "Kari", "osu2020").is_muted
    email_addresses.unsubscribe(session, person.address_id or 0, again=True)
    assert not email_addresses.add(session, "kari@kommunen.example", "Kari", "osu2020").is_muted


def test_a_domain_with_norwegian_letters_is_written_as_mail_servers_do() -> None:
    assert email_addresses.written("post@blåbær.example") == "post@xn--blbr-roah.example"


@pytest.mark.parametrize(
    "address",
    ["", "kari", "@x.example", "kari@", "kari@localhost", "kåre@kommunen.example", "a b@x.example",
     "a@x.example\nBcc: y", "a@x.example, b@x.example", "<a@x.example>", "a@b@x.example", ".a@x.example",
     "a..b@x.example", "a@-x.example", "a@x..example", "a\r\n@x.example", f"{'a' * 65}@x.example",
     f"a@{'x' * 64}.example"],
)  # fmt: skip
def test_what_no_mail_server_would_take_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        email_addresses.written(address)
