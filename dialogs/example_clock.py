"""What the clock sends."""

from collections.abc import Iterator
from datetime import date, timedelta

from dialogs import (
    coming_back,
    digests,
    moments,
    planned,
    promises,
    reminders,
    sign_up_notices,
    snoozed_messages,
    together,
    top_order,
    unanswered,
)
from dialogs.card import Card, in_each
from dialogs.example_stage import NOW, PROGRAMME, Stage
from dialogs.words import say
from storage import announcements as stored
from storage import (
    claims,
    milestones,
    outbox,
    plan_changes,
    programmes,
    workgroups,
)
from storage.outbox import Kind, Status
from storage.programmes import Programme
from storage.promises import Promise
from storage.sign_ups import SignUp, SignUpState


def scenes(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What comes by itself."""
    programme = programmes.get(stage.session, PROGRAMME)
    late = stored.of_author(stage.session, stage.person, PROGRAMME, 1)[0]
    why, at = say(stage.language, "planned.held.late"), moments.said(stage.language, NOW, stage.turn().zone)
    yield "planned.held", planned.held_back(programme, late, stage.language, at, why)
    yield "question.waits", unanswered.notice(stage.language, programme.name)
    today = stage.turn().today
    for milestone in milestones.coming_up(stage.session, PROGRAMME, today)[:3]:
        yield f"reminder:{milestone.key}", reminders.reminder(stage.session, milestone, stage.language, today)
    yield "reminder.choose", stage.act("reminder.choose", {"milestone": "osu-kickoff"})
    yield "reminder.set", stage.press("reminder.set")
    yield "quiet.show:typed", stage.act("quiet.show", {"begins": "16", "ends": "8"})
    yield "reminder.choose:again", stage.act("reminder.choose", {"milestone": "osu-kickoff"})
    yield "reminder.set:past", stage.act("reminder.set", {"milestone": "osu-kickoff", "days": 365})
    yield "reminder.set:off", stage.act("reminder.set", {"milestone": "osu-kickoff", "days": 0})
    yield "reminder.choose:none", stage.act("reminder.choose", {"milestone": "osu-no-such"})
    first, last = milestones.coming_up(stage.session, PROGRAMME, today)[:2]
    yield "reminder:own", reminders.own(stage.session, first, stage.language)
    yield "reminder:moved", reminders.moved(first.key, first, last, stage.language)
    yield from _put_off(stage, reminders.own(stage.session, last, stage.language))
    yield from _summaries(stage)
    yield from _of_sign_ups(stage, programme, today)


def _of_sign_ups(stage: Stage, programme: Programme, today: date) -> Iterator[tuple[str, Card]]:
    """What volunteers, those who own an answer and leaders get by themselves."""
    days = [today - timedelta(days=2), today, today, today + timedelta(days=1)]
    yield "promises:reminder", promises.reminder(programme, days, today, stage.language)
    for of in promises.LEADERS:
        yield f"promises:reminder of {of.name}", promises.reminder(programme, days, today, stage.language, of)
    late = [
        Promise(programme_key=PROGRAMME, about="sign_up", about_key="g", person_id=1, made_at=NOW, due_on=day)
        for day in days[:2]
    ]
    yield "promises:late", promises.escalation(programme, late, stage.language)
    yield "promises:late-own", promises.escalation(programme, late, stage.language, is_theirs=True)
    group, other = (workgroups.get(stage.session, PROGRAMME, key) for key in ("osu-omstilling", "osu-padriver"))
    for state in (SignUpState.ACCEPTED, SignUpState.DECLINED, SignUpState.MOVED, SignUpState.ASKED):
        row = SignUp(
            programme_key=PROGRAMME,
            workgroup_key=group.key,
            person_id=1,
            signed_up_at=NOW,
            state=state,
            reason="Vi trenger noen fra HR denne gangen.",
        )
        told = other if state == SignUpState.MOVED else None
        yield f"sign_up:{state}", sign_up_notices.card(row, group, told, stage.language)


def _put_off(stage: Stage, card: Card) -> Iterator[tuple[str, Card]]:
    """A reminder that comes once more, as it is sent and in each state after that."""
    message = outbox.write(stage.session, PROGRAMME, Kind.PERSONAL_REMINDER, in_each(lambda language: card))
    outbox.owe(stage.session, stage.person, message, "snoozed:example")
    claimed = claims.claim(stage.session, "web", 100, 60)
    for one in claimed:
        claims.settle(stage.session, one.ended(Status.SENT, platform_id=one.edits or str(one.id)))
    row = next(one.id for one in claimed if one.key == "snoozed:example")
    yield "reminder:to put off", snoozed_messages.with_button(card, Kind.PERSONAL_REMINDER, row)
    yield "snooze.latest", stage.act("snooze.latest")
    yield "snooze.choose", stage.act("snooze.choose", {"row": row})
    yield "snooze.set", stage.press("snooze.set")
    yield "snooze.end", stage.press("snooze.end")
    yield "snooze.set:quiet", stage.act("snooze.set", {"row": row, "at": (NOW + timedelta(hours=9)).isoformat()})
    yield "snooze.set:too late", stage.act("snooze.set", {"row": row, "at": (NOW + timedelta(days=30)).isoformat()})
    yield "snooze.choose:gone", stage.act("snooze.choose", {"row": 0})


def _summaries(stage: Stage) -> Iterator[tuple[str, Card]]:
    """The digest and the leaders' card after a week in which much happened."""
    programme, language = programmes.get(stage.session, PROGRAMME), stage.language
    plan_changes.note(stage.session, programme, NOW - timedelta(days=7))
    moved = stage.session.merge(milestones.coming_up(stage.session, PROGRAMME, stage.turn().today)[0])
    assert moved.first_day is not None
    moved.first_day = moved.last_day = moved.first_day + timedelta(days=1)
    stage.session.flush()
    programmes.mark_changed(stage.session, PROGRAMME)
    plan_changes.note(stage.session, programme, NOW)
    found = digests.news(stage.session, programme, NOW - timedelta(days=7), NOW)
    waits = digests.waits_lines(language, [found.until + timedelta(days=3)], 2)
    yield "digest", digests.digest(found, language)
    yield "digest:waits", digests.digest(found, language, waits)
    owed = [found.until - timedelta(days=1), found.until + timedelta(days=2), found.until + timedelta(days=2)]
    unsaid = digests.unsaid(stage.session, programme, language)
    yield "digest:leaders", digests.leaders_card(found, language, owed, 3, unsaid)
    yield from _together(stage, digests.digest(found, language, waits))


def _together(stage: Stage, summary: Card) -> Iterator[tuple[str, Card]]:
    """Several messages at one moment, and very many of them."""
    programme, today = programmes.get(stage.session, PROGRAMME), stage.turn().today
    coming = milestones.coming_up(stage.session, PROGRAMME, today)
    reminded = [(Kind.REMINDER, reminders.reminder(stage.session, row, stage.language, today)) for row in coming]
    ranked = (Kind.TOP_LIST, top_order.listed(stage.session, programme, stage.language))
    several = [reminded[0], (Kind.DIGEST, summary), ranked]
    yield "together", together.one_card(several, "together:example", stage.language)
    many = [*reminded, (Kind.DIGEST, summary), ranked]
    yield "together:many", together.one_card(many, "together:example", stage.language)
    found = digests.news(stage.session, programme, NOW - timedelta(days=40), NOW)
    yield "back", coming_back.lines(found, [], "back:example", stage.language)
    yield "together.show:gone", stage.act("together.show", {"of": "together:example"})
