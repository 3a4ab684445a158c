"""The files of an organisation that has all that inputs may touch: units, a whistleblowing channel, e-mail."""

from pathlib import Path

from tests.bench.processes import ROOT
from tests.forensics.world import World

#: The programme as its file is, with somebody who takes notifications, and one leader who may send alone.
_ADDED = """  whistleblowing:
    recipients: [{role: varslingsutvalget}]
    source: nyhetsbrev
"""


def programme_file(folder: Path) -> Path:
    text = (ROOT / "programmes" / "osu2020.yaml").read_text("utf-8")
    contact, settings = "  contact: {", "  smallest_group: 6\n"
    assert contact in text
    assert settings in text
    text = text.replace(contact, f"{_ADDED}{contact}", 1)
    path = folder / "osu2020.yaml"
    path.write_text(text.replace(settings, f"{settings}  needs_approval: false\n", 1), "utf-8")
    return path


def people_file(folder: Path, world: World) -> Path:
    """Everybody who has an id in Entra; who has no chat by e-mail alone."""
    lines = ["id;e-post;navn;enhet"]
    in_teams = [one for one in world.people if not one.is_in_slack]
    lines += [f"{one.directory_id};;{one.name};{one.unit}" for one in in_teams]
    lines += [f";{one.email};{one.name};{one.unit}" for one in world.by_email]
    path = folder / "people.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
