"""What a real installation must be told, and how it says what is missing or wrong."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import settings
from bot.__main__ import main
from dialogs.card import LANGUAGES
from dialogs.words import say

RIGHT = {
    "MicrosoftAppId": "11111111-1111-4111-8111-111111111111",
    "MicrosoftAppType": "SingleTenant",
    "MicrosoftAppTenantId": "22222222-2222-4222-8222-222222222222",
    "MicrosoftAppPassword": "secret",
    "PUBLIC_URL": "https://bot.kommunen.example/",
    "DATABASE_URL": "sqlite:///main.db",
    "INPUT_DATABASE_URL": "sqlite:///inputs.db",
    "INPUT_KEY": Fernet.generate_key().decode(),
}


def test_what_is_right_is_read() -> None:
    tenants = [f"{number}" * 8 + "-0000-4000-8000-000000000000" for number in (1, 2)]
    given = {"PORT": "8080", "TEAMS_TENANTS": f" {tenants[0]} , {tenants[1]},", "TEAMS_HOSTS": "x.example"}
    read = settings.for_server(RIGHT | given)
    assert (read.port, read.public_url, read.host) == (8080, "https://bot.kommunen.example", "0.0.0.0")
    assert (read.teams.tenants, read.teams.hosts) == (set(tenants), {"x.example"})


def test_the_proxies_are_addresses_and_networks_none_or_not_told() -> None:
    assert settings.for_server(RIGHT).proxies is None
    assert settings.for_server(RIGHT | {"TRUSTED_PROXY": "none"}).proxies == ()
    told = settings.for_server(RIGHT | {"TRUSTED_PROXY": "10.0.0.5, 2001:db8::/32,"}).proxies
    assert [str(network) for network in told or ()] == ["10.0.0.5/32", "2001:db8::/32"]


def test_the_own_tenant_and_microsofts_hosts_are_the_defaults() -> None:
    read = settings.for_server(RIGHT)
    assert read.teams.tenants == {RIGHT["MicrosoftAppTenantId"]}
    assert read.teams.hosts == {"smba.trafficmanager.net"}
    assert read.port == 3978


SIGNED = {"SLACK_SIGNING_SECRET": "a", "SLACK_BOT_TOKEN": "xoxb-1"}
INSTALLED = {
    "SLACK_SIGNING_SECRET": "a",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "b",
    "SLACK_TEAMS": "T0123456789, T0123456780",
}


def test_slack_is_off_where_nothing_of_it_is_set() -> None:
    assert settings.for_server(RIGHT).slack is None
    assert settings.slack_for_demo("key", {}) is None


def test_slack_comes_signed_by_a_socket_or_installed() -> None:
    by_socket = {"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-1"}
    for given in (SIGNED, by_socket, INSTALLED):
        read = settings.for_server(RIGHT | given).slack
        assert read is not None
        assert read.api_url == settings.SLACK_API_URL
        assert read.lists_members
        assert "xoxb-1" not in repr(read)
    assert settings.for_server(RIGHT | INSTALLED).slack.teams == {"T0123456789", "T0123456780"}  # type: ignore[union-attr]


def test_a_bot_that_is_in_slack_only_needs_nothing_of_microsofts() -> None:
    own = {name: value for name, value in RIGHT.items() if not name.startswith("Microsoft")}
    assert settings.for_server(own | SIGNED).teams is None
    with pytest.raises(settings.MissingSetting) as missing:
        settings.for_server(own | SIGNED | {"MicrosoftAppId": RIGHT["MicrosoftAppId"]})
    assert "MicrosoftAppType" in missing.value.names


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"SLACK_SIGNING_SECRET": "a"}, ("SLACK_BOT_TOKEN",)),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ("SLACK_SIGNING_SECRET",)),
        ({"SLACK_APP_TOKEN": "xapp-1"}, ("SLACK_BOT_TOKEN",)),
        ({**INSTALLED, "SLACK_TEAMS": ""}, ("SLACK_TEAMS",)),
        ({"SLACK_CLIENT_ID": "1.2"}, ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET", "SLACK_TEAMS")),
    ],
)
def test_what_slack_lacks_is_named(given: dict[str, str], missing: tuple[str, ...]) -> None:
    with pytest.raises(settings.MissingSetting) as found:
        settings.for_server(RIGHT | given)
    assert found.value.names == missing


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "token"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "token"),
        ({"SLACK_TEAMS": "prove.slack.com"}, "workspace"),
        ({"SLACK_PACE": "0"}, "number"),
        ({"SLACK_API_URL": "https://slack.com.ond.example/api/"}, "slack_api"),
        ({"SLACK_API_URL": "http://slack.com/api/"}, "slack_api"),
        ({"SLACK_API_URL": "http://127.0.0.1.ond.example:1/api/"}, "slack_api"),
    ],
)
def test_what_cannot_be_right_of_slack_stops_the_start(wrong: dict[str, str], key: str) -> None:
    with pytest.raises(settings.WrongSetting) as found:
        settings.for_server(RIGHT | SIGNED | wrong)
    assert found.value.key == f"command.settings.{key}"


def test_a_demo_lists_nobody_of_a_real_workspace() -> None:
    here = {"SLACK_API_URL": "http://127.0.0.1:4003"}
    found = [settings.slack_for_demo("key", SIGNED | more) for more in ({}, here)]
    assert [(one.lists_members, one.api_url) for one in found if one] == [
        (False, "https://slack.com/api/"),
        (True, "http://127.0.0.1:4003/api/"),
    ]


@pytest.mark.parametrize("name", sorted(RIGHT))
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_each_missing_setting_is_named(name: str, empty: str | None) -> None:
    given = {key: value for key, value in RIGHT.items() if key != name}
    with pytest.raises(settings.MissingSetting) as missing:
        settings.for_server(given if empty is None else given | {name: empty})
    assert missing.value.names == (name,)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(settings.MissingSetting) as missing:
        settings.for_server({})
    assert set(missing.value.names) == set(RIGHT)


def test_a_managed_identity_needs_no_secret(tmp_path: Path) -> None:
    given = {name: value for name, value in RIGHT.items() if name != "MicrosoftAppPassword"}
    assert settings.for_server(given | {"MicrosoftAppType": "UserAssignedMSI"}).teams.secret == ""
    certificate = tmp_path / "bot.pem"
    certificate.touch()
    assert settings.for_server(given | {"MicrosoftAppCertificate": str(certificate)}).teams.certificate


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MicrosoftAppId", "bot"),
        ("MicrosoftAppType", "MultiTenant"),
        ("MicrosoftAppTenantId", "kommunen"),
        ("MicrosoftAppCertificate", "/no/such/file.pem"),
        ("PUBLIC_URL", "http://bot.kommunen.example"),
        ("PUBLIC_URL", "https://bot.kommunen.example/path"),
        ("PUBLIC_URL", "https://x:y@bot.kommunen.example"),
        ("PUBLIC_URL", "bot.kommunen.example"),
        ("PUBLIC_URL", "https://[x"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("INPUT_KEY", "short"),
        ("INPUT_DATABASE_URL", RIGHT["DATABASE_URL"]),
        ("TEAMS_PACE", "0"),
        ("TEAMS_PACE", "fast"),
        ("TEAMS_PACE", "nan"),
        ("TEAMS_AUTHORITY", "http://login.example"),
        ("TEAMS_HOSTS", "https://smba.trafficmanager.net/"),
        ("TEAMS_HOSTS", "smba.trafficmanager.net smba.infra.gcc.teams.microsoft.com"),
        ("TEAMS_TENANTS", "kommunen.no"),
        ("TRUSTED_PROXY", "proxy.kommunen.no"),
        ("TRUSTED_PROXY", "10.0.0.5/24"),
        ("TEAMS_METADATA_URL", "http://login.botframework.com/v1/.well-known/openidconfiguration"),
        ("TEAMS_METADATA_URL", "http://127.0.0.1.example:80/keys"),
        ("TEAMS_METADATA_URL", "http://127.0.0.1:x@keys.example/"),
    ],
)
def test_a_setting_that_cannot_be_right_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(settings.WrongSetting) as wrong:
        settings.for_server(RIGHT | {name: value})
    for language in LANGUAGES:
        assert name in say(language, wrong.value.key, **wrong.value.values)


MAIL = {"SMTP_HOST": "smtp.kommunen.example", "SMTP_FROM": "Omstilling <bot@kommunen.example>"}


def test_without_any_of_its_settings_the_e_mail_channel_is_off() -> None:
    assert settings.for_server(RIGHT | {"SMTP_HOST": " "}).email is None


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"SMTP_HOST": "x.example"}, ("SMTP_FROM",)),
        ({"SMTP_PORT": "25"}, ("SMTP_HOST", "SMTP_FROM")),
        ({"SMTP_FROM": "a@x.example"}, ("SMTP_HOST",)),
        (MAIL | {"SMTP_USER": "bot"}, ("SMTP_PASSWORD",)),
        (MAIL | {"SMTP_PASSWORD": "x"}, ("SMTP_USER",)),
    ],
)
def test_what_the_e_mail_channel_lacks_is_named(given: dict[str, str], missing: tuple[str, ...]) -> None:
    with pytest.raises(settings.MissingSetting) as wrong:
        settings.for_server(RIGHT | given)
    assert wrong.value.names == missing


@pytest.mark.parametrize(
    ("given", "encryption"),
    [
        ({}, "starttls"),
        ({"SMTP_PORT": "25"}, "starttls"),
        ({"SMTP_PORT": "465"}, "from_start"),
        ({"SMTP_HOST": "127.0.0.1"}, ""),
        ({"SMTP_HOST": "127.0.0.1.kommunen.example"}, "starttls"),
    ],
)
def test_mail_leaves_this_machine_encrypted_only(given: dict[str, str], encryption: str) -> None:
    found = settings.for_server(RIGHT | MAIL | given).email
    assert found is not None
    assert found.encryption == encryption


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_FROM", "Omstilling"),
        ("SMTP_FROM", "a@x.example, b@x.example"),
        ("SMTP_HOST", "smtp://x.example"),
        ("SMTP_PORT", "0"),
        ("SMTP_PACE", "0"),
    ],
)
def test_a_setting_of_e_mail_that_cannot_be_right_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(settings.WrongSetting) as wrong:
        settings.for_server(RIGHT | MAIL | {name: value})
    for language in LANGUAGES:
        assert name in say(language, wrong.value.key, **wrong.value.values)


def test_serve_refuses_to_start_without_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in RIGHT:
        monkeypatch.delenv(name, raising=False)
    assert main(["--language", "en", "serve"]) == 1
    said = capsys.readouterr().err
    assert [name for name in RIGHT if name not in said] == []
    assert list(tmp_path.iterdir()) == []
