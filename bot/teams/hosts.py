"""Which hosts replies and tokens may go to: an activity names its own return address, and anyone can write one."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

#: Tells whether a serviceUrl may be stored and used.
MaySend = Callable[[str], bool]


class AllowedHosts:
    """Allows https on these hosts and no other port; where one is this machine itself, http on any port too."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(host.strip().casefold() for host in hosts)
        # Every turn asks twice, and a platform has a few addresses.
        self._allows = lru_cache(maxsize=256)(self._is_allowed)

    def __call__(self, address: str) -> bool:
        return self._allows(address)

    def _is_allowed(self, address: str) -> bool:
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").casefold(), parts.port
        except ValueError:
            return False
        if host not in self._hosts or "@" in parts.netloc or parts.query or parts.fragment:
            return False
        return (parts.scheme == "https" and port in (None, 443)) or is_loopback(address)


@lru_cache(maxsize=256)
def is_loopback(address: str) -> bool:
    """Whether an address is http(s) on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False
