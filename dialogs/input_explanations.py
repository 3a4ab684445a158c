"""What is asked of one's own input, which nobody can find: where its receipt is of use, whether it can be taken back,
who sees who wrote it, how many there are. Nothing is looked up, and nothing that was typed is kept or repeated."""

from collections.abc import Callable

from dialogs.card import Card, Language, Text
from dialogs.offers import offers
from dialogs.words import say


def receipt(language: Language, page: str, answers: str) -> Card:
    """Where a receipt is of use."""
    here = Text(text=say(language, "inputs.receipt.here"))
    return _explained(language, say(language, "inputs.receipt.title", page=answers), here, "inputs.receipt.lost")


def deleted(language: Language, page: str, answers: str) -> Card:
    """That nobody can find the input of somebody, and what its writer can do with the receipt."""
    can = Text(text=say(language, "inputs.deleted.receipt", page=answers))
    return _explained(language, say(language, "inputs.deleted.title"), can, "inputs.deleted.archive")


def writer(language: Language, page: str, answers: str) -> Card:
    """Who can know who wrote an input: told apart for the page, where it is anonymous, and for the chat."""
    on_page = Text(text=say(language, "inputs.writer.page", page=page))
    return _explained(language, say(language, "inputs.writer.title"), on_page, "inputs.writer.chat")


def count(language: Language, page: str, answers: str) -> Card:
    """That no number is shown."""
    card = _explained(language, say(language, "inputs.count.title"), Text(text=say(language, "inputs.count.text")), "")
    return card.model_copy(update={"outcome": "unknown"})


#: By what is asked about, each with the page where one writes and the one where answers are read.
ASPECTS: dict[str, Callable[[Language, str, str], Card]] = {
    "count": count,
    "receipt": receipt,
    "deleted": deleted,
    "writer": writer,
}


def _explained(language: Language, title: str, text: Text, beside: str) -> Card:
    quiet = (Text(text=say(language, beside), style="quiet"),) if beside else ()
    return Card(
        title=title,
        blocks=(text, *quiet),
        buttons=offers(language, "input.status", "input.submit"),
        language=language,
        did="show_input_status",
    )
