"""What a topic is called, and the buttons that follow it or end that, wherever one of them fits."""

from dialogs.card import Button, Language
from dialogs.offers import offer, short
from dialogs.words import say, told
from storage import topics
from storage.database import Session
from storage.topics import Kind, Topic


def label(topic: Topic, language: Language) -> str:
    title = told(topic.title, language)
    return title[:1].upper() + title[1:]


def follow(language: Language, kind: Kind, key: str) -> Button:
    """The button on what tells of a topic. Whether somebody follows it already is theirs: others may read the card."""
    values = {"topic": topics.named(kind, key)}
    return Button(title=say(language, "topics.follow_this"), action="topic.follow", values=values)


def unfollow(language: Language, name: str, title: str) -> Button:
    return Button(
        title=short(say(language, "topics.unfollow", topic=title)),
        action="topic.unfollow",
        values={"topic": name},
        replaces=True,
    )


def endings(session: Session, programme_key: str, names: tuple[str, ...], language: Language) -> tuple[Button, ...]:
    """On what was sent to those who follow these: the way to follow it no longer, or to all that one follows."""
    if len(names) != 1:
        return (offer(language, "topic.following", {"topics": list(names)}),) * bool(names)
    return (unfollow(language, names[0], called(session, programme_key, names, language)),)


def called(session: Session, programme_key: str, names: tuple[str, ...], language: Language) -> str:
    """The topics in words; one that the programme's file has no more is called so."""
    every = {topic.name: topic for topic in topics.every(session, programme_key)}
    gone = say(language, "topics.gone")
    return ", ".join(label(every[name], language) if name in every else gone for name in names)
