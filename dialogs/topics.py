"""Following topics (følg …): what is told of them comes to those who asked for it, until they follow them no more."""

from dialogs.card import Button, Card, Choice, Items, Question, Text
from dialogs.offers import offers, short
from dialogs.topic_offers import label, unfollow
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import topics
from storage.database import Session
from storage.refusals import Refused
from storage.topics import Topic

#: How many topics can be chosen from: a choice of Block Kit has no more.
MOST_CHOICES = 100
#: How many topics are offered as buttons.
MOST_BUTTONS = 4


def follow(session: Session, turn: Turn) -> Card:
    """Follows the topic that was named or pressed; without one, asks which."""
    names = _names(turn)
    if len(names) > 1:
        # Words may name what is no topic, too.
        names = [name for name in names if topics.find(session, turn.programme.key, name) is not None]
    if len(names) != 1:
        return _which(session, turn, names, "topic.follow")
    try:
        topic, is_new = topics.follow(session, turn.person, turn.programme.key, names[0], turn.now)
    except Refused as refused:
        return _refused(turn, refused)
    title = label(topic, turn.language)
    key = "topics.followed" if is_new else "topics.followed_before"
    return Card(
        title=say(turn.language, key, topic=title),
        blocks=(
            Text(text=say(turn.language, "topics.what_comes")),
            Text(text=_who_sees(turn), style="quiet"),
        ),
        buttons=(unfollow(turn.language, topic.name, title), *offers(turn.language, "topic.following", "help")),
        language=turn.language,
        did="set_subscription",
        outcome="done" if is_new else "refused",
    )


def end(session: Session, turn: Turn) -> Card:
    """Follows it no longer, or nothing any more. Pressed twice, it says the same of what is followed."""
    followed = topics.followed(session, turn.person, turn.programme.key)
    names = followed if turn.values.get("all") is True else _names(turn)
    if not followed:
        return following(session, turn).model_copy(update={"outcome": "refused"})
    if len(names) > 1 and turn.values.get("all") is not True:
        names = [name for name in names if name in followed]
    if turn.values.get("all") is not True and len(names) != 1:
        return _which(session, turn, names or followed, "topic.unfollow")
    count = topics.unfollow(session, turn.person, turn.programme.key, names, turn.now)
    if not count:
        return _refused(turn, Refused("refused.topic.not_followed"))
    title = say(turn.language, "topics.ended_all")
    again: tuple[Button, ...] = ()
    if len(names) == 1:
        called = _called(session, turn, names[0])
        title = say(turn.language, "topics.ended", topic=called)
        again = (_following(turn, names[0], say(turn.language, "topics.again")),)
    return Card(
        title=title,
        buttons=(*again, *offers(turn.language, "topic.following", "help")),
        language=turn.language,
        did="set_subscription",
        outcome="done",
    )


def following(session: Session, turn: Turn) -> Card:
    """What the person follows, and the ways to change it."""
    language = turn.language
    names = topics.followed(session, turn.person, turn.programme.key)
    every = {topic.name: topic for topic in topics.every(session, turn.programme.key)}
    if not names:
        return Card(
            title=say(language, "topics.none", programme=turn.programme.name),
            blocks=(Text(text=say(language, "topics.how")),),
            buttons=offers(language, "topic.choose", "help"),
            language=language,
        )
    lines = tuple((_called(session, turn, name), _kind(turn, every.get(name))) for name in names)
    ending = [unfollow(language, name, _called(session, turn, name)) for name in names[:1]]
    questions: tuple[Question, ...] = ()
    if len(names) > 1:
        choices = tuple(Choice(title=short(_called(session, turn, name)), value=name) for name in names)
        label_ = say(language, "topics.end_which")
        questions = (Question(name="topic", label=label_, value=names[0], choices=choices),)
        ending = [
            Button(title=say(language, "topics.end"), action="topic.unfollow", style="primary", replaces=True),
            Button(title=say(language, "topics.end_all"), action="topic.unfollow", values={"all": True}, replaces=True),
        ]
    return Card(
        title=say_many(language, "topics.list", len(names), programme=turn.programme.name),
        blocks=(Items(items=lines), Text(text=_who_sees(turn), style="quiet")),
        questions=questions,
        buttons=(*ending, *offers(language, "topic.choose", "help")),
        language=language,
    )


def choose(session: Session, turn: Turn) -> Card:
    """The form to follow one more."""
    language = turn.language
    followed = topics.followed(session, turn.person, turn.programme.key)
    left = [topic for topic in topics.every(session, turn.programme.key) if topic.name not in followed][:MOST_CHOICES]
    if not left:
        return following(session, turn)
    choices = tuple(Choice(title=short(_with_kind(turn, topic)), value=topic.name) for topic in left)
    return Card(
        title=say(language, "topics.choose"),
        blocks=(Text(text=say(language, "topics.what_comes")), Text(text=_who_sees(turn), style="quiet")),
        questions=(
            Question(name="topic", label=say(language, "topics.which_label"), value=choices[0].value, choices=choices),
        ),
        buttons=(
            Button(title=say(language, "topics.follow"), action="topic.follow", style="primary", replaces=True),
            *offers(language, "topic.following"),
        ),
        language=language,
        did="set_subscription",
        outcome="clarify",
    )


def _which(session: Session, turn: Turn, among: list[str], action: str) -> Card:
    """Asks which is meant: of those named, or of those that sound alike where nothing is called so."""
    every = {topic.name: topic for topic in topics.every(session, turn.programme.key)}
    near = turn.values.get("near")
    names = among or [name for name in (near if isinstance(near, list) else []) if isinstance(name, str)]
    found = [every[name] for name in names if name in every][:MOST_BUTTONS]
    said = turn.value("said")
    elsewhere = topics.elsewhere(session, turn.programme.key, said) if said and not among else None
    if elsewhere is not None:
        topic, programme = elsewhere
        return _refused(turn, Refused("refused.topic.other_programme", topic=topic.title, programme=programme.name))
    if not found and not said:
        return choose(session, turn)
    key = "topics.which" if among else "topics.unknown_nearest" if found else "topics.unknown"
    pressing = action == "topic.follow"
    return Card(
        title=say(turn.language, key, said=said, programme=turn.programme.name),
        buttons=(
            *(
                _following(turn, topic.name, label(topic, turn.language))
                if pressing
                else unfollow(turn.language, topic.name, label(topic, turn.language))
                for topic in found
            ),
            *offers(turn.language, "topic.choose" if pressing else "topic.following", "help"),
        ),
        language=turn.language,
        did="clarify",
        outcome="clarify" if among else "refused",
    )


def _refused(turn: Turn, refused: Refused) -> Card:
    return Card(
        title=say(turn.language, refused.key, **refused.values),
        buttons=offers(turn.language, "topic.following", "topic.choose", "help"),
        language=turn.language,
        did="decline",
        outcome="refused",
    )


def _following(turn: Turn, name: str, title: str) -> Button:
    return Button(title=short(title), action="topic.follow", values={"topic": name}, replaces=True)


def _names(turn: Turn) -> list[str]:
    found = turn.values.get("topics")
    listed = found if isinstance(found, list) and found else [turn.value("topic")]
    return [name for name in listed if isinstance(name, str) and name]


def _called(session: Session, turn: Turn, name: str) -> str:
    topic = topics.find(session, turn.programme.key, name)
    return label(topic, turn.language) if topic else say(turn.language, "topics.gone")


def _kind(turn: Turn, topic: Topic | None) -> str:
    return say(turn.language, f"topics.kind.{topic.kind}") if topic else ""


def _with_kind(turn: Turn, topic: Topic) -> str:
    return f"{label(topic, turn.language)} ({_kind(turn, topic).lower()})"


def _who_sees(turn: Turn) -> str:
    return say(turn.language, "topics.who_sees", smallest=turn.programme.smallest_group)
