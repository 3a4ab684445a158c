"""The neutral vocabulary of what people get to see: a card, made by dialogs, drawn by each channel."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

#: ``quiet`` is for sources and small print, ``warning`` for what must not be missed.
TextStyle = Literal["body", "quiet", "strong", "warning"]
Language = Literal["nb", "nn", "en"]
#: What a turn amounted to, in the words of the question set.
Outcome = Literal["answered", "unknown", "declined", "clarify", "refused", "done"]
LANGUAGES: tuple[Language, ...] = ("nb", "nn", "en")
#: Version of the button contract ``{"action", "values", "v"}``; raised when values change their meaning.
BUTTON_VERSION = 1


class Part(BaseModel):
    """Anything of a card: immutable, and safe to store as JSON."""

    model_config = ConfigDict(frozen=True)


class Text(Part):
    """A paragraph. ``quiet`` is for sources and small print, ``warning`` for what must not be missed. ``path`` is where
    on this site it leads to, which only the bot's own web chat can follow."""

    kind: Literal["text"] = "text"
    text: str
    style: TextStyle = "body"
    path: Annotated[str, Field(pattern=r"^(?:/[^/\\\s]\S*)?$")] = ""


class Span(Part):
    """A run of words within a line: strong, emphasised, or a link where ``address`` is set (https only)."""

    text: str
    strong: bool = False
    emphasis: bool = False
    address: Annotated[str, Field(pattern=r"^(?:https://\S+)?$")] = ""


class Written(Part):
    """Lines with words that are marked: a paragraph, or a list with signs or numbers."""

    kind: Literal["written"] = "written"
    lines: tuple[tuple[Span, ...], ...]
    shape: Literal["paragraph", "bullets", "numbers"] = "paragraph"

    def signs(self) -> list[str]:
        """What stands before each line where a channel has no lists of its own."""
        known = {"paragraph": "", "bullets": "• "}
        return [known.get(self.shape, f"{number}. ") for number in range(1, len(self.lines) + 1)]

    def as_text(self, tell_addresses: bool = False) -> str:
        """The lines as they are read aloud; with ``tell_addresses`` each link's address behind it."""
        lines = ["".join(_as_text(span, tell_addresses) for span in line) for line in self.lines]
        return "\n".join(sign + line for sign, line in zip(self.signs(), lines, strict=True))


def _as_text(span: Span, tell_address: bool) -> str:
    return f"{span.text} ({span.address})" if tell_address and span.address not in ("", span.text) else span.text


class Facts(Part):
    """Label and value, side by side where there is room."""

    kind: Literal["facts"] = "facts"
    facts: tuple[tuple[str, str], ...]


class Items(Part):
    """A list: plain strings, or label and explanation; numbered when the order says something."""

    kind: Literal["items"] = "items"
    items: tuple[tuple[str, str], ...]
    numbered: bool = False


class Picture(Part):
    """A picture by https address. ``alt`` is never empty: it is read aloud."""

    kind: Literal["picture"] = "picture"
    address: str
    alt: Annotated[str, Field(min_length=1)]


Block = Annotated[Text | Written | Facts | Items | Picture, Field(discriminator="kind")]


class Choice(Part):
    """One of the answers a choice field offers."""

    title: str
    value: str


class Question(Part):
    """A field of a form. ``choices`` makes it a choice; ``lines`` above 1 makes it a text area."""

    name: str
    label: Annotated[str, Field(min_length=1)]
    value: str = ""
    required: bool = False
    lines: int = 1
    longest: int = 200
    choices: tuple[Choice, ...] = ()
    error: str = ""


#: Most buttons of a card: Teams shows six, and hides the rest behind a menu.
MOST_BUTTONS = 6
#: Longest title of a button, in characters: what Block Kit allows (docs.slack.dev, button element).
LONGEST_TITLE = 75


class Button(Part):
    """Pressing it sends ``{"action", "values", "v", "lang"}`` and, where the card has fields, what they hold. ``lang``
    is the card's language, in which the answer is to be.

    ``replaces``: it changes what the card tells of, or ends what the card was for, so that nobody should press it once
    more; where a channel can do that, the answer takes the card's place. ``keeps_form``: it leads away from a form and
    back to it, and takes along what is filled in.
    """

    title: str
    action: str
    values: dict[str, Any] = {}
    style: Literal["default", "primary", "destructive"] = "default"
    replaces: bool = False
    keeps_form: bool = False

    def payload(self, language: Language) -> dict[str, Any]:
        return {"action": self.action, "values": self.values, "v": BUTTON_VERSION, "lang": language}


class Card(Part):
    """What a person gets to see.

    ``did`` and ``outcome`` say what the turn amounted to, in the words of the question set; ``subject`` is what a
    follow-up ("who leads it?") would mean: keys only, never anything the person wrote.
    """

    title: str = ""
    blocks: tuple[Block, ...] = ()
    questions: tuple[Question, ...] = ()
    buttons: tuple[Button, ...] = ()
    language: Language = "nb"
    did: str = "answer"
    outcome: Outcome = "answered"
    subject: dict[str, str] | None = None
    #: The action that a typed text would answer next. Kept in memory only: it may tell who is writing an input.
    awaiting: str = ""

    @property
    def sending(self) -> tuple[Button, ...]:
        """The buttons that send the card's form: those with a weight, others of their action and those that keep what
        is filled in, or all where none has any weight. What a form holds is nothing to the other buttons, and its rules
        must not stop them."""
        if not self.questions:
            return ()
        weighty = {button.action for button in self.buttons if button.style != "default"}
        if not weighty:
            return self.buttons
        return tuple(button for button in self.buttons if button.action in weighty or button.keeps_form)

    def is_replaced_by(self, button: Button) -> bool:
        """Whether the answer to this button takes the card's place. A form is not taken away from under what is
        written in it by a button that only leads to something to read; a question asked back is settled by any."""
        if button.replaces or button in self.sending:
            return True
        return bool(self.awaiting) and not self.questions

    def as_text(self) -> str:
        """The whole card as lines of text: for summaries, screen readers and channels without cards."""
        lines = [self.title]
        for block in self.blocks:
            match block:
                case Text():
                    lines.append(block.text)
                case Written():
                    lines.append(block.as_text())
                case Facts():
                    lines += [f"{label}: {value}" for label, value in block.facts]
                case Items():
                    lines += [f"{label}: {more}" if more else label for label, more in block.items]
                case Picture():
                    lines.append(block.alt)
        lines += [question.label for question in self.questions]
        return "\n".join(line for line in lines if line)


def in_each(card: Callable[[Language], Card]) -> dict[str, Any]:
    """The card of each language, as it is stored for sending."""
    return {language: card(language).model_dump(mode="json") for language in LANGUAGES}
