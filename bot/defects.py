"""Logging what went wrong, by where in the code it happened."""

import logging
import secrets
import traceback

log = logging.getLogger(__name__)


def log_defect(defect: Exception) -> str:
    """Logs where it went wrong, never with what: a message may hold what a person wrote. Returns the id it is under."""
    code = secrets.token_hex(4)
    where = "".join(traceback.format_tb(defect.__traceback__))
    log.error("defect %s: %s\n%s", code, type(defect).__name__, where)
    return code
