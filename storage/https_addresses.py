"""Addresses that a text of ours may lead to: https, and nothing that a reader could take for another host."""

import re
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][^\s\"<>]*)?")


def is_address(address: str) -> bool:
    """Whether it is one."""
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False
