"""What Slack would refuse or not show of messages and views: a schema of what the bot draws, and its rules.

Written from https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/reference/views. It knows nothing
that the bot does not draw, so that whoever draws something new has to look up what holds for it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bot.slack.render import Post

Schema = dict[str, Any]
#: Blocks of each surface, and which kinds may stand there.
MOST = {"message": 50, "modal": 100, "home": 100}
SHOWN = ("header", "rich_text", "context", "image", "divider", "actions")
ALLOWED = {"message": SHOWN, "modal": (*SHOWN, "input"), "home": SHOWN}
#: Characters of a text at the top of a message that chat.update takes, in bytes; and of all its blocks.
LONGEST_TEXT, LARGEST = 4000, 12_000
#: What Slack would read as a mention, a link or an entity that nobody meant.
PARSED = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")


def wrong_in_slack(posts: tuple[Post, ...]) -> list[str]:
    """What Slack would say of the messages of one card; empty where all is well."""
    wrong = [] if posts else ["no message"]
    for post in posts:
        size = len(json.dumps(post.blocks, ensure_ascii=False))
        wrong += [f"{size} characters of blocks"] * (size > LARGEST)
        wrong += [f"text of {len(post.text.encode())} bytes"] * (len(post.text.encode()) > LONGEST_TEXT)
        wrong += ["no text for screen readers"] * (not post.text.strip())
        wrong += [f"{found!r} in the text is parsed" for found in PARSED.findall(post.text)]
        # The same blocks come up again and again in a run of all tests.
        wrong += _wrong_in_message(json.dumps(post.blocks))
    return wrong


@lru_cache(maxsize=4096)
def _wrong_in_message(blocks: str) -> list[str]:
    return wrong_in_blocks(json.loads(blocks), "message")


def wrong_in_view(view: dict[str, Any]) -> list[str]:
    """What Slack would say of a modal or an App Home."""
    kind = view.get("type", "")
    wrong = [f"{error.json_path} {error.message}" for error in _validator(kind).iter_errors(view)]
    if kind == "modal" and any(one["type"] == "input" for one in view["blocks"]) and "submit" not in view:
        wrong.append("fields and nothing that sends them")
    return wrong + wrong_in_blocks(view["blocks"], kind)


def wrong_in_blocks(blocks: list[dict[str, Any]], surface: str) -> list[str]:
    wrong = [f"{len(blocks)} blocks"] * (not 0 < len(blocks) <= MOST[surface])
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    wrong += [f"block_id {name!r} {count} times" for name, count in ids.items() if count > 1]
    for place, block in enumerate(blocks):
        kind = block.get("type")
        if kind not in ALLOWED[surface]:
            wrong.append(f"{place}: {kind} in a {surface}")
            continue
        wrong += [f"{place} {error.json_path} {error.message}" for error in _validator(kind).iter_errors(block)]
        wrong += [f"{place} {one}" for one in (*_in_sdk(block), *_beyond_schema(block))]
    return wrong


def _in_sdk(block: dict[str, Any]) -> Iterator[str]:
    """What Slack's own library says of it."""
    try:
        parsed = Block.parse(block)
        if parsed is None:
            yield "slack_sdk does not know it"
        elif parsed.to_dict() != block:
            yield "slack_sdk reads it otherwise"
    except SlackObjectFormationError as error:
        yield f"slack_sdk: {error}"


def _beyond_schema(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [block["element"]] if "element" in block else [])
    actions = Counter(one["action_id"] for one in elements if "action_id" in one)
    yield from (f"action_id {name!r} {count} times" for name, count in actions.items() if count > 1)
    for element in elements:
        options = [*element.get("options", ()), *(one for group in element.get("option_groups", ()) for one in
                                                   group["options"])]  # fmt: skip
        values = Counter(option["value"] for option in options)
        yield from (f"option {name!r} {count} times" for name, count in values.items() if count > 1)
        if "initial_option" in element and element["initial_option"] not in options:
            yield "an option is chosen that is none"
        if len(element.get("initial_value", "")) > element.get("max_length", 3000):
            yield "more is filled in than may be"
    for text in _strings(block):
        if len(text.encode("utf-16-le")) // 2 > 3000:
            yield "a text longer than 3000, as JavaScript counts"


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _strings(inner)


def _object(required: Schema, **optional: Any) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _text(longest: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"}


def _plain(longest: int) -> Schema:
    return _object({"type": {"const": "plain_text"}, "text": _text(longest), "emoji": {"const": False}})


def _list(of: Schema, most: int) -> Schema:
    return {"type": "array", "items": of, "minItems": 1, "maxItems": most}


ID = {"type": "string", "minLength": 1, "maxLength": 255}
ADDRESS = {"type": "string", "pattern": "^https://", "maxLength": 3000}
STYLE = {
    "type": "object",
    "properties": {"bold": {"const": True}, "italic": {"const": True}},
    "minProperties": 1,
    "additionalProperties": False,
}
RUN = {
    "oneOf": [
        _object(
            {"type": {"const": "text"}, "text": {"type": "string", "minLength": 1, "maxLength": 3000}}, style=STYLE
        ),
        _object({"type": {"const": "link"}, "url": ADDRESS}, text=_text(3000), style=STYLE),
        _object({"type": {"const": "emoji"}, "name": {"const": "warning"}}),
    ]
}
SECTION = _object({"type": {"const": "rich_text_section"}, "elements": _list(RUN, 1000)})
LISTED = _object(
    {"type": {"const": "rich_text_list"}, "elements": _list(SECTION, 1000), "style": {"enum": ["bullet", "ordered"]}},
    offset={"type": "integer", "minimum": 1},
)
BUTTON = _object(
    {"type": {"const": "button"}, "text": _plain(75), "action_id": ID, "value": _text(2000)},
    style={"enum": ["primary", "danger"]},
)
OPTION = _object({"text": _plain(75), "value": _text(150)})
GROUP = _object({"label": _plain(75), "options": _list(OPTION, 100)})
FIELD = {
    "oneOf": [
        _object(
            {
                "type": {"const": "plain_text_input"},
                "action_id": ID,
                "multiline": {"type": "boolean"},
                "max_length": {"type": "integer", "minimum": 1, "maximum": 3000},
            },
            initial_value=_text(3000),
        ),
        _object(
            {"type": {"const": "radio_buttons"}, "action_id": ID, "options": _list(OPTION, 10)}, initial_option=OPTION
        ),
        _object(
            {"type": {"const": "static_select"}, "action_id": ID, "options": _list(OPTION, 100)}, initial_option=OPTION
        ),
        _object(
            {"type": {"const": "static_select"}, "action_id": ID, "option_groups": _list(GROUP, 100)},
            initial_option=OPTION,
        ),
    ]
}
ANY = {"type": "array", "items": {"type": "object", "required": ["type"]}}
KINDS: dict[str, Schema] = {
    "header": _object({"type": {"const": "header"}, "text": _plain(150)}, block_id=ID),
    "rich_text": _object(
        {"type": {"const": "rich_text"}, "elements": _list({"oneOf": [SECTION, LISTED]}, 100)}, block_id=ID
    ),
    "context": _object({"type": {"const": "context"}, "elements": _list(_plain(2000), 10)}, block_id=ID),
    "image": _object({"type": {"const": "image"}, "image_url": ADDRESS, "alt_text": _text(2000)}, block_id=ID),
    "divider": _object({"type": {"const": "divider"}}, block_id=ID),
    "actions": _object({"type": {"const": "actions"}, "elements": _list(BUTTON, 25)}, block_id=ID),
    "input": _object(
        {"type": {"const": "input"}, "label": _plain(2000), "element": FIELD, "optional": {"type": "boolean"}},
        block_id=ID,
    ),
    "modal": _object(
        {
            "type": {"const": "modal"},
            "title": _plain(24),
            "submit": _plain(24),
            "close": _plain(24),
            "callback_id": ID,
            "private_metadata": {"type": "string", "maxLength": 3000},
            "blocks": ANY,
        }
    ),
    "home": _object({"type": {"const": "home"}, "blocks": ANY}),
}


@cache
def _validator(kind: str) -> Any:
    return Draft202012Validator(KINDS[kind])
