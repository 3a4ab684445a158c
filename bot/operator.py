"""Whoever runs a command: an account of the machine, which is no account of the bot's."""

import os
import pwd
from pathlib import Path

#: Whose login a process comes from, as the kernel keeps it through sudo and su: https://man7.org/linux/man-pages/man5/proc_pid_loginuid.5.html
LOGIN = Path("/proc/self/loginuid")
#: What it holds where nobody logged in: -1 in 32 bits.
NO_LOGIN = 2**32 - 1


def operator(login: Path = LOGIN) -> str:
    """The machine's account that runs this, and in brackets the one that was logged in to, where that is another.

    Never by the environment, such as SUDO_USER: whoever runs this says what stands there.
    """
    own, behind = os.getuid(), _logged_in(login)
    return _account(own) if behind in (None, own) else f"{_account(own)} ({_account(behind)})"


def _logged_in(login: Path) -> int | None:
    try:
        found = int(login.read_text("ascii"))
    except (OSError, ValueError):
        # Kernels without audit have no such file.
        return None
    return None if found == NO_LOGIN else found


def _account(number: int) -> str:
    """Its name, or the number of one that this machine has no name for: in a container that may be anybody's."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
