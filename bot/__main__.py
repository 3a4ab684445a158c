"""The command line: python -m bot demo | serve | load | people | report | rules | migrate | grant | manifest | …"""

import argparse
import logging
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import check_text, grant_command, people_command, report_command, rules_command, settings, told_command
from bot.app import Server, Stores, make_app, open_stores
from bot.broken_file import tell_problems
from bot.clock import Clock, DemoClock
from bot.signed_links import SignedLinks
from bot.teams import app_package
from bot.teams.tokens import credential_of
from bot.web import serving
from dialogs.card import LANGUAGES, Language
from dialogs.understanding import explained, vocabulary_of
from dialogs.words import say
from storage import announcements, loading, people, programme_file, programmes
from storage.refusals import Refused

log = logging.getLogger(__name__)

#: The demo talks to nobody but this machine.
LOOPBACK = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the process's exit code: 0 done, 1 refused with the reason, 2 wrongly called."""
    given = _parser().parse_args(arguments)
    begin_logging()
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except settings.WrongSetting as wrong:
        return _complain(say(given.language, wrong.key, **wrong.values))


def begin_logging() -> None:
    """What goes to standard error, with its time, and what goes nowhere."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It names the moment at which a tick is late, and what keeps it is now and then an input that is sealed: what was
    # late is told once an hour (bot/schedule.py).
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    # aiohttp's own logs name the address of who asked; bot/web/serving.py keeps none of them, and defects are logged by
    # bot/web/last_resort.py.
    for telling in ("aiohttp.access", "aiohttp.server"):
        logging.getLogger(telling).setLevel(logging.CRITICAL)
    # Both name the letters of what they write: of a document, that is what stands in it.
    for spelling in ("fontTools", "fpdf"):
        logging.getLogger(spelling).setLevel(logging.CRITICAL)
    # azure's logs tell every request for a token, with its address and headers; bot/teams/tokens.py says what failed.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    logging.getLogger("msal").setLevel(logging.CRITICAL)


def demo(given: argparse.Namespace) -> int:
    """Loads one real programme into an embedded database and opens the bot on this machine only."""
    try:
        start = settings.demo_start(given.programme, given.at)
    except ValueError:
        return _complain(say(given.language, "command.demo.at", at=given.at))
    if not _is_free(given.port):
        return _complain(say(given.language, "command.demo.busy", port=given.port, other=given.port + 1))
    with tempfile.TemporaryDirectory(prefix="omstillingsbot-") as temporary:
        folder = Path(given.data) if given.data else Path(temporary)
        chosen = settings.for_demo(folder)
        slack = settings.slack_for_demo(chosen.input_key)
        stores = open_stores(chosen)
        try:
            _serve_demo(stores, start, given, slack)
        finally:
            stores.close()
    return 0


def serve(given: argparse.Namespace) -> int:
    """Runs the bot for Teams, Slack or both, as the environment or .env says; see docs/teams.md and docs/slack.md."""
    chosen = settings.for_server()
    try:
        credential = credential_of(chosen.teams) if chosen.teams else None
    except ValueError:
        return _complain(say(given.language, "command.serve.certificate"))
    stores = open_stores(chosen.stores)
    try:
        with stores.database.reading() as session:
            keys = [programme.key for programme in programmes.every(session)]
        if not keys:
            return _complain(say(given.language, "command.serve.no_programme"))
        key = chosen.programme or (keys[0] if len(keys) == 1 else "")
        if key not in keys:
            return _complain(say(given.language, "command.serve.which_programme", keys=", ".join(keys)))
        links = SignedLinks.of(chosen.stores.input_key, chosen.public_url)
        if chosen.proxies is None:
            log.warning(say("en", "command.serve.no_proxy"))
        server = Server(chosen.teams, credential, links, email=chosen.email, proxies=chosen.proxies or ())
        app = make_app(stores, Clock(), key, server, chosen.slack)
        ready = say(given.language, "command.serve.ready", host=chosen.host, port=chosen.port, programme=key)
        serving.run(app, chosen.host, chosen.port, lambda: print(ready, flush=True))
    finally:
        stores.close()
    return 0


def grant(given: argparse.Namespace) -> int:
    """Gives somebody a role in a programme, or takes it; they are named by their id in Entra, or member id in Slack."""
    stores = open_stores(settings.from_environment())
    try:
        return grant_command.run(stores.database, given, given.language)
    finally:
        stores.close()


def load(given: argparse.Namespace) -> int:
    """Validates programme files and saves what they change; with --dry-run only tells it."""
    stores = open_stores(settings.from_environment())
    try:
        return max(_load_one(stores, Path(name), given) for name in given.files)
    finally:
        stores.close()


def list_people(given: argparse.Namespace) -> int:
    """Takes the employer's list of people into a programme; with --dry-run only tells what it changes."""
    stores = open_stores(settings.from_environment())
    try:
        return people_command.run(
            stores.database,
            given.file,
            given.programme,
            given.language,
            is_dry_run=given.dry_run,
            is_by_email=given.by_email,
        )
    finally:
        stores.close()


def report(given: argparse.Namespace) -> int:
    """Tells who got an announcement, by name, for the technical sender; without a number lists the last ones."""
    stores = open_stores(settings.from_environment())
    try:
        return report_command.run(stores.database, given.announcement, given.language, as_csv=given.csv)
    finally:
        stores.close()


def migrate(given: argparse.Namespace) -> int:
    """Brings both databases to this version's tables."""
    open_stores(settings.from_environment()).close()
    print(say(given.language, "command.migrate.done"))
    return 0


def explain(given: argparse.Namespace) -> int:
    """Tells how a text is understood, step by step: candidates, scores and why."""
    try:
        now = settings.demo_start(given.programme, given.at)
    except ValueError:
        return _complain(say(given.language, "command.demo.at", at=given.at))
    with tempfile.TemporaryDirectory(prefix="omstillingsbot-") as folder:
        stores = open_stores(settings.for_demo(Path(folder)))
        try:
            with stores.database.writing() as session:
                loading.load(session, programme_file.read(settings.PROGRAMMES / f"{given.programme}.yaml"))
                programme = programmes.get(session, given.programme)
                words = vocabulary_of(session, programme)
                for step, found in explained.explain(given.text, words, now, ZoneInfo(programme.timezone)):
                    print(f"{say(given.language, f'command.explain.{step}')}: {found}")
        finally:
            stores.close()
    return 0


def check(given: argparse.Namespace) -> int:
    """Tells what in texts may give somebody away: JSON lines with "text" in, JSON lines with "spans" out."""
    try:
        for found in check_text.checked(sys.stdin.buffer):
            print(found, flush=True)
    except check_text.MalformedLine as malformed:
        return _complain(say(given.language, "personal_data.check.malformed", line=malformed.number))
    return 0


def rules(given: argparse.Namespace) -> int:
    """Tells how a programme's groups may be composed otherwise than its rules ask for; needs no database."""
    return rules_command.run(given.programme, given.language)


def tell_of_day(given: argparse.Namespace) -> int:
    """Tells what the bot told everyone on a day, as it was sent."""
    stores = open_stores(settings.from_environment())
    try:
        return told_command.run(stores.database, given.programme, given.on, given.language)
    finally:
        stores.close()


def manifest(given: argparse.Namespace) -> int:
    """Writes the app package for Teams, with placeholders where no id or address is set; needs no database."""
    path: Path = given.output
    try:
        identity = app_package.identity_of(settings.for_app_package(), given.version)
        package = app_package.build(identity)
    except app_package.Unfit as unfit:
        for one in unfit.problems:
            said = say(given.language, f"app_package.wrong.{one.key}", **one.values)
            print(f"{one.where}: {said}", file=sys.stderr)
        return _complain(say(given.language, "app_package.refused"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(package)
    missing = ", ".join(identity.placeholders)
    print(say(given.language, f"app_package.{'placeholder' if missing else 'written'}", file=path, names=missing))
    return 0


def _serve_demo(
    stores: Stores, start: datetime, given: argparse.Namespace, slack: settings.SlackSettings | None
) -> None:
    file = programme_file.read(settings.PROGRAMMES / f"{given.programme}.yaml")
    with stores.database.writing() as session:
        loading.load(session, file)
        name = programmes.get(session, given.programme).name
        last = announcements.last_moment(session)
    if given.at is None and last is not None:
        # Kept data may be from a clock that was let run ahead: what was sent must not lie in the future again.
        start = max(start, last)
    address = f"http://{LOOPBACK}:{given.port}"
    app = make_app(stores, DemoClock(start), given.programme, slack=slack, local_url=address)

    def announce() -> None:
        print(say(given.language, "command.demo.ready", programme=name, address=f"{address}/"), flush=True)
        print(say(given.language, "command.demo.stop"), flush=True)

    serving.run(app, LOOPBACK, given.port, announce)


def _load_one(stores: Stores, path: Path, given: argparse.Namespace) -> int:
    language: Language = given.language
    try:
        file = programme_file.read(path)
    except FileNotFoundError:
        return _complain(say(language, "command.load.missing", file=path))
    except programme_file.BrokenFile as broken:
        tell_problems(broken.problems, path, language)
        return _complain(say(language, "command.load.broken", file=path, count=len(broken.problems)))
    try:
        with stores.database.writing() as session:
            changes = (loading.changes if given.dry_run else loading.load)(session, file)
    except Refused as refused:
        return _complain(f"{path}: {say(language, refused.key, **refused.values)}")
    for change in changes:
        key = "changed_one" if change.what == "changed" else change.what
        print(f"  {say(language, f'command.load.{key}')}: {change.kind} {change.key}")
    outcome = ("would" if given.dry_run else "changed") if changes else "same"
    print(say(language, f"command.load.{outcome}", file=path, count=len(changes)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("--language", choices=LANGUAGES, default="nb", help="language of what is printed")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("demo", help=demo.__doc__)
    one.add_argument("--programme", choices=sorted(settings.DEMO_STARTS), default="osu2020")
    one.add_argument("--port", type=int, default=3978)
    one.add_argument("--at", metavar="ISO-TIME", help="when the demo's clock starts")
    one.add_argument("--data", metavar="FOLDER", help="keeps the databases there; without it they are temporary")
    one.set_defaults(command=demo)
    one = commands.add_parser("load", help=load.__doc__)
    one.add_argument("files", nargs="+", metavar="FILE")
    one.add_argument(
        "--dry-run",
        action="store_true",
        help="tells what would change in the programme; the databases are made and migrated first",
    )
    one.set_defaults(command=load)
    one = commands.add_parser("people", help=list_people.__doc__)
    one.add_argument("file", type=Path, metavar="FILE", help="CSV, as docs/people-file.md describes")
    one.add_argument("--programme", required=True, metavar="KEY")
    one.add_argument("--dry-run", action="store_true", help="tells what would change and saves nothing")
    one.add_argument(
        "--by-email", action="store_true", help="from now on writes to those without an object id by e-mail"
    )
    one.set_defaults(command=list_people)
    one = commands.add_parser("report", help=report.__doc__)
    one.add_argument("announcement", nargs="?", type=int, metavar="ID", help="the announcement's number")
    one.add_argument("--csv", action="store_true", help="semicolons between, every cell quoted, no cell a formula")
    one.set_defaults(command=report)
    one = commands.add_parser("serve", help=serve.__doc__)
    one.set_defaults(command=serve)
    one = commands.add_parser("grant", help=grant.__doc__)
    one.add_argument("role", choices=(*people.ROLES, *grant_command.SEATS, *grant_command.OF_STREAMS))
    one.add_argument("person", metavar="OBJECT-ID", help="the person's object id in Entra")
    one.add_argument("--programme", required=True, metavar="KEY")
    one.add_argument("--group", metavar="KEY", help="the group, of group_member and group_leader")
    one.add_argument("--stream", metavar="KEY", help="the work stream, of stream_owner and stream_stand_in")
    one.add_argument("--take", action="store_true", help="takes the role instead of giving it")
    one.add_argument("--from", dest="start", metavar="DAY", help="the first day, as 2020-12-31; from now on without it")
    one.add_argument("--until", dest="end", metavar="DAY", help="the last day, itself included; without it for good")
    one.add_argument("--for", dest="stands_for", metavar="OBJECT-ID", help="whom the person stands in for meanwhile")
    one.set_defaults(command=grant)
    one = commands.add_parser("migrate", help=migrate.__doc__)
    one.set_defaults(command=migrate)
    one = commands.add_parser("explain", help=explain.__doc__)
    one.add_argument("text", help="what somebody might type")
    one.add_argument("--programme", choices=sorted(settings.DEMO_STARTS), default="osu2020")
    one.add_argument("--at", metavar="ISO-TIME", help="the moment it is typed; the demo's start when left out")
    one.set_defaults(command=explain)
    one = commands.add_parser("check-text", help=check.__doc__)
    one.set_defaults(command=check)
    one = commands.add_parser("rules", help=rules.__doc__)
    one.add_argument("--programme", required=True, metavar="KEY", help="the programme's key, or the path of its file")
    one.set_defaults(command=rules)
    one = commands.add_parser("told", help=tell_of_day.__doc__)
    one.add_argument("--on", required=True, metavar="DAY", help="such as 2020-12-01, in the organisation's zone")
    one.add_argument("--programme", metavar="KEY")
    one.set_defaults(command=tell_of_day)
    one = commands.add_parser("manifest", help=manifest.__doc__)
    one.add_argument("--version", default=app_package.PACKAGE_VERSION, help="higher for each package that is uploaded")
    one.add_argument("--output", type=Path, default=Path("build/omstillingsbot-teams.zip"), metavar="FILE")
    one.set_defaults(command=manifest)
    return parser


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _complain(said: str) -> int:
    print(said, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
