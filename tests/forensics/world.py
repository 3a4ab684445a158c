"""Who writes what when: known people, their inputs and everything else they do, drawn from a seed."""

import random
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from dialogs.input_check import found_in
from dialogs.whistleblowing import is_heard
from storage.anonymous_input import LONGEST, TOPICS
from tests.forensics.leaks import UNSTORABLE

#: The Monday of the first week, before the first milestone of OSU 2020.
BEGIN = datetime(2020, 11, 23, 7, 0, tzinfo=UTC)
#: Every so many people is in Slack; the others are in Teams, and so many of them are asked for in a channel.
IN_SLACK, IN_A_CHANNEL = 3, 4
#: The shares of inputs whose writer names a unit, calls it a notification, and writes once more when it was answered.
WITH_UNIT, NOTIFYING, REPLYING = 0.3, 0.08, 0.4
#: Of the people file: each has as many as the smallest group, so that it can be named.
UNITS = ("Kvilestua driftsenhet", "Solbakken driftsenhet", "Elveneset driftsenhet")
#: Characters of a text in Slack: one field of a form takes so many.
LONGEST_IN_SLACK = 2900
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


@dataclass(frozen=True)
class Scale:
    """How much is done. A third of the people never send an input, and do the same number of turns."""

    inputs: int = 200
    turns: int = 2000
    people: int = 120
    weeks: int = 4


@dataclass(frozen=True)
class Known:
    """Somebody the employer knows, by everything a platform tells of them."""

    number: int
    name: str
    account: str
    directory_id: str
    conversation: str
    email: str
    #: Of the machine that they open the page with: nobody needs it, so it should be nowhere.
    address: str
    language: str
    unit: str = ""
    is_in_slack: bool = False

    def all_ids(self) -> tuple[str, ...]:
        every = (self.account, self.directory_id, self.conversation, self.email, self.name)
        return tuple(dict.fromkeys(every))

    def ways(self) -> tuple[str, ...]:
        """How they can send an input."""
        if self.is_in_slack:
            return ("slack", "page")
        return ("group" if self.number % IN_A_CHANNEL == 0 else "chat", "page")


@dataclass
class Sent:
    """One input, and what the test knows of it. ``order`` is among all inputs; ``removed`` is what its writer had taken
    out of the text before it was sent, ``stored`` the text without it, and ``form`` the one-time value of the form.
    ``way``: by chat in Teams, begun in a channel there ("group"), in Slack, or by the page. ``view``: Slack's id of the
    form. ``reply`` is what they write once more, ``replied`` when among all who do, and ``replied_in`` in which
    of the times at which anybody does."""

    person: Known
    way: str
    topic: str
    text: str
    is_typed: bool = False
    removed: str = ""
    order: int = 0
    receipt: str = ""
    form: str = ""
    stored: str = ""
    unit: str = ""
    is_notification: bool = False
    view: str = ""
    reply: str = ""
    replied: int = 0
    replied_in: int = 0
    began_at: float = 0.0
    ended_at: float = 0.0

    @property
    def is_by_chat(self) -> bool:
        """Whether a platform knows who sent it."""
        return self.way != "page"

    @property
    def stored_topic(self) -> str:
        """No topic says that it is a notification."""
        return "other" if self.is_notification else self.topic


@dataclass(frozen=True)
class Act:
    """One thing that somebody does: an input to send, or a turn of another kind that waits for the ``then``;
    ``in_group``: typed in a channel, for what concerns them alone."""

    person: Known
    text: str = ""
    then: str = ""
    sent: Sent | None = None
    in_group: bool = False


@dataclass
class World:
    people: list[Known]
    #: The acts of each week, in their order.
    weeks: list[list[Act]]
    inputs: list[Sent] = field(default_factory=list)
    #: What was tried and could not be stored.
    unstorable: list[Sent] = field(default_factory=list)
    #: Who handles inputs, who takes notifications, and who writes to everybody.
    handler: Known = field(init=False)
    recipient: Known = field(init=False)
    leader: Known = field(init=False)
    #: Who has no chat, and is written to by e-mail.
    by_email: list[Known] = field(default_factory=list)

    def chat_writers(self) -> set[int]:
        return {sent.person.number for sent in self.inputs if sent.is_by_chat}


FIRST = ("Aina", "Birk", "Eirunn", "Frøydis", "Gaute", "Hallgeir", "Idunn", "Jorid", "Ketil", "Liv", "Magnar", "Njål")
LAST = (
    "Østgård",
    "Brattli",
    "Fossheim",
    "Kvernmo",
    "Lyngstad",
    "Myrvoll",
    "Nordbø",
    "Rugtveit",
    "Sørflaten",
    "Tveiten",
)
QUESTIONS = (
    "når er kickoff?",
    "hva skjer i desember?",
    "hvem leder arbeidsgruppe omstilling?",
    "hva er målet med omstillingen?",
    "hvilke faser er det?",
    "når trer endringen i kraft?",
    "hvem er med i styringsgruppa?",
    "hva er topp 5?",
    "kva skjer neste veke?",
    "what is the goal of the programme?",
    "er det noe nytt?",
    "når er neste milepæl?",
    "hvor lenge varer hovedfasen?",
    "har jeg meldt meg på noe?",
    "hjelp",
)
#: Typed, then a button pressed: as an input by chat is, with the same number of turns.
HARMLESS = (("hjelp", "milestone.next"), ("hva kan du hjelpe med", "help"), ("innstillinger", "help"))
#: In a channel: for what concerns one person, who is answered alone.
PERSONAL = (("innstillinger", "milestone.next"), ("innstillinger", "help"))
SUBJECTS = ("Møtene", "Oppgavene", "Lokalene", "Rutinene", "Vaktene", "Systemene", "Kursene", "Reglene", "Målene")
VERBS = ("bør samles", "tar for lang tid", "er blitt uklare", "må forklares bedre", "fungerer godt", "kan vente litt")
PLACES = ("i denne runden", "før sommeren", "når alt er på plass", "ute i enhetene", "slik vi har gjort før")
REASONS = (
    "fordi vi mangler oversikt",
    "siden planen er ny",
    "og det merkes i hverdagen",
    "uten at noen har sagt hvorfor",
)


def imagined(scale: Scale, seed: int) -> World:
    """Everything that will be done. Who writes, when, how much and by which way is drawn independently."""
    chance = random.Random(seed)
    people = [_somebody(chance, number) for number in range(scale.people)]
    writers = chance.sample(people, 2 * scale.people // 3)
    inputs = [_input(chance, chance.choice(writers)) for _ in range(scale.inputs)]
    chatted = [sent for sent in inputs if sent.is_by_chat]
    acts = [Act(sent.person, sent=sent) for sent in inputs]
    # Whoever wrote in the chat has a double on the same platform, who does as many other turns and no input.
    acts += _doubles(chance, people, chatted)
    left = max(0, scale.turns - 2 * len(chatted))
    acts += [Act(people[number % len(people)], chance.choice(QUESTIONS)) for number in range(left)]
    chance.shuffle(acts)
    cut = [acts[number :: scale.weeks] for number in range(scale.weeks)]
    teams = [one for one in people if not one.is_in_slack]
    failing = [_input(chance, chance.choice(teams), UNSTORABLE, way) for way in ("chat", "page")]
    slack = [one for one in people if one.is_in_slack]
    failing += [_input(chance, chance.choice(slack), UNSTORABLE, "slack")]
    cut[0] += [Act(sent.person, sent=sent) for sent in failing]
    world = World(people, cut, inputs, failing)
    world.handler, world.recipient, world.leader = (
        replace(_somebody(chance, scale.people + number), is_in_slack=False) for number in range(1, 4)
    )
    world.by_email = [_somebody(chance, scale.people + number) for number in range(4, 10)]
    for sent in inputs:
        sent.reply = f"Takk. Vi venter på {_word(chance)} {_word(chance)} {_word(chance)} {_word(chance)} nå."
    return world


def _doubles(chance: random.Random, people: list[Known], chatted: list[Sent]) -> list[Act]:
    wrote = {sent.person.number for sent in chatted}
    acts = []
    for number, sent in enumerate(chatted):
        alike = [one for one in people if one.number not in wrote and one.ways() == sent.person.ways()]
        in_group = sent.way == "group"
        double = alike[number % len(alike)]
        acts.append(Act(double, *chance.choice(PERSONAL if in_group else HARMLESS), in_group=in_group))
    return acts


def moments(week: int, count: int, days: int = 5) -> list[datetime]:
    """When the acts of a week are done: spread over its first days, nine hours of each."""
    start, done = BEGIN + timedelta(weeks=week), [number * days / count for number in range(count)]
    return [start + timedelta(days=int(day), hours=9 * (day % 1)) for day in done]


def _somebody(chance: random.Random, number: int) -> Known:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}{chance.choice(('', '-' + chance.choice(LAST)))}"
    account = "29:" + "".join(chance.choice(ALPHABET) for _ in range(40))
    conversation = "a:" + "".join(chance.choice(ALPHABET) for _ in range(44))
    directory = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    email = f"{name.split()[0].lower()}.{number}.{chance.randrange(10**6)}@kommunen.example"
    address = f"10.{chance.randrange(100, 256)}.{chance.randrange(100, 256)}.{chance.randrange(10, 256)}"
    language = chance.choice(("nb-NO", "nn-NO", "en-GB"))
    is_in_slack = number % IN_SLACK == 1
    if is_in_slack:
        # There one id is everything: https://docs.slack.dev/reference/objects/user-object
        account = directory = f"U{''.join(chance.choice('ABCDEFGHJKLMNPQRSTUVWXYZ0123456789') for _ in range(11))}"
        conversation = f"D{account[1:]}"
    unit = UNITS[number // IN_SLACK % len(UNITS)]
    return Known(
        number, f"{name} {number}", account, directory, conversation, email, address, language, unit, is_in_slack
    )


def _input(chance: random.Random, person: Known, begins: str = "", way: str = "") -> Sent:
    way = way or chance.choice(person.ways())
    length = int(10 ** chance.uniform(1.7, 3.58))
    text = begins
    while len(text) < length:
        text += f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(PLACES)} {chance.choice(REASONS)}. "
    text += f"Stikkord {_word(chance)} {_word(chance)} {_word(chance)}."
    longest = LONGEST_IN_SLACK if way == "slack" else LONGEST
    text = text[-longest:] if not begins else text[:longest]
    topic = chance.choice(TOPICS)
    if found_in(text) or is_heard(text, topic):
        return _input(chance, person, begins, way)
    sent = Sent(person, way, topic, text)
    if not begins and chance.random() < 0.1:
        # With the country's code: eight digits alone stand by chance in a dump, which writes sealed bytes as such.
        sent.removed = f"+47 9{chance.randrange(10**7):07}"
        sent.text = f"Ring {sent.removed} om dette. {text[:2800]}"
    if not begins and not sent.removed and chance.random() < NOTIFYING:
        sent.is_notification = True
    if chance.random() < WITH_UNIT:
        sent.unit = chance.choice(UNITS)
    sent.is_typed = way in ("chat", "slack") and len(sent.text) < 250 and not sent.removed and not sent.is_notification
    return sent


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bdfgklmnprstv") + chance.choice("aeiouyøå") for _ in range(4))
