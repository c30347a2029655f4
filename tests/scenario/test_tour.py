"""`make tour`, as a newcomer runs it: the stories it tells, how it looks, and how it ends."""

import os
import re
import shutil
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from localslack.tour.reading import tidy
from tests.support.running import ROOT

WIDTH = 100
TOLD = {
    1: (
        "1 · /disconnect-org",
        "● Acme Corp (T0ACME0001) acme",
        "Easily taken for",
        "✗ Type exactly: acme",
        "1 of 2 approvals",
        "→ team.externalTeams.disconnect target_team=T0ACME0001  ok",
        "Acme Corp (T0ACME0001)             CONNECTED   DISCONNECTED   ✓ changed",
    ),
    2: (
        "2 · /disconnect-channel",
        "C0UMBRELLA1 T0UMBRELLA",
        "Umbrella delivers until Friday. Ask again for #initech alone.",
        "→ nothing that changes anything",
        "leaving_team_ids=T0INITECH1",
        "nobody",
    ),
    3: (
        "3 · /disable-usergroup",
        "The policy does not let you request this.",
        "● @oncall — On-call",
        "● @billing-crew-1 — Billing Crew",
        "→ usergroups.enable usergroup=S0ONCALL01",
        "on, 2 members   off, 2 members   on, 2 members   ✓ changed",
    ),
    4: (
        "4 · /set-channel-workspaces",
        "⚡ Meanwhile Olga, the org owner, adds Finance",
        "Not carried out",
        "now also",
        "← read before any call: admin.conversations.getTeams",
        "→ admin.conversations.setTeams channel_id=C0MULTI0001",
    ),
    5: (
        "5 · /remove-policy-users",
        "W0TYPO00001",
        "entity_ids=W0POLICY01,W0POLICY03,W0POLICY04",
        "1 failed, 1 already so before, 2 proved by reading back",
        "Policy Person 4 (W0POLICY04)   on the policy   on the policy   = as it was",
    ),
}
"""What each story cannot be told without."""


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder the tour makes its own folder in."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def environment(temporary: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(temporary), "COLUMNS": str(WIDTH), "PYTHONUTF8": "1", **more}


def tour(
    temporary: Path, *arguments: str, root: Path = ROOT, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run it to its end."""
    return subprocess.run(
        [sys.executable, "-m", "localslack.tour", *arguments],
        cwd=root,
        env=environment(temporary, **more),
        capture_output=True,
        text=True,
        timeout=100,
    )


def cells(line: str) -> int:
    """How many columns of a terminal a line takes."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in line)
    return len(line) + wide - sum(bool(unicodedata.combining(sign)) for sign in line)


def framed(told: str) -> list[str]:
    """The lines inside panels."""
    return [line for line in told.splitlines() if line.startswith(("  ┃", "  │", "  ╎"))]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    """The whole tour, once, written into a pipe."""
    temporary = tmp_path_factory.mktemp("temporary")
    done = tour(temporary)
    assert list(temporary.iterdir()) == []
    return done


def test_the_whole_tour_tells_every_story(whole: "subprocess.CompletedProcess[str]") -> None:
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert whole.stderr == ""
    for parts in TOLD.values():
        for part in parts:
            assert part in whole.stdout, part
    assert whole.stdout.count("You asked for this, so somebody else has to decide.") == len(TOLD)
    assert "ok E0MERIDIAN:" in whole.stdout
    assert "events, intact: true" in whole.stdout
    assert "\n  8    requests, each with one card" in whole.stdout
    assert "\n  0    problems" in whole.stdout


def test_a_pipe_gets_plain_text_and_every_panel_keeps_its_right_border(
    whole: "subprocess.CompletedProcess[str]",
) -> None:
    assert "\x1b" not in whole.stdout
    assert {cells(line) for line in framed(whole.stdout)} == {WIDTH}


def test_nothing_in_a_message_can_steer_the_terminal_or_shift_a_border() -> None:
    assert tidy("Acme\x1b[2J\u202eprоC\r ⚙\ufe0f") == "Acme\\u001b[2J\\u202eprоC\\u000d ⚙"


def test_one_story_fits_into_a_narrow_terminal_without_colour(temporary: Path) -> None:
    done = tour(temporary, "--story", "5", "--fast", COLUMNS="48", NO_COLOR="1", FORCE_COLOR="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 · /set-channel-workspaces" not in done.stdout
    assert "\x1b[1m" in done.stdout
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", done.stdout)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    assert max(map(cells, plain.splitlines())) == 48


def test_a_story_that_does_not_end_as_promised_fails_with_the_reason(temporary: Path) -> None:
    done = tour(temporary, "--story", "3", "--fault", "usergroups.disable")
    assert done.returncode == 1
    assert "The tour failed" in done.stdout
    assert "should end “done and proved”." in done.stdout
    assert "Slack answered restricted_action" in done.stdout
    assert "info app.runtime: ready" in done.stdout
    assert list(temporary.iterdir()) == []


def test_an_app_that_cannot_start_fails_the_tour_with_its_last_words(temporary: Path, tmp_path: Path) -> None:
    broken = tmp_path / "clone"
    shutil.copytree(ROOT / "localslack", broken / "localslack", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manifest.yml", broken)
    (broken / "app").mkdir()
    (broken / "app" / "__main__.py").write_text("import sys\nsys.exit('the drawbridge is stuck')\n")
    done = tour(temporary, root=broken)
    assert done.returncode == 1
    assert "The app ended with exit code 1 before it was ready." in done.stdout
    assert "the drawbridge is stuck" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_tour_the_app_and_local_slack(temporary: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-u", "-m", "localslack.tour", "--pace", "0.05"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(temporary), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "Ana types" in line)
        process.send_signal(number)
        rest = process.stdout.read()
    assert process.returncode == 128 + number
    assert "Stopped. Nothing is left behind." in rest
    assert list(temporary.iterdir()) == []
