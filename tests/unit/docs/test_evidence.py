"""The evidence page: every event, every part of the file, and the verifier that needs nothing of ours."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from app.audit.chain import append
from app.audit.events import Event
from app.audit.export import events, write_jsonl
from app.model.canonical import Json
from app.model.lifecycle import Outcome, State
from app.slack.errors import ErrorClass
from app.storage import Database
from app.storage.migrate import migrate
from tests.unit.docs.pages import quoted, read, rows, section


def test_every_audit_event_is_explained() -> None:
    explained = {
        name for row in rows(section(read("docs/evidence.md"), "The events")) for name in quoted(row[0])
    }
    assert explained == {event.value for event in Event}


def test_every_state_and_outcome_is_explained() -> None:
    table = rows(section(read("docs/operating.md"), "States and outcomes"))
    explained = {name for row in table for name in quoted(row[0])}
    assert explained == {*State, *Outcome}


def test_every_error_class_is_explained() -> None:
    table = rows(section(read("docs/operating.md"), "Error classes"))
    assert [quoted(row[0])[0] for row in table] == list(ErrorClass)


def test_the_page_s_own_verifier_accepts_an_export_and_finds_a_change(
    new_database: Callable[[str], str], tmp_path: Path
) -> None:
    database = Database(new_database("sqlite"))
    migrate(database)
    for org in ("E0ONE", "E0TWO"):
        with database.write(org) as connection:
            for number in range(5):
                body: dict[str, Json] = {"number": number, "name": "Müller & Söhne – «Ö»"}
                append(connection, enterprise_id=org, at=number, event=Event.CALL_SENT, actor="U1", body=body)
    out = io.StringIO()
    with database.read() as connection:
        write_jsonl(events(connection), out)
    database.close()
    assert verified(out.getvalue(), tmp_path) == (0, "ok")
    changed = out.getvalue().replace(r"\"number\":3", r"\"number\":7", 1)
    assert verified(changed, tmp_path) == (1, "broken: E0ONE event 4")
    removed = "".join(
        out.getvalue().splitlines(keepends=True)[:2] + out.getvalue().splitlines(keepends=True)[3:]
    )
    assert verified(removed, tmp_path) == (1, "broken: E0ONE event 4")


def verified(export: str, folder: Path) -> tuple[int, str]:
    """Run the page's script over an export: exit code, and what it says."""
    script = re.search(r"```python\n(.*?)```", read("docs/evidence.md"), re.DOTALL)
    assert script is not None
    (folder / "verify.py").write_text(script[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, folder / "verify.py"], input=export, capture_output=True, text=True, encoding="utf-8"
    )
    return done.returncode, (done.stdout or done.stderr).strip()
