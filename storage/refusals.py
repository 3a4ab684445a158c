"""Why something was not done: a reason that a person may read, in their own language."""

from typing import Any


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A rule said no. ``key`` names a text in the catalogues, ``values`` fill it in; nothing of the turn is kept."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotAllowed(Refused):
    """The acting person lacks ``role`` in this programme."""

    def __init__(self, role: str) -> None:
        super().__init__(f"refused.role.{role}", role=role)
        self.role = role
