"""python -m bot rules: a programme's findings from its file alone, one a line."""

import pytest

from bot.__main__ import main


def test_os_findings_are_printed_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--programme", "os2019"]) == 0
    third, fourth = capsys.readouterr().out.splitlines()
    assert "Arbeidsgruppe 3" in third
    assert "ingen tillitsvalgt" in third
    assert "Arbeidsgruppe 4" in fourth
    assert "mulig rollekonflikt: Grete Nesset" in fourth


def test_it_needs_no_database_and_no_settings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "INPUT_DATABASE_URL", "INPUT_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert main(["--language", "nn", "rules", "--programme", "programmes/os2019.yaml"]) == 0
    assert "mogleg rollekonflikt" in capsys.readouterr().out


@pytest.mark.parametrize(("programme", "code"), [("osu2020", 0), ("nope", 1)])
def test_without_rules_or_without_a_file_nothing_is_printed_but_the_reason(
    capsys: pytest.CaptureFixture[str], programme: str, code: int
) -> None:
    assert main(["rules", "--programme", programme]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{programme}.yaml" in printed.err
