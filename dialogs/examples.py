"""One card of every kind, in every language: for looking at them, and for testing every renderer."""

from collections.abc import Iterator
from datetime import date

from dialogs import anonymous_input, answering, caring, guide, input_check, unanswered
from dialogs.card import LANGUAGES, Button, Card, Facts, Items, Language, Picture, Span, Text, Written
from dialogs.example_turns import played
from dialogs.offers import offers
from dialogs.words import say
from storage.unanswered import SentQuestion, Status

#: What a person might type that no renderer may take for markup.
HOSTILE = (
    "<script>alert(1)</script> **x** [y](https://example.org) `z` _w_ & \"q\" 'r' \\ <at>all</at> <!channel> עברית 🙂"
)


def examples() -> Iterator[tuple[str, Card]]:
    """Name and card; the names are stable and unique. First what real dialogs show, then what is seldom seen."""
    for name, language, card in played():
        yield f"{name}-{language}", card
    for language in LANGUAGES:
        yield f"form-{language}", anonymous_input.form(language)
        error = say(language, "refused.input.empty")
        yield f"form-refused-{language}", anonymous_input.form(language, HOSTILE, "risk", error)
        yield f"question-{language}", unanswered.form(language, "OSU 2020")
        yield f"question-refused-{language}", unanswered.form(language, "OSU 2020", HOSTILE, error=error)
        yield f"question-notice-{language}", unanswered.notice(language, "OSU 2020")
        for status, question in _questions():
            yield f"question-{status}-{language}", answering.told_answer(question, language)
        yield f"warning-{language}", _warning(language)
        for about in caring.IN_NEED:
            yield f"{about}-{language}", caring.in_need(language, about)
        yield f"sorry-{language}", guide.sorry(language, "0123abcd")
        yield f"everything-{language}", _everything(language)
    yield "hostile", _hostile()


def _questions() -> Iterator[tuple[Status, SentQuestion]]:
    for status in (Status.ANSWERED, Status.DEFERRED):
        yield (
            status,
            SentQuestion(
                programme_key="osu2020",
                person_id=1,
                form="",
                text=HOSTILE,
                language="nb",
                sent_on=date(2020, 11, 24),
                status=status,
                title=HOSTILE,
                answer=HOSTILE,
                source_label=HOSTILE,
            ),
        )


def _warning(language: Language) -> Card:
    text = f"Kari ({HOSTILE}) sa det, ring 900 00 001"
    fields = anonymous_input.questions(language, text, "risk")
    return input_check.warning(language, text, input_check.found_in(text), "0123456789abcdef", fields)


def _everything(language: Language) -> Card:
    """Every kind of block, and as many buttons as a card may have."""
    title, line = say(language, "guide.help.title"), say(language, "guide.welcome.what")
    pairs = tuple(
        (say(language, f"guide.help.{name}"), say(language, f"guide.help.{name}_more")) for name in guide.HELP
    )
    return Card(
        title=title,
        blocks=(
            Text(text=line),
            Text(text=line, style="strong"),
            Text(text=line, style="quiet"),
            Text(text=line, style="warning"),
            *_written(line),
            Facts(facts=pairs[:2]),
            Items(items=pairs),
            Items(items=tuple((label, "") for label, _ in pairs), numbered=True),
            Picture(address="https://example.org/picture.png", alt=title),
        ),
        buttons=(
            Button(title=title, action="help", style="primary"),
            Button(title=title, action="help", style="destructive"),
            *offers(language, "milestone.next", "workgroup.list", "input.submit", "settings"),
        ),
        language=language,
    )


def _written(line: str) -> tuple[Written, ...]:
    marked = (
        Span(text=f"{line} "),
        Span(text=line, strong=True),
        Span(text=" ("),
        Span(text=line, emphasis=True, address="https://example.org/?a=1&b=2"),
        Span(text=")."),
    )
    return (
        Written(lines=(marked,)),
        Written(lines=(marked, marked), shape="bullets"),
        Written(lines=(marked,), shape="numbers"),
    )


def _hostile() -> Card:
    return Card(
        title=HOSTILE,
        blocks=(
            Text(text=HOSTILE),
            Written(lines=((Span(text=HOSTILE, strong=True),),)),
            Facts(facts=((HOSTILE, HOSTILE),)),
            Items(items=((HOSTILE, HOSTILE),)),
        ),
        buttons=offers("nb", "help"),
    )
