"""What Slack's errors mean to a message that is to be sent: whether to try again, and whom it says something about.

The words are those of https://docs.slack.dev/reference/methods/chat.postMessage#errors and of chat.update beside it.
"""

import logging
import re

from bot.slack.api import Refusal
from bot.transport import NotSent
from storage.amendments import CANNOT_EDIT
from storage.outbox import INTERRUPTED

log = logging.getLogger(__name__)

#: Nobody is reached there any more: the person left or was shut out, the channel is closed or the bot not in it.
GONE = frozenset(
    {
        "cannot_dm_bot",
        "channel_is_archived",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "user_disabled",
        "user_is_bot",
        "user_not_found",
        "user_not_visible",
    }
)
#: The bot itself is not let in, whomever it writes to: no fault of the one it would have been for, and put right by
#: whoever looks after the installation. The lane waits.
SHUT_OUT = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
#: Too much at once, of this channel or of the workspace.
BUSY = frozenset({"message_limit_exceeded", "rate_limited", "ratelimited"})
#: Slack says itself that some of it may have been done.
UNKNOWN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
#: Seconds that the lane waits when the bot is not let in, and when Slack is busy and names no time.
PAUSE, SHORT_PAUSE = 60.0, 30.0
#: An error's word; what is none is not logged, as it might be anything.
_WORD = re.compile(r"[a-z_]{1,60}")


def not_sent(failed: NotSent) -> NotSent:
    """What became of a message that Slack's Web API did not confirm. All that is not in a table is final: Slack did not
    take the message, and would not the next time (msg_too_long, invalid_blocks, restricted_action)."""
    error = getattr(failed, "error", "")
    if failed.unknown or error in UNKNOWN:
        return NotSent(INTERRUPTED, unknown=True)
    if not isinstance(failed, Refusal):
        return failed
    if error in BUSY:
        return NotSent("busy", retry_after=SHORT_PAUSE if failed.retry_after is None else failed.retry_after)
    said = error if _WORD.fullmatch(error) else "?"
    if error in SHUT_OUT:
        log.error("Slack does not let the bot in: %s", said)
        return NotSent("unreachable", retry_after=PAUSE)
    if error in GONE:
        return NotSent("gone", permanent=True, is_gone=True)
    log.warning("Slack refused a message: %s", said)
    return NotSent("refused", permanent=True)


def not_changed(failed: NotSent) -> NotSent:
    """The same of a message that is to be changed. That it cannot be says nothing of the address."""
    found = not_sent(failed)
    return NotSent(CANNOT_EDIT, permanent=True) if found.permanent else found
