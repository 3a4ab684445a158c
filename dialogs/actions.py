"""ACTIONS: the one table of what can be done. An action that words can reach is named as its intent."""

from collections.abc import Callable

from dialogs import (
    announcements,
    anonymous_input,
    guide,
    initiatives,
    milestones,
    people,
    phases,
    programmes,
    reminders,
    roles,
    sign_ups,
    top_list,
    workgroups,
)
from dialogs.anonymous_input import Asked
from dialogs.card import Card
from dialogs.turn import Dialog
from storage.anonymous_input import InputStore

ACTIONS: dict[str, Dialog] = {
    "milestone.next": milestones.upcoming,
    "milestone.list": milestones.listed,
    "milestone.when": milestones.at,
    "milestone.on_date": milestones.on_date,
    "phase.current": phases.current,
    "phase.about": phases.about,
    "workgroup.list": workgroups.listed,
    "workgroup.about": workgroups.about,
    "workgroup.join": sign_ups.join,
    "workgroup.leave": sign_ups.leave,
    "signup.status": sign_ups.status,
    "signup.volunteers": sign_ups.volunteers,
    "input.submit": anonymous_input.submit,
    "input.status": anonymous_input.status,
    "input.read": anonymous_input.read,
    "input.answer": anonymous_input.write_answer,
    "input.answered": anonymous_input.answer,
    "initiative.top": top_list.show,
    "initiative.about": initiatives.about,
    "top.edit": top_list.edit,
    "top.save": top_list.save,
    "top.send": top_list.send,
    "person.role": roles.about,
    "goal.about": programmes.goals,
    "delivery.about": programmes.deliveries,
    "programme.about": programmes.about,
    "announcement.latest": announcements.latest,
    "announcement.post": announcements.post,
    "announcement.edit": announcements.edit,
    "announcement.preview": announcements.preview,
    "announcement.send": announcements.send,
    "announcement.report": announcements.report,
    "announcement.mine": announcements.mine,
    "subscription.set": people.subscribe,
    "language.set": people.set_language,
    "settings": people.settings,
    "clock.ahead": reminders.ahead,
    "help": guide.show_help,
    "smalltalk": guide.smalltalk,
    "out_of_scope": guide.out_of_scope,
    "guide.unsure": guide.unsure,
    "guide.confirm": guide.confirm,
    "guide.unchanged": guide.unchanged,
    "guide.empty": guide.empty,
    "guide.too_long": guide.too_long,
    "guide.old_button": guide.old_button,
    "guide.not_here": guide.not_here,
}

#: What concerns one person, or one role, and is never shown to a whole group or channel.
PERSONAL = frozenset(
    {
        "workgroup.join",
        "workgroup.leave",
        "signup.status",
        "signup.volunteers",
        "input.submit",
        "input.send",
        "input.read",
        "input.answer",
        "input.answered",
        "top.edit",
        "top.save",
        "top.send",
        "announcement.post",
        "announcement.edit",
        "announcement.preview",
        "announcement.send",
        "announcement.report",
        "announcement.mine",
        "subscription.set",
        "language.set",
        "settings",
        "guide.confirm",
        "clock.ahead",
        "clock.go",
    }
)

#: What runs after the turn's transaction is over, on the inputs' own store, and is not told who asks.
INPUT_ACTIONS: dict[str, Callable[[InputStore, Asked], Card]] = {
    "input.send": anonymous_input.send,
}
