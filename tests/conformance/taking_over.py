"""One process of a story about takeover: it begins a workflow and dies in the middle, or takes one over.

Run as `python -m tests.conformance.taking_over die|take-over <database url> <diary>`.
"""

import os
import sys
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


def main(role: str, url: str, diary: str) -> None:
    """Play that part."""
    database = Database(url)
    migrate(database)
    engine = Engine(database)
    engine.prepare()

    @DBOS.workflow(name="story")
    def story() -> None:
        DBOS.run_step({"name": "one"}, note, diary, "one")
        DBOS.run_step({"name": "two"}, die_or_note, diary, role == "die")
        DBOS.run_step({"name": "three"}, note, diary, "three")

    engine.launch()
    if role == "die":
        with SetWorkflowID(WORKFLOW):
            DBOS.start_workflow(story).get_result()
    else:
        take_over(engine, diary)
    engine.stop()


def take_over(engine: Engine, diary: str) -> None:
    """Recover what the dead left, twice, and tell how often somebody was found dead."""
    found = engine.take_over()
    DBOS.retrieve_workflow(WORKFLOW).get_result()
    note(diary, f"found {found}, then {engine.take_over()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
