"""Choosing what those who get an announcement can do from it, and the buttons that this becomes."""

from dialogs import announced, announcements
from dialogs.card import Button, Card, Choice, Question, Text
from dialogs.offers import short
from dialogs.turn import Afterwards, Turn
from dialogs.words import say, told
from storage import announcement_buttons as buttons
from storage import workgroups
from storage.announcement_buttons import Chosen
from storage.announcements import get_draft
from storage.database import Session
from storage.workgroups import Openness

#: How many workgroups can be chosen from, and what stands for none.
MOST_GROUPS = 40
NONE = "-"


def choose(session: Session, turn: Turn) -> Card:
    """The form, with what was chosen before; the usual buttons have the form for inputs."""
    announcement = get_draft(session, turn.person, turn.programme.key, announced.key(turn))
    now = buttons.chosen(session, announcement) or Chosen(asks=False, workgroup="", takes_input=True)
    every = workgroups.every(session, turn.programme.key)
    groups = [Choice(title=short(told(one.title, turn.language)), value=one.key)
              for one in every if one.openness == Openness.OPEN][:MOST_GROUPS]  # fmt: skip
    none = Choice(title=say(turn.language, "announcement_buttons.no_group"), value=NONE)
    values = {"announcement": announcement.id}
    saving = Button(
        title=say(turn.language, "announcements.form.preview"),
        action="announcement.buttons_save",
        values=values,
        style="primary",
    )
    back = Button(title=say(turn.language, "announcement_parts.look"), action="announcement.open", values=values)
    return Card(
        title=say(turn.language, "announcement_buttons.title"),
        blocks=(Text(text=say(turn.language, "announcement_buttons.how")),),
        questions=(
            _yes_or_no(turn, "asks", now.asks),
            Question(
                name="workgroup",
                label=say(turn.language, "announcement_buttons.workgroup"),
                value=now.workgroup or NONE,
                choices=(none, *groups),
            ),
            _yes_or_no(turn, "takes_input", now.takes_input),
        ),
        buttons=(saving, back),
        language=turn.language,
        did="compose_announcement",
    )


def save(session: Session, turn: Turn) -> Afterwards:
    """Stores the choice, and shows the announcement with its buttons."""
    workgroup = turn.value("workgroup")
    wanted = Chosen(
        asks=turn.value("asks") == "yes",
        workgroup="" if workgroup == NONE else workgroup,
        takes_input=turn.value("takes_input") == "yes",
    )
    announcement = buttons.choose(session, turn.person, turn.programme.key, announced.key(turn), wanted)
    return announcements.shown_afterwards(turn, announcement)


def _yes_or_no(turn: Turn, name: str, is_chosen: bool) -> Question:
    choices = tuple(Choice(title=say(turn.language, f"announcement_buttons.{one}"), value=one) for one in ("yes", "no"))
    label = say(turn.language, f"announcement_buttons.{name}")
    return Question(name=name, label=label, value="yes" if is_chosen else "no", choices=choices)
