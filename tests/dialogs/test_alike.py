"""Two questions are the same in other words, and another question in the same words is not."""

import pytest

from dialogs.understanding.alike import ENOUGH, ENOUGH_OF_ONE_TOPIC, gist, is_about_oneself, likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hvor er kickoff?", "kor er kickoffen hen"),
        ("Hvor skal kickoff holdes?", "hvor er kickoff"),
        ("Får vi hjemmekontor?", "blir det hjemmekontor for oss"),
        ("Hva koster omorganiseringen?", "ka koste omorganiseringa"),
        ("Hva koster omorganiseringen?", "hvor mye koster omorganiseringen"),
        ("Får vi nye kontorplasser på Fornebu?", "blir det nye kontorplassar i fornebu"),
        ("Hvem beslutter organisasjonsmodellen?", "kven avgjer modellen"),
    ],
)
def test_the_same_in_other_words(one: str, other: str) -> None:
    assert likeness(gist(one), gist(other)) == likeness(gist(other), gist(one)) >= ENOUGH


@pytest.mark.parametrize("is_one_topic", [False, True])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hvor er kickoff?", "når er kickoff?"),
        ("Hva koster omorganiseringen?", "hvorfor omorganiserer vi?"),
        ("Hva skjer 1. februar?", "hva skjer 2. februar?"),
        ("Hva er innholdet i leveranse 1?", "hva er innholdet i leveranse 2?"),
        ("Hvem leder arbeidsgruppe omstilling?", "hvem er med i arbeidsgruppe omstilling?"),
        ("Får vi beholde kantina?", ""),
        ("?", "?"),
    ],
)
def test_something_else_in_the_same_words(one: str, other: str, is_one_topic: bool) -> None:
    assert likeness(gist(one), gist(other), is_one_topic) < ENOUGH_OF_ONE_TOPIC


def test_the_same_about_another_thing_is_something_else() -> None:
    one, other = gist("Når flytter helsestasjonen til Fornebu?"), gist("Når flytter kulturskolen til Fornebu?")
    assert likeness(one, other) == 0.0


@pytest.mark.parametrize("text", ["Mister jeg jobben?", "kva skjer med stillinga mi", "will I lose my job", "lønn?"])
def test_what_may_be_about_oneself_is_taken_to_be(text: str) -> None:
    assert is_about_oneself(text)
    assert not is_about_oneself("Hvor er kickoff?")
