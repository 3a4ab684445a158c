"""The guide: welcome, help, small talk, and what to say when the bot cannot or did not understand."""

from dataclasses import replace

from dialogs import asked, caring
from dialogs.card import LANGUAGES, Button, Card, Items, Language, Text
from dialogs.offers import offers
from dialogs.turn import Shown, Turn
from dialogs.understanding.titles import titled
from dialogs.words import say, told
from storage import anonymous_input, decisions, people, proposals, sign_ups, workgroups
from storage.database import Session
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused
from storage.workgroups import Openness, Workgroup

#: Longest text that is read as a question, in characters.
LONGEST_QUESTION = 4000
#: What is offered where nothing better is known: never a dead end.
WAYS_ON = ("milestone.next", "workgroup.list", "input.submit", "help")
HELP = ("when", "who", "say", "news", "settings")


def welcome(session: Session, turn: Turn) -> Card:
    """Five lines, once: who sends this, what it can do, what it stores, what no leader sees, which human to ask."""
    language, programme = turn.language, turn.programme
    lines = [
        _sender(language, programme),
        say(language, "guide.welcome.what"),
        say(language, "guide.welcome.stores"),
        say(language, "guide.welcome.never"),
        _human(language, programme),
    ]
    return Card(
        title=say(language, "guide.welcome.title", programme=programme.name),
        blocks=tuple(Text(text=line) for line in lines),
        buttons=offers(language, "milestone.next", "workgroup.list", "input.submit", "help", "language.set"),
        language=language,
        did="greet",
    )


def show_help(session: Session, turn: Turn) -> Card:
    """What the bot can do, and for those with a role what the role is for: but not where others read who has it."""
    language = turn.language
    held = people.roles(session, turn.person, turn.programme.key) if turn.is_private else frozenset()
    topics = (*HELP, "leader") if "leader" in held else HELP
    items = tuple((say(language, f"guide.help.{topic}"), say(language, f"guide.help.{topic}_more")) for topic in topics)
    return Card(
        title=say(language, "guide.help.title"),
        blocks=(Items(items=items),),
        buttons=offers(language, *_help_actions(held)),
        language=language,
        did="show_help",
    )


def smalltalk(session: Session, turn: Turn) -> Card:
    """A greeting, thanks, or who am I talking to."""
    about = turn.value("about")
    key = {"thanks": "guide.thanks", "bot": "guide.bot"}.get(about, "guide.hello")
    return _short(turn, say(turn.language, key, programme=turn.programme.name), "greet", *WAYS_ON)


def out_of_scope(session: Session, turn: Turn) -> Shown:
    """Kindly not: with the reason where there is one, and with the people where it is about the asker."""
    language, about = turn.language, turn.value("about")
    if about in caring.ABOUT:
        return caring.ABOUT[about](session, turn)
    key = "guide.anonymity" if about == "anonymity" else "guide.decline"
    card = _short(turn, say(language, key, programme=turn.programme.name), "decline", *WAYS_ON)
    return card.model_copy(update={"outcome": "declined"})


def unsure(session: Session, turn: Turn) -> Card:
    """The likeliest things as buttons, instead of a guess."""
    candidates = turn.understood.candidates[:3] if turn.understood else ()
    known = [action for action in candidates if action not in ("out_of_scope", "smalltalk", "help")]
    card = _short(turn, say(turn.language, "guide.unsure"), "clarify", *(known or WAYS_ON[:3]), "help")
    return card.model_copy(update={"outcome": "clarify"})


#: What words may change, and what the question before it counts as having done.
CHANGES = {
    "workgroup.join": "join",
    "workgroup.leave": "leave",
    "subscription.set": "set_subscription",
    "language.set": "set_language",
}


#: From here on words are taken at their word; what they leave to be guessed is never surer than the other.
_CERTAIN, _DOUBTFUL = 0.8, 0.79
_OF_GROUPS = ("workgroup.join", "workgroup.leave")


def is_to_be_confirmed(session: Session, turn: Turn) -> bool:
    """Whether words may mean a change, but not surely, or only speak of one. Asking how to do it changes nothing."""
    understood = turn.understood
    if understood is None or understood.intent not in CHANGES or turn.values.get("aspect") == "how":
        return False
    if turn.value("for") == "other":
        return False
    if understood.intent == "subscription.set" and "on" not in turn.values:
        return False
    if understood.confidence >= _CERTAIN and not understood.is_only_spoken_of:
        return False
    group = _group(session, turn)
    return understood.intent != "workgroup.join" or (group is not None and group.openness == Openness.OPEN)


#: What only people with a role get to see: the roles, and what the same words mean of anybody else.
_FOR_ROLES: dict[str, tuple[frozenset[str], str]] = {
    "decision.list": (frozenset(decisions.READERS), "milestone.list"),
    "signup.volunteers": (frozenset({"coordinator"}), "signup.status"),
    "signup.groups": (frozenset({"coordinator"}), "signup.status"),
    "composition.show": (frozenset({"coordinator"}), "workgroup.list"),
    "competence.show": (frozenset({"coordinator"}), "out_of_scope"),
    "competence.switch": (frozenset({"leader"}), "out_of_scope"),
    "competence.confirm": (frozenset({"employee_representative", "safety_representative"}), "out_of_scope"),
    "input.read": (frozenset({"input_handler"}), "input.status"),
    "initiative.scoring": (frozenset({"leader"}), "initiative.ranking"),
    "signup.register": (frozenset({"coordinator"}), "workgroup.list"),
    "signup.by_hand": (frozenset({"coordinator"}), "signup.status"),
    "signup.erase": (frozenset({"coordinator"}), "own.erase"),
    "signup.export": (frozenset({"coordinator"}), "signup.status"),
    "announcement.mine": (frozenset({"leader"}), "announcement.latest"),
    "input.outcomes": (frozenset({"input_handler"}), "input.status"),
    "top.edit": (frozenset({"leader"}), "initiative.top"),
    "top.rhythm": (frozenset({"leader"}), "initiative.top"),
    "whistleblowing.read": (frozenset({"whistleblowing_recipient"}), "announcement.latest"),
}


def meant(session: Session, turn: Turn) -> str:
    """The action that words mean for this person: who may not read the decisions means those that are planned."""
    intent = turn.understood.intent if turn.understood is not None else ""
    # Who holds which role is not told to a whole group: there the words mean what they mean of anybody.
    held = people.roles(session, turn.person, turn.programme.key) if turn.is_private else frozenset()
    if intent == "out_of_scope" and turn.value("about") == "volunteers" and "coordinator" in held:
        return "signup.volunteers"
    if intent == "proposal.new" and titled(turn.text) and not proposals.rules(session, turn.programme.key):
        # Nothing but that a proposal is to be written: where groups hand in none, what anybody may hand in.
        return "input.submit"
    needed, otherwise = _FOR_ROLES.get(intent, (held, intent))
    if not turn.is_private and otherwise == "out_of_scope":
        # It is the bot's to answer, to each alone: a group is told so whoever asks.
        return intent
    return intent if held & needed else otherwise


def with_only_group(session: Session, turn: Turn) -> Turn:
    """The turn with the only group that can be meant, where words name none or several: it is asked about first."""
    understood = turn.understood
    if understood is None or understood.intent not in _OF_GROUPS or turn.value("group") or "aspect" in turn.values:
        return turn
    if turn.values.get("no_such_group") is True:
        return turn
    named = asked.keys(turn, "groups", "group")
    standing = {row.workgroup_key for row in sign_ups.standing(session, turn.person, turn.programme.key)}
    rows = [row for row in workgroups.every(session, turn.programme.key) if not named or row.key in named]
    possible = {row.key for row in rows if row.openness == Openness.OPEN}
    if understood.intent == "workgroup.leave":
        possible = standing or possible
    if len(possible) != 1:
        return turn
    doubtful = replace(understood, confidence=min(understood.confidence, _DOUBTFUL))
    return replace(turn, understood=doubtful, values={**turn.values, "group": possible.pop()})


def _group(session: Session, turn: Turn) -> Workgroup | None:
    return next((row for row in workgroups.every(session, turn.programme.key) if row.key == turn.value("group")), None)


def confirm(session: Session, turn: Turn) -> Card:
    """Asks before it changes something that the words may not have meant."""
    assert turn.understood is not None
    intent, language = turn.understood.intent, turn.language
    others = [name for name in turn.understood.others if name not in ("out_of_scope", "smalltalk", "help", intent)]
    yes = Button(title=say(language, "guide.confirm.yes"), action=intent, values=turn.values, style="primary")
    no = Button(title=say(language, "guide.confirm.no"), action="guide.unchanged", replaces=True)
    return Card(
        title=_whether(session, turn, intent),
        buttons=(yes, no, *offers(language, *others[:2], "help")),
        language=language,
        did=CHANGES[intent],
        outcome="clarify",
        awaiting=intent,
    )


def unchanged(session: Session, turn: Turn) -> Card:
    """They said no: nothing was changed."""
    return _short(turn, say(turn.language, "guide.unchanged"), "cancel", *WAYS_ON)


def _whether(session: Session, turn: Turn, intent: str) -> str:
    language = turn.language
    if intent == "subscription.set":
        return say(language, f"guide.confirm.{_messages(turn)}_{'on' if turn.values.get('on') else 'off'}")
    if intent == "language.set":
        chosen = turn.value("language")
        known = f"people.language.{chosen}" if chosen in LANGUAGES else "guide.confirm.other_language"
        return say(language, "guide.confirm.language", wanted=say(language, known))
    group = _group(session, turn)
    named = told(group.title, language) if group else say(language, "guide.confirm.a_group")
    return say(language, f"guide.confirm.{intent}", group=named)


def _messages(turn: Turn) -> str:
    """Which messages a change is of, by the name that its question has."""
    is_digest = turn.value("topic") == "digest" or turn.values.get("frequency")
    return "digest" if is_digest else "reminders" if turn.value("topic") == "reminders" else "messages"


def empty(session: Session, turn: Turn) -> Card:
    """Nothing was written: a picture, an emoji, white space."""
    card = _short(turn, say(turn.language, "guide.empty"), "clarify", *WAYS_ON)
    return card.model_copy(update={"outcome": "clarify"})


def too_long(session: Session, turn: Turn) -> Card:
    """More than is read as a question."""
    language = turn.language
    said = say(language, "guide.long", length=len(turn.text), limit=LONGEST_QUESTION)
    return Card(
        title=said,
        blocks=(Text(text=say(language, "guide.long_input", limit=anonymous_input.LONGEST)),),
        buttons=offers(language, "input.submit", "help"),
        language=language,
        did="clarify",
        outcome="clarify",
    )


def old_button(session: Session, turn: Turn) -> Card:
    """A button of a card from another time."""
    card = _short(turn, say(turn.language, "guide.old_button"), "clarify", *WAYS_ON)
    return card.model_copy(update={"outcome": "clarify"})


#: Where whoever works on inputs or notifications goes on after a refusal, by how its key begins.
WAYS_BACK = {
    **dict.fromkeys(
        (
            "refused.input.unknown",
            "refused.input.queue_changed",
            "refused.input.merge_",
            "refused.input.status",
            "refused.input.theme",
            "refused.input.many_themes",
            "refused.outcome.",
            "refused.reply.full",
            "refused.reply.twice",
        ),
        ("input.read", "help"),
    ),
    "refused.notification.unknown": ("whistleblowing.read", "help"),
    **dict.fromkeys(("refused.status.sent", "refused.status.lapsed"), ("report.latest", "report.next", "help")),
    **dict.fromkeys(("refused.status.unknown", "refused.status.no_document"), ("report.list", "report.latest", "help")),
    **dict.fromkeys(("refused.status.no_stream", "refused.status.many_streams"), ("report.streams", "help")),
    "refused.status.nothing_open": ("report.next", "help"),
}


def refusal(refused: Refused, language: Language) -> Card:
    """Why it was not done, and what one can do instead."""
    back = next((offered for key, offered in WAYS_BACK.items() if refused.key.startswith(key)), WAYS_ON)
    return Card(
        title=say(language, refused.key, **refused.values),
        buttons=offers(language, *back),
        language=language,
        did="refuse_not_leader" if isinstance(refused, NotAllowed) else "decline",
        outcome="refused",
    )


def sorry(language: Language, code: str) -> Card:
    """The apology for a defect; ``code`` finds it in the log."""
    return Card(
        title=say(language, "guide.sorry", code=code),
        buttons=offers(language, "help"),
        language=language,
        did="decline",
        outcome="refused",
    )


def not_here(session: Session, turn: Turn) -> Card:
    """Asked in a group or channel for what concerns one person only."""
    said = say(turn.language, "guide.not_here")
    card = _short(turn, said, "decline", "milestone.next", "workgroup.list", "programme.about", "help")
    return card.model_copy(update={"outcome": "refused"})


def greeting(language: Language, programme: Programme) -> Card:
    """What a group reads when the bot joins it: what it is, and how to ask it there."""
    return Card(
        title=say(language, "guide.greeting.title", programme=programme.name),
        blocks=(Text(text=say(language, "guide.greeting.how")), Text(text=say(language, "guide.greeting.personal"))),
        buttons=offers(language, "milestone.next", "workgroup.list", "programme.about", "help"),
        language=language,
        did="greet",
    )


def answered_alone(language: Language) -> Card:
    """In a group, after what concerns one person was answered to that person alone."""
    return Card(
        title=say(language, "guide.answered_alone"),
        buttons=offers(language, "milestone.next", "workgroup.list", "programme.about", "help"),
        language=language,
    )


def unreachable_alone(language: Language) -> Card:
    """In a group, after what concerns one person was done, but that person could not be written to."""
    return answered_alone(language).model_copy(update={"title": say(language, "guide.unreachable_alone")})


def not_for_guests(language: Language) -> Card:
    """To somebody of another organisation, who is let into the channel by this one."""
    return Card(title=say(language, "guide.not_for_guests"), language=language, outcome="declined")


def _short(turn: Turn, said: str, did: str, *actions: str) -> Card:
    return Card(title=said, buttons=offers(turn.language, *actions), language=turn.language, did=did)


def _help_actions(held: frozenset[str]) -> tuple[str, ...]:
    """The six that matter most to this person: cards hold no more."""
    actions = ["settings"]
    if "leader" in held:
        actions = ["announcement.post", "announcement.mine", "question.list", "top.edit", "decision.list", *actions]
    elif held & set(decisions.READERS):
        actions = ["decision.list", *actions]
    if "coordinator" in held:
        actions = ["signup.volunteers", *actions]
    if "input_handler" in held:
        actions = ["input.read", *actions]
    if "whistleblowing_recipient" in held:
        actions = ["whistleblowing.read", *actions]
    last = ("milestone.next", "workgroup.list", "input.submit", "initiative.top", "initiative.propose")
    return tuple([*actions, *last][:6])


def _sender(language: Language, programme: Programme) -> str:
    key = "guide.welcome.who" if programme.organisation else "guide.welcome.who_unknown"
    return say(language, key, organisation=programme.organisation, programme=programme.name)


def _human(language: Language, programme: Programme) -> str:
    key = "guide.welcome.human" if programme.contact_email else "guide.welcome.human_unknown"
    return say(language, key, contact=programme.contact_email)
