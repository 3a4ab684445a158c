"""Nothing begins from a question of what others say, or from a text that the bot is to make."""

import pytest

from tests.talk import Talk


@pytest.mark.parametrize(
    "asked",
    [
        "Skal eldrerådet få si noe?",
        "skal eldrerådet få si noe",
        "Får ungdomsrådet uttale seg?",
        "Har fagforeningene levert merknader til planen?",
        "Do citizens get to comment on this?",
        "får vi inn vikarer på post 3 mens dere holder på",
        "Kunne dere meldt fra tidligere?",
        "kunne de ha sagt fra før",
        "could you have told us earlier",
    ],
)
def test_who_asks_what_others_say_hands_nothing_in(employee: Talk, asked: str) -> None:
    told = employee.say(asked)
    assert told.outcome in ("unknown", "declined")
    assert not told.questions


@pytest.mark.parametrize(
    "wanted",
    [
        "Skriv en ingress på 40 ord om kuttene, gjerne litt krass",
        "Kan du skrive et leserinnlegg om omstillingen?",
        "Hei! Formuler en klage på vedtaket for meg",
        "Skriv eit dikt om arbeidsgruppene",
        "Oversett til engelsk: arbeidsgruppene møtes torsdag",
        "Can you write a LinkedIn post about the reorganisation?",
        "Rett skrivefeilene i teksten min: vi ønsker mer tid",
        "Gjør om dette til punkter: vi har for lite folk og for mye å gjøre",
    ],
)
@pytest.mark.parametrize("asker", ["employee", "leader"])
def test_a_text_that_the_bot_is_to_make_is_declined(asker: str, wanted: str, request: pytest.FixtureRequest) -> None:
    talk: Talk = request.getfixturevalue(asker)
    told = talk.say(wanted)
    assert told.outcome in ("unknown", "declined")
    assert not told.questions


@pytest.mark.parametrize(
    "said",
    [
        "Kan jeg si fra om noe uten at navnet mitt kommer fram?",
        "Går det an å gi et innspill her?",
        "Hvor leverer man innspill?",
        "kan du ta imot et innspill fra oss på natt?",
        "write a suggestion",
        "vil gi et innspill",
    ],
)
def test_who_would_write_one_gets_the_form(employee: Talk, said: str) -> None:
    assert [question.name for question in employee.say(said).questions] == ["topic", "text"]


@pytest.mark.parametrize("said", ["Lag en melding til alle om at møtet er flyttet", "Draft an announcement for me"])
def test_a_leader_has_a_message_for_everyone_written(leader: Talk, said: str) -> None:
    assert leader.say(said).did == "compose_announcement"


@pytest.mark.parametrize(
    "asked",
    [
        "hvilken diskonteringsrente la dere til grunn for modellen?",
        "which underwriting assumption is the model built on?",
        "Hvor møtes styringsgruppa?",
        "Where does the steering group meet?",
    ],
)
def test_what_no_document_has_a_word_of_is_not_answered_by_what_is_near(employee: Talk, asked: str) -> None:
    assert employee.say(asked).outcome in ("unknown", "declined")


@pytest.mark.parametrize(
    "asked",
    [
        "Hva betyr KS og FNK? Jeg leser norsk litt sakte",
        "Hva står M for? Jeg kan lite norsk",
        "What does the S stand for? I am learning Norwegian",
    ],
)
def test_who_tells_what_they_read_sets_no_language(employee: Talk, asked: str) -> None:
    assert employee.say(asked).did != "set_language"


def test_who_asks_for_another_language_gets_it(employee: Talk) -> None:
    assert employee.say("kan du skrive nynorsk?").did == "set_language"
