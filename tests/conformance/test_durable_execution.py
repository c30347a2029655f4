"""DBOS as Drawbridge relies on it, its private recovery call included: to be run at every upgrade."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from dbos import DBOS
from dbos._core import ActiveWorkflowById

from app.storage import Database
from app.storage.tables import heartbeats
from tests.conftest import KINDS

ROOT = Path(__file__).parents[2]


class Story:
    """Processes on one database, and the diary they write."""

    def __init__(self, url: str, diary: Path) -> None:
        self.url, self.diary = url, diary

    def begin(self, role: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.conformance.taking_over", role, self.url, str(self.diary)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)

    def ended(self, process: subprocess.Popen[str]) -> int:
        _, err = process.communicate(timeout=60)
        assert process.returncode in (0, 9), err
        return process.returncode

    def forget_the_dead(self) -> None:
        """As if their last beat were long ago."""
        database = Database(self.url)
        with database.write() as connection:
            connection.execute(heartbeats.delete())
        database.close()

    def steps(self) -> dict[str, int]:
        """How often each step was carried out."""
        lines = self.diary.read_text().splitlines()
        return dict(Counter(line for line in lines if not line.startswith("found")))

    def found(self) -> list[str]:
        """How many dead processes each of the living found, at its first and at its second look."""
        return [line for line in self.diary.read_text().splitlines() if line.startswith("found")]


@pytest.fixture(params=KINDS)
def story(request: pytest.FixtureRequest, new_database: Callable[[str], str], folder: Path) -> Story:
    found = Story(new_database(request.param), folder / "diary")
    assert found.ended(found.begin("die")) == 9
    assert found.steps() == {"one": 1}
    found.forget_the_dead()
    return found


def test_a_dead_processs_workflow_goes_on_where_it_stood_exactly_once_and_never_again(story: Story) -> None:
    for _ in range(2):
        assert story.ended(story.begin("take-over")) == 0
        assert story.steps() == {"one": 1, "two": 1, "three": 1}
    assert story.found() == ["found 1, then 0", "found 0, then 0"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_workflow_whose_thread_ended_without_a_word_goes_on_in_the_process_that_owns_it(
    new_database: Callable[[str], str], folder: Path, kind: str
) -> None:
    story = Story(new_database(kind), folder / "diary")
    assert story.ended(story.begin("strand")) == 0
    assert story.steps() == {"one": 1, "two": 1, "three": 1}
    assert story.found() == ["found 1, then 0"]


def test_two_that_take_over_at_once_do_not_do_it_twice(
    new_database: Callable[[str], str], folder: Path
) -> None:
    story = Story(new_database("postgresql"), folder / "diary")
    assert story.ended(story.begin("die")) == 9
    story.forget_the_dead()
    both = [story.begin("take-over") for _ in range(2)]
    assert [story.ended(process) for process in both] == [0, 0]
    assert story.steps() == {"one": 1, "two": 1, "three": 1}


def test_the_private_calls_are_still_there() -> None:
    assert callable(DBOS._recover_pending_workflows)
    assert callable(ActiveWorkflowById.activeList)
