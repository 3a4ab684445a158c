"""The reply of whoever holds an input's receipt, on the page alone: checked for what may give somebody away before it
is stored. Nothing here knows who asks."""

from collections.abc import Mapping

from dialogs import input_check, whistleblowing
from dialogs.card import Card, Language, Question
from dialogs.words import say
from storage import input_conversation
from storage.anonymous_input import InputStore
from storage.input_conversation import LONGEST_MESSAGE
from storage.refusals import Refused
from storage.whistleblowing import Channel


def send(
    store: InputStore,
    language: Language,
    values: Mapping[str, str],
    channel: Channel,
    *,
    is_to_recipients: bool = False,
) -> Card:
    """Stores the reply, once for each form. What may be a notification is asked about, and what may give somebody away
    is shown, before anything is stored; an empty or too long one comes back as it was filled in. ``is_to_recipients``:
    those who take notifications read it, so none of that. Raises Refused for what no change of the text would mend."""
    text, form = values.get("text", ""), values.get("form", "")
    is_short = 0 < len(text.strip()) <= LONGEST_MESSAGE
    if (
        is_short
        and not is_to_recipients
        and whistleblowing.is_heard(text, "")
        and not whistleblowing.chosen(values, text)
    ):
        # Whoever handles the input would read it, and may be whom it is about.
        return whistleblowing.ask(language, channel, text, form, (question(language, text),))
    found = input_check.found_in(text) if len(text) <= LONGEST_MESSAGE and not is_to_recipients else []
    if found and not input_check.is_seen(values, text):
        carried = whistleblowing.carried(values)
        card = input_check.warning(language, text, found, form, (question(language, text),), carried=carried)
        # What is handed over to those who take notifications is an input of its own, never a part of another one.
        kept = tuple(button for button in card.buttons if button.values.get("choice") != "notification")
        return card.model_copy(update={"buttons": kept})
    text = input_check.chosen(values, text, found, language)
    try:
        input_conversation.reply(store, values.get("code", ""), text, form)
    except Refused as refused:
        if refused.key not in ("refused.input.empty", "refused.reply.long"):
            raise
        error = say(language, refused.key, **refused.values)
        return Card(questions=(question(language, text, error),), language=language, outcome="refused")
    return Card(title=say(language, "input_replies.sent"), language=language, outcome="done")


def question(language: Language, text: str = "", error: str = "") -> Question:
    """The reply's only field."""
    return Question(
        name="text",
        label=say(language, "input_replies.form"),
        value=text,
        required=True,
        lines=5,
        longest=LONGEST_MESSAGE,
        error=error,
    )
