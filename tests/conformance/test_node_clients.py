"""The official JavaScript clients against local Slack: each file of ``node/`` run by node's own test runner.

Skipped where node is missing or no registry answers; ``DRAWBRIDGE_NODE=required`` makes that a failure.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from localslack.server import LocalSlack
from tests.conformance.clients import MANIFEST

NODE = Path(__file__).with_name("node")
FILES = sorted(path.name for path in NODE.glob("*.test.js"))
OURS = ("EUSAGE", "EINTEGRITY", "EJSONPARSE", "EBADENGINE")  # npm's codes for a fault of this folder


def cannot(reason: str) -> None:
    if os.environ.get("DRAWBRIDGE_NODE") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*command: str, timeout: float, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=NODE,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
    )


@pytest.fixture(scope="module")
def node() -> str:
    """A node with the locked packages beside the tests."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        cannot("node and npm are not installed")
    assert node
    assert npm
    version = run(node, "--version", timeout=20).stdout.strip()
    if not version.startswith("v") or int(version[1:].partition(".")[0]) < 20:
        cannot(f"the official clients need node 20 or newer, not {version}")
    lock = hashlib.sha256((NODE / "package-lock.json").read_bytes()).hexdigest()
    stamp = NODE / "node_modules" / ".installed"
    if not stamp.exists() or stamp.read_text() != lock:
        install(npm)
        stamp.write_text(lock)
    return node


def install(npm: str) -> None:
    """`npm ci`: exactly what the lock file says, and none of the packages' own scripts."""
    quick = ("--fetch-retries=0", "--fetch-timeout=20000", "--ignore-scripts", "--no-audit", "--no-fund")
    try:
        done = run(npm, "ci", *quick, timeout=90)
    except subprocess.TimeoutExpired:
        cannot("npm ci: no registry answered in time")
    if done.returncode == 0:
        return
    code = re.search(r"npm (?:error|ERR!) code (\w+)", done.stdout)
    if code is None or code[1] in OURS:
        pytest.fail(done.stdout)
    cannot(f"npm ci could not get the packages ({code[1]})")


@pytest.fixture(scope="module")
def emulator() -> Iterator[LocalSlack]:
    with LocalSlack(manifest=MANIFEST) as slack:
        yield slack


@pytest.mark.parametrize("file", FILES)
def test_the_javascript_clients(node: str, emulator: LocalSlack, file: str) -> None:
    given = {
        **emulator.env(socket_mode=True),
        **emulator.env(oauth=True),
        "LOCALSLACK_URL": emulator.base_url,
    }
    try:
        done = run(node, "--test", "--test-reporter=spec", file, timeout=90, **given)
    except subprocess.TimeoutExpired as late:
        pytest.fail((late.stdout or b"").decode() + "\n… and did not end")
    assert done.returncode == 0, done.stdout
