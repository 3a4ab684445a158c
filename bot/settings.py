"""Settings: read once, from the environment and a .env file; a missing one stops the start by name."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import formataddr, getaddresses, parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from dotenv import dotenv_values

from storage import email_addresses
from storage.refusals import Refused

#: When a demo begins: some weeks before the next milestone of each programme.
DEMO_STARTS = {
    "osu2020": "2020-11-24T09:00+01:00",
    "os2019": "2019-02-12T09:30+01:00",
    "ou2021": "2021-04-20T09:00+02:00",
}
PROGRAMMES = Path(__file__).parents[1] / "programmes"
#: Messages a second and lane: Teams allows about 50 for an app and tenant, answers 429 above, and never at 98 % of it.
#: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
TEAMS_PACE = 49.0


#: Where Microsoft tells the Bot Framework's keys, and where the bot proves who it is.
METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
AUTHORITY = "https://login.microsoftonline.com"
#: Where Teams' connectors are in Microsoft's public cloud.
TEAMS_HOSTS = "smba.trafficmanager.net"
PORT = 3978
#: Where Slack's Web API is, and messages a second and workspace: "several hundred a minute" is all that Slack says.
#: https://docs.slack.dev/apis/web-api/rate-limits
SLACK_API_URL = "https://slack.com/api/"
SLACK_PACE = 5.0
#: Changes of sent messages a second in one Slack workspace: tier 3, "50+ per minute", a little below it.
#: https://docs.slack.dev/reference/methods/chat.update
SLACK_EDIT_PACE = 0.8
#: Where mail is handed in (RFC 6409), encrypted by STARTTLS; at the other one, encrypted from the start (RFC 8314).
SMTP_PORT, SMTPS_PORT = 587, 465
#: E-mails a second: 90 % of the 30 a minute that Exchange Online lets one mailbox send.
#: https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits
EMAIL_PACE = 0.45
LOOPBACK = ("127.0.0.1", "::1", "localhost")

Network = IPv4Network | IPv6Network
AppType = Literal["SingleTenant", "UserAssignedMSI"]
Encryption = Literal["", "starttls", "from_start"]


class WrongSetting(Exception):  # noqa: N818 - what it says is the remedy
    """A setting is missing or cannot be right. ``key`` and ``values`` are of the catalogue command.po."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values


class MissingSetting(WrongSetting):
    """Settings that have no default are not set."""

    def __init__(self, *names: str) -> None:
        super().__init__("command.settings.missing", names=", ".join(names))
        self.names = names


@dataclass(frozen=True)
class Settings:
    """Where the bot keeps things, and how fast it sends."""

    database_url: str
    input_database_url: str
    input_key: str
    teams_pace: float = TEAMS_PACE
    email_pace: float = EMAIL_PACE
    slack_pace: float = SLACK_PACE


@dataclass(frozen=True)
class TeamsSettings:
    """Who the bot is to Microsoft, and whom it trusts. ``certificate`` is the path of a PEM or PFX file."""

    app_id: str
    app_type: AppType
    tenant: str
    secret: str = ""
    certificate: str = ""
    certificate_password: str = ""
    tenants: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset({TEAMS_HOSTS})
    metadata_url: str = METADATA_URL
    authority: str = AUTHORITY


@dataclass(frozen=True)
class EmailSettings:
    """The mail server, and who e-mails are from. ``user`` is empty where the server knows the bot by its address."""

    host: str
    port: int
    sender: str
    encryption: Encryption
    user: str = ""
    password: str = ""


@dataclass(frozen=True)
class SlackSettings:
    """What Slack signs with, and who the bot is there: in one workspace by ``bot_token``, or wherever it is installed
    of ``teams`` by ``client_id`` and ``client_secret``. With ``app_token`` it needs no port.

    ``input_key`` is what the tokens of installations are sealed under. ``lists_members``: whoever is a member is known
    before they write, so that what goes to everyone reaches them.
    """

    signing_secret: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    teams: frozenset[str] = frozenset()
    api_url: str = SLACK_API_URL
    input_key: str = field(default="", repr=False)
    lists_members: bool = True


@dataclass(frozen=True)
class ServerSettings:
    """What a real installation needs. ``programme`` is the key of the one that newcomers belong to, or empty;
    ``teams``, ``email`` and ``slack`` are None where that channel is off, ``proxies`` where nobody told of any."""

    stores: Settings
    teams: TeamsSettings | None
    email: EmailSettings | None
    slack: SlackSettings | None
    public_url: str
    host: str
    port: int
    programme: str
    proxies: tuple[Network, ...] | None = None


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Where a real installation keeps things. Raises MissingSetting with every name that is missing."""
    values = _values(environment)
    _must_have(values, "DATABASE_URL", "INPUT_DATABASE_URL", "INPUT_KEY")
    return _stores(values)


def for_server(environment: Mapping[str, str] | None = None) -> ServerSettings:
    """Everything that `serve` needs. Raises MissingSetting with every name that is missing, WrongSetting for a value
    that cannot be right."""
    values = _values(environment)
    is_in_teams = any(name.startswith("MicrosoftApp") and value for name, value in values.items())
    is_in_slack = any(values.get(name) for name in _SLACK)
    _must_have(
        values,
        *(_of_teams(values) if is_in_teams or not is_in_slack else ()),
        "PUBLIC_URL",
        "DATABASE_URL",
        "INPUT_DATABASE_URL",
        "INPUT_KEY",
    )
    return ServerSettings(
        stores=_stores(values),
        teams=_teams(values) if is_in_teams else None,
        email=_email(values),
        slack=_slack(values, values["INPUT_KEY"]),
        public_url=_https(values, "PUBLIC_URL"),
        host=values.get("HOST") or "0.0.0.0",  # noqa: S104 - behind a proxy on another machine, unless it says where
        port=_port(values),
        programme=values.get("PROGRAMME", ""),
        proxies=_proxies(values),
    )


def _of_teams(values: Mapping[str, str]) -> tuple[str, ...]:
    """What Teams needs: who the bot is to Microsoft, and one way to prove it."""
    is_proven = values.get("MicrosoftAppType") == "UserAssignedMSI" or bool(values.get("MicrosoftAppCertificate"))
    proof = () if is_proven else ("MicrosoftAppPassword",)
    return ("MicrosoftAppId", "MicrosoftAppType", "MicrosoftAppTenantId", *proof)


def _values(environment: Mapping[str, str] | None) -> dict[str, str]:
    found = {**dotenv_values(".env"), **os.environ} if environment is None else environment
    return {name: value.strip() for name, value in found.items() if value is not None}


def _must_have(values: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not values.get(name)]
    if missing:
        raise MissingSetting(*missing)


def _stores(values: Mapping[str, str]) -> Settings:
    if values["DATABASE_URL"] == values["INPUT_DATABASE_URL"]:
        raise WrongSetting("command.settings.same_database")
    try:
        Fernet(values["INPUT_KEY"])
    except ValueError:
        raise WrongSetting("command.settings.key", name="INPUT_KEY") from None
    usual = {"TEAMS_PACE": TEAMS_PACE, "SMTP_PACE": EMAIL_PACE, "SLACK_PACE": SLACK_PACE}
    paces = [_pace(values, name, pace) for name, pace in usual.items()]
    return Settings(values["DATABASE_URL"], values["INPUT_DATABASE_URL"], values["INPUT_KEY"], *paces)


def _pace(values: Mapping[str, str], name: str, usual: float) -> float:
    try:
        pace = float(values.get(name) or usual)
    except ValueError:
        pace = 0.0
    if not 0 < pace <= 1000:
        raise WrongSetting("command.settings.number", name=name, lowest="0,1", highest=1000)
    return pace


def _email(values: Mapping[str, str]) -> EmailSettings | None:
    """The e-mail channel: off where none of its settings is set. A password goes over an encrypted connection only,
    and nothing goes over one that is not, except on this machine."""
    if not any(values.get(f"SMTP_{name}") for name in ("HOST", "PORT", "USER", "PASSWORD", "FROM")):
        return None
    with_user = ("SMTP_USER", "SMTP_PASSWORD") if values.get("SMTP_USER") or values.get("SMTP_PASSWORD") else ()
    _must_have(values, "SMTP_HOST", "SMTP_FROM", *with_user)
    host = values["SMTP_HOST"]
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
        raise WrongSetting("command.settings.hosts", name="SMTP_HOST", example="smtp.kommunen.example")
    port = _port(values, "SMTP_PORT", SMTP_PORT)
    encryption: Encryption = "from_start" if port == SMTPS_PORT else "starttls"
    return EmailSettings(
        host=host,
        port=port,
        sender=_sender(values["SMTP_FROM"]),
        encryption="" if host in LOOPBACK else encryption,
        user=values.get("SMTP_USER", ""),
        password=values.get("SMTP_PASSWORD", ""),
    )


def _sender(given: str) -> str:
    """Who e-mails are from: an address, or a name and an address."""
    name, address = parseaddr(given) if len(getaddresses([given])) == 1 else ("", "")
    try:
        return formataddr((name if name.isprintable() else "", email_addresses.written(address)))
    except Refused:
        raise WrongSetting("command.settings.sender", name="SMTP_FROM") from None


def _teams(values: Mapping[str, str]) -> TeamsSettings:
    app_type = values["MicrosoftAppType"]
    if app_type not in ("SingleTenant", "UserAssignedMSI"):
        raise WrongSetting("command.settings.app_type", value=app_type)
    certificate = values.get("MicrosoftAppCertificate", "")
    if certificate and not Path(certificate).is_file():
        raise WrongSetting("command.settings.certificate", file=certificate)
    tenant = _uuid(values, "MicrosoftAppTenantId")
    return TeamsSettings(
        app_id=_uuid(values, "MicrosoftAppId"),
        app_type=cast(AppType, app_type),
        tenant=tenant,
        secret=values.get("MicrosoftAppPassword", ""),
        certificate=certificate,
        certificate_password=values.get("MicrosoftAppCertificatePassword", ""),
        tenants=_tenants(values) or frozenset({tenant}),
        hosts=_hosts(values) or frozenset({TEAMS_HOSTS}),
        metadata_url=_metadata_url(values),
        authority=_https(values, "TEAMS_AUTHORITY") if values.get("TEAMS_AUTHORITY") else AUTHORITY,
    )


def _listed(values: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(one.strip() for one in values.get(name, "").split(",") if one.strip())


def _tenants(values: Mapping[str, str]) -> frozenset[str]:
    name = "TEAMS_TENANTS"
    return frozenset(_uuid({name: one}, name) for one in _listed(values, name))


def _hosts(values: Mapping[str, str]) -> frozenset[str]:
    """The names of hosts. A whole address would be no host's name, and nobody would be answered."""
    hosts = _listed(values, "TEAMS_HOSTS")
    if any(not re.fullmatch(r"[A-Za-z0-9.-]+", host) for host in hosts):
        raise WrongSetting("command.settings.hosts", name="TEAMS_HOSTS", example=TEAMS_HOSTS)
    return hosts


def _proxies(values: Mapping[str, str]) -> tuple[Network, ...] | None:
    """The proxies in front of the bot, by address or network; "none" where people reach it without one."""
    told = _listed(values, "TRUSTED_PROXY")
    try:
        return tuple(ip_network(one) for one in sorted(told - {"none"})) if told else None
    except ValueError:
        raise WrongSetting("command.settings.proxy", name="TRUSTED_PROXY") from None


def _metadata_url(values: Mapping[str, str]) -> str:
    """Where keys are told: over https, or anybody on the way could tell keys of their own. Tests tell theirs here."""
    address = values.get("TEAMS_METADATA_URL") or METADATA_URL
    if not re.match(r"https://|http://127\.0\.0\.1:\d+/", address):
        raise WrongSetting("command.settings.https_only", name="TEAMS_METADATA_URL")
    return address


def _uuid(values: Mapping[str, str], name: str) -> str:
    try:
        return str(UUID(values[name]))
    except ValueError:
        raise WrongSetting("command.settings.uuid", name=name) from None


def _https(values: Mapping[str, str], name: str) -> str:
    """An https address without path, query or account. A slash at its end is left out."""
    address = values[name].rstrip("/")
    try:
        parts = urlsplit(address)
        is_right = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right or address != f"https://{parts.netloc}" or "@" in parts.netloc:
        raise WrongSetting("command.settings.https", name=name)
    return address


def _port(values: Mapping[str, str], name: str = "PORT", usual: int = PORT) -> int:
    found = values.get(name) or str(usual)
    if not found.isdecimal() or not 0 < int(found) < 65536:
        raise WrongSetting("command.settings.number", name=name, lowest=1, highest=65535)
    return int(found)


def slack_for_demo(input_key: str, environment: Mapping[str, str] | None = None) -> SlackSettings | None:
    """Slack for the demo, where its settings are there. A demo writes to nobody of a real workspace who has not written
    to it first. Raises WrongSetting."""
    found = _slack(_values(environment), input_key)
    return None if found is None else replace(found, lists_members=urlsplit(found.api_url).hostname in LOOPBACK)


#: What turns Slack on; the others say how.
_SLACK = ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")


def _slack(values: Mapping[str, str], input_key: str) -> SlackSettings | None:
    """The Slack channel: off where none of its settings is set. Requests come signed, or over a socket of ours."""
    if not any(values.get(name) for name in _SLACK):
        return None
    is_installed = bool(values.get("SLACK_CLIENT_ID") or values.get("SLACK_CLIENT_SECRET"))
    if is_installed:
        _must_have(values, "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_TEAMS")
    else:
        _must_have(values, "SLACK_BOT_TOKEN", *(() if values.get("SLACK_APP_TOKEN") else ("SLACK_SIGNING_SECRET",)))
    for name, start in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")):
        if values.get(name) and not values[name].startswith(start):
            raise WrongSetting("command.settings.token", name=name, start=start)
    teams = _listed(values, "SLACK_TEAMS")
    if any(not re.fullmatch(r"[TE][A-Z0-9]{2,39}", team) for team in teams):
        raise WrongSetting("command.settings.workspace", name="SLACK_TEAMS")
    return SlackSettings(
        signing_secret=values.get("SLACK_SIGNING_SECRET", ""),
        bot_token=values.get("SLACK_BOT_TOKEN", ""),
        app_token=values.get("SLACK_APP_TOKEN", ""),
        client_id=values.get("SLACK_CLIENT_ID", ""),
        client_secret=values.get("SLACK_CLIENT_SECRET", ""),
        teams=teams,
        api_url=_slack_api(values),
        input_key=input_key,
    )


#: Slack's own hosts, and this machine, where tests are.
_SLACK_API = re.compile(r"https://(?:slack\.com|slack-gov\.com)/api/|http://(?:127\.0\.0\.1|localhost):\d{1,5}/api/")


def _slack_api(values: Mapping[str, str]) -> str:
    """Where tokens are sent to: to Slack and nowhere else."""
    address = (values.get("SLACK_API_URL") or SLACK_API_URL).rstrip("/")
    address += "/" if address.endswith("/api") else "/api/"
    if not _SLACK_API.fullmatch(address):
        raise WrongSetting("command.settings.slack_api", name="SLACK_API_URL", usual=SLACK_API_URL)
    return address


def for_demo(folder: Path) -> Settings:
    """The demo's settings: two SQLite files in that folder, and a key beside them that only their owner can read."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "input.key"
    if not key.exists():
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(Fernet.generate_key())
    return Settings(
        database_url=f"sqlite:///{folder / 'omstillingsbot.db'}",
        input_database_url=f"sqlite:///{folder / 'inputs.db'}",
        input_key=key.read_text("ascii"),
    )


def demo_start(programme: str, at: str | None) -> datetime:
    """When the demo's clock starts; without an offset, ``at`` is Norwegian time. Raises ValueError when unreadable."""
    start = datetime.fromisoformat(at or DEMO_STARTS[programme])
    return start if start.tzinfo else start.replace(tzinfo=ZoneInfo("Europe/Oslo"))


#: What the app package for Teams is made of; each may be missing.
APP_PACKAGE = (
    "MicrosoftAppId",
    "PUBLIC_URL",
    "TEAMS_DEVELOPER",
    "TEAMS_WEBSITE_URL",
    "TEAMS_PRIVACY_URL",
    "TEAMS_TERMS_URL",
)


def for_app_package(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Those of the app package's settings that are set. A package can be made before there is a database or a key."""
    found = {**dotenv_values(".env"), **os.environ} if environment is None else environment
    return {name: value for name in APP_PACKAGE if (value := (found.get(name) or "").strip())}
