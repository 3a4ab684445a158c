"""The bot as it is really started: serve, in a process of its own, with Microsoft played on this machine."""

import asyncio
import json
import os
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer
from cryptography.fernet import Fernet

from bot.__main__ import main
from storage import people
from storage.database import Database
from tests.bench.processes import ROOT, free_port
from tests.bot.conftest import Connector
from tests.bot.microsoft import APP_ID, TENANT, Microsoft, certificate

TOKEN = "sent-token"
PERSON = "44444444-4444-4444-8444-444444444444"


class Entra:
    """Gives the bot its tokens, over TLS as the library insists."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def token(self, request: web.Request) -> web.Response:
        self.asked.append((await request.post()).get("client_secret", ""))  # type: ignore[arg-type]
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN})


@pytest.fixture
def environment(tmp_path: Path, sqlite: Database) -> dict[str, str]:
    """The settings of an installation, in a folder of its own, with all programmes loaded."""
    settings = {
        "MicrosoftAppId": APP_ID,
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppTenantId": TENANT,
        "MicrosoftAppPassword": "the-secret",
        "PUBLIC_URL": "https://bot.kommunen.example",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "DATABASE_URL": str(sqlite.url),
        "INPUT_DATABASE_URL": f"sqlite:///{tmp_path / 'serve-inputs.db'}",
        "INPUT_KEY": Fernet.generate_key().decode(),
        "TEAMS_HOSTS": "127.0.0.1",
        "PROGRAMME": "osu2020",
    }
    return {**os.environ, **settings}


@pytest.fixture
async def served(
    environment: dict[str, str], connector: Connector, tmp_path: Path
) -> AsyncIterator[tuple[str, Microsoft, Entra, Path]]:
    """The address of the process, those it talks to, and its log."""
    microsoft, entra, log = Microsoft(), Entra(), tmp_path / "serve.log"
    keys, tokens = web.Application(), web.Application()
    microsoft.routes(keys)
    tokens.router.add_post(f"/{TENANT}/oauth2/v2.0/token", entra.token)
    path = certificate(tmp_path, "127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    signed = TestServer(tokens, scheme="https")
    await signed.start_server(ssl=context)
    async with TestServer(keys) as told:
        environment["TEAMS_METADATA_URL"] = str(told.make_url("/metadata"))
        environment["TEAMS_AUTHORITY"] = str(signed.make_url("")).rstrip("/")
        environment["SSL_CERT_FILE"] = str(path)
        with log.open("wb") as output:
            command = [sys.executable, "-m", "bot", "serve"]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
            address = f"http://127.0.0.1:{environment['PORT']}"
            try:
                await _until_ready(address)
                yield address, microsoft, entra, log
            finally:
                process.terminate()
                assert process.wait(20) == 0
                await signed.close()


async def _until_ready(address: str) -> None:
    async with asyncio.timeout(60), ClientSession() as client:
        while True:
            try:
                async with client.get(f"{address}/health/ready") as response:
                    if response.status == 200:
                        return
            except ClientError:
                await asyncio.sleep(0.05)


async def test_serve_takes_signed_activities_and_sends_with_its_own_token(
    served: tuple[str, Microsoft, Entra, Path], connector: Connector
) -> None:
    address, microsoft, entra, log = served
    activity = {
        "type": "message",
        "id": uuid.uuid4().hex,
        "channelId": "msteams",
        "serviceUrl": connector.url,
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "from": {"id": "29:kari", "name": "Kari Prøve", "aadObjectId": PERSON},
        "recipient": {"id": f"28:{APP_ID}"},
        "conversation": {"id": "a:kari", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "text": "hvem leder arbeidsgruppe omstilling?",
    }
    async with ClientSession(headers={"Authorization": f"Bearer {microsoft.token(connector.url)}"}) as client:
        async with client.post(f"{address}/api/messages", json=activity) as response:
            assert response.status == 200
        async with client.get(f"{address}/chat") as response:
            assert response.status == 404
        async with client.get(f"{address}/innspill") as response:
            assert response.status == 200
        async with client.get(f"{address}/") as response:
            assert (response.status, response.url.path) == (200, "/om")
    async with ClientSession() as client, client.post(f"{address}/api/messages", json=activity) as response:
        assert response.status == 401
    (shown,) = connector.inbox["a:kari"]
    assert "Arbeidsgruppe omstilling" in json.dumps(shown, ensure_ascii=False)
    assert connector.shown == [f"Bearer {TOKEN}"]
    assert entra.asked == ["the-secret"]
    logged = log.read_text("utf-8")
    assert [word for word in (TOKEN, "the-secret", "Kari", PERSON, "hvem leder", "127.0.0.1:9") if word in logged] == []


def test_a_role_is_given_and_taken_by_directory_id(
    environment: dict[str, str], sqlite: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with sqlite.writing() as session:
        where = people.Whereabouts(
            channel="msteams", account="29:kari", name="Kari", lane="msteams", conversation="a", directory_id=PERSON
        )
        person = people.recognise(session, where, "osu2020")
    grant = ["grant", "leader", PERSON, "--programme", "osu2020"]
    assert main(grant) == 0
    assert main(grant) == 0
    with sqlite.reading() as session:
        assert people.roles(session, person, "osu2020") == {"leader"}
    assert main([*grant, "--take"]) == 0
    with sqlite.reading() as session:
        assert people.roles(session, person, "osu2020") == set()
    capsys.readouterr()
    assert main(["grant", "leader", "nobody", "--programme", "osu2020"]) == 1
    assert "nobody" in capsys.readouterr().err
    assert main(["grant", "leader", PERSON, "--programme", "nothing"]) == 1
    assert "nothing" in capsys.readouterr().err


def test_a_role_in_slack_is_given_to_a_member_of_the_workspace_that_is_named(
    environment: dict[str, str], sqlite: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with sqlite.writing() as session:
        for team in ("T0A", "T0B"):
            where = people.Whereabouts(
                channel="slack",
                tenant=team,
                account="U0LIK",
                name=f"Kari i {team}",
                lane=f"slack:{team}",
                conversation="U0LIK",
                directory_id=f"{team}/U0LIK",
            )
            people.recognise(session, where, "osu2020")
    assert main(["grant", "leader", "U0LIK", "--programme", "osu2020"]) == 1
    assert "T0A/U0LIK, T0B/U0LIK" in capsys.readouterr().err
    assert main(["grant", "leader", "T0B/U0LIK", "--programme", "osu2020"]) == 0
    with sqlite.reading() as session:
        assert [one.name for one in people.holders(session, "osu2020", "leader")] == ["Kari i T0B"]


@pytest.mark.parametrize("programme", ["", "nothing"])
def test_serve_asks_which_programme_newcomers_belong_to(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], programme: str
) -> None:
    for name, value in (environment | {"PROGRAMME": programme}).items():
        monkeypatch.setenv(name, value)
    assert main(["serve"]) == 1
    assert "os2019, osu2020, ou2021" in capsys.readouterr().err
