"""The manifest: printed from the registry, kept in the repository, and not one scope more than needed."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from app.manifest import APP_METHODS, APP_SCOPES, EVENTS, as_yaml, manifest, scopes
from app.operations import OPERATIONS
from app.slack.methods import METHODS, Token

ROOT = Path(__file__).parents[3]
SCHEMA = os.environ.get("SLACK_MANIFEST_SCHEMA", "")
Run = Callable[..., tuple[int, str, str]]
KINDS: list[dict[str, Any]] = [
    {},
    {"socket_mode": True},
    {"oauth": True},
    {"oauth": True, "rotation": True},
    {"prefix": "stg-"},
]


def needed(token: Token) -> set[str]:
    methods = {method for operation in OPERATIONS.values() for method in operation.methods} | set(APP_METHODS)
    found = {scope for name in methods if METHODS[name].token is token for scope in METHODS[name].scopes}
    return found | (set(APP_SCOPES) if token is Token.BOT else set())


def test_the_file_in_the_repository_is_what_the_command_prints(run: Run) -> None:
    code, out, _ = run("manifest")
    assert (code, out) == (0, (ROOT / "manifest.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("token", Token)
def test_its_scopes_are_those_the_methods_need_and_no_more(token: Token) -> None:
    found = manifest()["oauth_config"]["scopes"][token.value]
    assert set(found) == needed(token) == set(scopes(token))
    assert found == sorted(set(found))


def test_every_scope_and_event_has_its_reason_beside_it() -> None:
    text = as_yaml(manifest())
    whole = [line.strip() for line in text.splitlines()]
    for token in Token:
        for scope, uses in scopes(token).items():
            assert f"- {scope}  # {', '.join(uses)}" in whole
    for event, reason in EVENTS.items():
        assert f"- {event}  # {reason}" in whole


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_comments_change_nothing(kind: dict[str, Any]) -> None:
    assert yaml.safe_load(as_yaml(manifest(**kind))) == manifest(**kind)


def test_each_operation_and_drawbridge_itself_have_a_command() -> None:
    commands = [found["command"] for found in manifest()["features"]["slash_commands"]]
    assert commands == [f"/{key}" for key in (*OPERATIONS, "drawbridge")]


def test_a_prefix_goes_before_every_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    given = run("manifest", "--prefix", "stg-")[1]
    monkeypatch.setenv("COMMAND_PREFIX", "stg-")
    assert run("manifest")[1] == given
    commands = [found["command"] for found in yaml.safe_load(given)["features"]["slash_commands"]]
    assert commands == [f"/stg-{key}" for key in (*OPERATIONS, "drawbridge")]


def test_both_come_from_the_env_file_too_unless_something_nearer_says_otherwise(
    run: Run, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (house / ".env").write_text("COMMAND_PREFIX=file-\nPUBLIC_URL=https://file.example.com/\n")
    out = run("manifest")[1]
    assert ("/file-drawbridge" in out, "https://file.example.com/slack/events" in out) == (True, True)
    monkeypatch.setenv("COMMAND_PREFIX", "env-")
    monkeypatch.setenv("PUBLIC_URL", "https://env.example.com")
    out = run("manifest")[1]
    assert ("/env-drawbridge" in out, "https://env.example.com/slack/events" in out) == (True, True)
    out = run("manifest", "--prefix", "own-", "--url", "https://own.example.com/")[1]
    assert ("/own-drawbridge" in out, "https://own.example.com/slack/events" in out) == (True, True)
    assert "/drawbridge" in run("manifest", "--prefix", "")[1]


@pytest.mark.parametrize("prefix", ["Stg-", "stg ", "a/b", "x" * 40])
@pytest.mark.parametrize("given", ["--prefix", "COMMAND_PREFIX", ".env"])
def test_a_prefix_slack_would_not_take_is_refused_by_name(
    run: Run, house: Path, monkeypatch: pytest.MonkeyPatch, prefix: str, given: str
) -> None:
    if given == ".env":
        (house / ".env").write_text(f'COMMAND_PREFIX="{prefix}"\n')
    elif given == "COMMAND_PREFIX":
        monkeypatch.setenv("COMMAND_PREFIX", prefix)
    code, out, err = run("manifest", *([given, prefix] if given == "--prefix" else []))
    assert (code, out) == (2, "")
    assert "COMMAND_PREFIX: " in err


def test_it_needs_no_credentials(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "SLACK_USER_TOKEN"):
        monkeypatch.delenv(key)
    assert run("manifest")[0] == 0


def test_an_address_of_ones_own_is_used_everywhere(run: Run) -> None:
    out = run("manifest", "--url", "https://bridge.example.com/")[1]
    assert "https://bridge.example.com/slack/events" in out
    assert "drawbridge.example.com" not in out


def test_over_a_socket_there_is_no_address(run: Run) -> None:
    out = run("manifest", "--socket")[1]
    assert "http" not in out.split("\n", 2)[2]
    assert yaml.safe_load(out)["settings"]["socket_mode_enabled"] is True


def test_whoever_installs_comes_back_to_an_address(run: Run) -> None:
    found = yaml.safe_load(run("manifest", "--oauth", "--url", "https://bridge.example.com")[1])
    assert found["oauth_config"]["redirect_urls"] == ["https://bridge.example.com/slack/oauth_redirect"]
    assert "redirect_urls" not in manifest()["oauth_config"]


def test_tokens_run_out_only_when_somebody_can_renew_them(run: Run) -> None:
    code, _, err = run("manifest", "--rotation")
    assert (code, "add --oauth" in err) == (2, True)
    out = run("manifest", "--rotation", "--oauth")[1]
    assert yaml.safe_load(out)["settings"]["token_rotation_enabled"] is True
    assert manifest()["settings"]["token_rotation_enabled"] is False


def test_govslacks_is_printed_when_asked_for_or_when_slack_is_govslack(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "compliance" in yaml.safe_load(run("manifest", "--gov")[1])
    assert "compliance" not in yaml.safe_load(run("manifest")[1])
    monkeypatch.setenv("SLACK_API_URL", "https://slack-gov.com/api/")
    assert "compliance" in yaml.safe_load(run("manifest")[1])


def test_it_is_installed_on_the_organization() -> None:
    assert manifest()["settings"]["org_deploy_enabled"] is True


@pytest.mark.skipif(
    not Path(SCHEMA).is_file(), reason="SLACK_MANIFEST_SCHEMA names no file: Slack's schema is not at hand"
)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_slacks_schema_accepts_it(kind: dict[str, Any]) -> None:
    schema = json.loads(Path(SCHEMA).read_text(encoding="utf-8"))
    jsonschema.validate(manifest(**kind), schema)
