"""The app's manifest for Slack asks for what the bot needs, and for nothing else."""

import ast
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.slack import oauth
from bot.slack.events import ENDING, OF_CHANNELS
from tests.bot.slack_platform import SCOPES

ROOT = Path(__file__).parents[2]
#: The namespaces of Slack's Web API that a string of ours may name a method of.
_SPACES = "apps|auth|bots|chat|conversations|files|oauth|reactions|team|usergroups|users|views"
METHOD = re.compile(rf"(?:{_SPACES})\.(?!id$)[A-Za-z0-9.]+")
#: What each event asks for: https://docs.slack.dev/reference/events
EVENTS: dict[str, str] = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_unarchive": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "message.im": "im:history",
    "team_join": "users:read",
    "tokens_revoked": "",
    "user_change": "users:read",
}
#: Of an app's own token, which no manifest asks for: https://docs.slack.dev/reference/methods/apps.connections.open
OF_APP_TOKEN = {"apps.connections.open"}


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((ROOT / "manifest" / "slack.yaml").read_text("utf-8"))
    return found


def called() -> set[str]:
    """Every method of the Web API that a module of the channel names."""
    found = set()
    for module in (ROOT / "bot" / "slack").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and METHOD.fullmatch(node.value):
                found.add(node.value)
    return found - OF_APP_TOKEN


def test_every_method_that_is_called_is_in_the_table_and_no_other() -> None:
    assert called() == set(SCOPES)


def test_the_scopes_are_those_of_the_methods_events_and_commands() -> None:
    needed = {scope for method in called() for scope in SCOPES[method]}
    needed |= {scope for scope in EVENTS.values() if scope}
    needed |= {"commands"} if manifest()["features"]["slash_commands"] else set()
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed == set(oauth.SCOPES)


def test_the_events_are_those_that_mean_something_to_the_bot() -> None:
    listed = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert listed == sorted(EVENTS)
    read = "".join((ROOT / "bot" / "slack" / f"{name}.py").read_text("utf-8") for name in ("events", "inbox"))
    named = re.findall(r'"([a-z_]+(?:joined_channel|_mention|_opened|_join|_change))"', read)
    handled = set(OF_CHANNELS) | set(ENDING) | set(named)
    assert set(listed) - {"message.im"} == handled
    assert '"im"' in read


def test_slack_is_sent_to_where_the_bot_listens() -> None:
    found = manifest()
    endpoint = (ROOT / "bot" / "slack" / "endpoint.py").read_text("utf-8")
    settings = found["settings"]
    addresses = [
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        found["features"]["slash_commands"][0]["url"],
    ]
    paths = [address.removeprefix("https://bot.kommunen.example") for address in addresses]
    assert all(f'"{path}"' in endpoint for path in paths)
    assert found["oauth_config"]["redirect_urls"] == [f"https://bot.kommunen.example{oauth.BACK}"]
    # Mentions come as ids, which the bot reads, and as names that anybody may have only without this.
    assert found["features"]["slash_commands"][0]["should_escape"] is True


def test_the_texts_are_as_long_as_slack_takes() -> None:
    """https://docs.slack.dev/reference/app-manifest"""
    told = manifest()["display_information"]
    assert 0 < len(told["name"]) <= 35
    assert 0 < len(told["description"]) <= 140
    assert 174 < len(told["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", told["background_color"])
    assert len(manifest()["features"]["bot_user"]["display_name"]) <= 80
