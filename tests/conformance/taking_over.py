"""One process of a story about takeover: it begins a workflow and dies in the middle, or takes one over.

Run as `python -m tests.conformance.taking_over die|take-over|strand <database url> <diary>`.
"""

import os
import sys
import time
from pathlib import Path

from dbos import DBOS, SetWorkflowID

from app.execution.engine import Engine
from app.storage import Database
from app.storage.migrate import migrate

WORKFLOW = "exec-R7K3QF2WXA"


def note(diary: str, line: str) -> None:
    """Write a line that survives this process."""
    with Path(diary).open("a") as out:
        out.write(f"{line}\n")


def die_or_note(diary: str, dies: bool) -> None:
    """The second step: a power cut in the first process, a line in the next."""
    if dies:
        os._exit(9)
    note(diary, "two")


class Stranding:
    """The second step of a process whose thread ends without a word the first time."""

    def __init__(self, diary: str) -> None:
        self._diary, self._ended = diary, False

    def __call__(self) -> None:
        """Come to nothing, which DBOS does not get to write down; the next time note it."""
        if not self._ended:
            self._ended = True
            sys.exit()
        note(self._diary, "two")


def main(role: str, url: str, diary: str) -> None:
    """Play that part."""
    database = Database(url)
    migrate(database)
    engine = Engine(database)
    engine.prepare()

    stranding = Stranding(diary)

    @DBOS.workflow(name="story")
    def story() -> None:
        DBOS.run_step({"name": "one"}, note, diary, "one")
        if role == "strand":
            DBOS.run_step({"name": "two"}, stranding)
        else:
            DBOS.run_step({"name": "two"}, die_or_note, diary, role == "die")
        DBOS.run_step({"name": "three"}, note, diary, "three")

    engine.launch()
    if role == "die":
        with SetWorkflowID(WORKFLOW):
            DBOS.start_workflow(story).get_result()
    elif role == "strand":
        with SetWorkflowID(WORKFLOW):
            DBOS.start_workflow(story)
        revive(engine, diary)
    else:
        take_over(engine, diary)
    engine.stop()


def revive(engine: Engine, diary: str) -> None:
    """Look until the workflow has been found standing still, and then once more."""
    found = 0
    while not found:
        time.sleep(0.2)
        found = engine.take_over()
    DBOS.retrieve_workflow(WORKFLOW).get_result()
    note(diary, f"found {found}, then {engine.take_over()}")


def take_over(engine: Engine, diary: str) -> None:
    """Recover what the dead left, twice, and tell how often somebody was found dead."""
    found = engine.take_over()
    DBOS.retrieve_workflow(WORKFLOW).get_result()
    note(diary, f"found {found}, then {engine.take_over()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
