"""Socket Mode instead of signed HTTP, and commands under a prefix: the same work by another way in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.manifest import as_yaml, manifest
from tests.support import wire
from tests.support.people import House

METHOD = "team.externalTeams.disconnect"


@pytest.fixture
def manifest_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes the manifest of such an app, for local Slack to be set up with."""

    def write(prefix: str = "", *, socket_mode: bool = False) -> Path:
        path = tmp_path / "manifest.yml"
        path.write_text(as_yaml(manifest(prefix, socket_mode=socket_mode)))
        return path

    return write


def test_socket_mode_carries_a_request_to_its_proof(
    own_house: Callable[..., House], manifest_file: Callable[..., Path]
) -> None:
    house = own_house(manifest=manifest_file(socket_mode=True), socket_mode=True)
    del house.app.environment["SLACK_SIGNING_SECRET"]
    house.app.start()
    house.client.wait(lambda: house.client.get("app")["socket_mode"], 15)
    org = house.client.create("external_org", name="Over the socket")
    request = house.ask_disconnect_org(org)
    house.approve(request)
    house.card(request, "Done and proved")
    assert len(house.calls(METHOD, lambda call: call["args"]["target_team"] == org)) == 1
    assert wire.post(house.app, wire.command("W0ANA00001", "/drawbridge"))[0] == 404
    doctor = house.app.cli("doctor")
    assert doctor.returncode == 0 and "✓ Requests: Socket Mode" in doctor.stdout, doctor.stdout
    assert house.app.stop() == 0 and house.app.tracebacks() == []
    assert house.client.problems() == []


def test_a_socket_that_slack_closes_is_opened_again(
    own_house: Callable[..., House], manifest_file: Callable[..., Path]
) -> None:
    house = own_house(manifest=manifest_file(socket_mode=True), socket_mode=True)
    house.app.start()
    house.client.wait(lambda: house.client.get("app")["socket_mode"], 15)
    house.client.post("socket", reason="refresh_requested")
    house.client.wait(lambda: house.client.get("app")["socket_mode"], 30)
    request = house.ask_disconnect_org(house.client.create("external_org", name="After the refresh"))
    house.deny(request, "Only to see that it arrives")
    house.card(request, "Denied")


def test_commands_under_a_prefix_live_beside_another_installation(
    own_house: Callable[..., House], manifest_file: Callable[..., Path]
) -> None:
    house = own_house(manifest=manifest_file("stg-"), COMMAND_PREFIX="stg-")
    house.app.start()
    house.open("/stg-disconnect-org", "acme")
    house.ana.close(everything=True)
    house.ana.command("/stg-drawbridge", "help", channel="C0LOBBY0001")
    told = house.ana.wait_message("C0LOBBY0001", containing="/stg-disconnect-org")
    assert " /disconnect-org" not in told.text
