"""`audit verify | export | anchor`, with the exit codes a cron job relies on."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.audit.verify import heads
from app.cli.audit import moment
from app.storage import Database
from app.storage.tables import audit_heads
from tests.unit.audit.log import chain, change, remove, tampering, write
from tests.unit.given import ORG

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def five_events(sqlite: Database) -> None:
    write(sqlite, 5)


class TestVerify:
    def test_a_log_that_holds_is_0_and_tells_its_heads(self, run: Run, sqlite: Database) -> None:
        (head,) = heads(sqlite)
        assert run("audit", "verify") == (0, f"ok {ORG}: 5 events, head {head.hash}\n", "")

    def test_a_log_that_does_not_is_1_and_names_the_first_broken_row(
        self, run: Run, sqlite: Database
    ) -> None:
        change(sqlite, 3, actor="W0SOMEBODY")
        code, out, _ = run("audit", "verify")
        assert (code, out) == (1, f"BROKEN {ORG} event 3: its content was changed after it was written\n")

    def test_a_cut_off_end_is_1_against_an_anchor(self, run: Run, sqlite: Database, house: Path) -> None:
        anchor = house / "anchor.jsonl"
        anchor.write_text(run("audit", "anchor")[1])
        assert run("audit", "verify", "--anchor", str(anchor))[0] == 0
        remove(sqlite, 5)
        with tampering(sqlite) as connection:
            connection.execute(audit_heads.update().values(seq=4, hash=chain(sqlite)[-1].hash))
        assert run("audit", "verify")[0] == 0
        code, out, _ = run("audit", "verify", "--anchor", str(anchor))
        assert (code, "an anchor knows event 5" in out) == (1, True)

    def test_an_export_is_an_anchor_too(self, run: Run, sqlite: Database, house: Path) -> None:
        export = house / "export.jsonl"
        export.write_text(run("audit", "export")[1])
        write(sqlite, 1)
        assert run("audit", "verify", "--anchor", str(export))[0] == 0

    @pytest.mark.parametrize("content", [None, "", "not json", '{"seq": 1}'])
    def test_an_anchor_that_cannot_be_read_is_2(self, run: Run, house: Path, content: str | None) -> None:
        anchor = house / "anchor.jsonl"
        if content is not None:
            anchor.write_text(content)
        code, _, err = run("audit", "verify", "--anchor", str(anchor))
        assert (code, err.startswith("The anchor cannot be read: ")) == (2, True)


class TestExport:
    def test_json_lines_go_to_the_output_and_their_number_to_the_errors(
        self, run: Run, sqlite: Database
    ) -> None:
        code, out, err = run("audit", "export")
        assert (code, err) == (0, "5 events\n")
        assert [json.loads(line)["hash"] for line in out.splitlines()] == [
            event.hash for event in chain(sqlite)
        ]

    def test_csv_has_a_header(self, run: Run) -> None:
        _, out, _ = run("audit", "export", "--format", "csv")
        assert [row["seq"] for row in csv.DictReader(io.StringIO(out))] == ["1", "2", "3", "4", "5"]

    @pytest.mark.parametrize(
        ("bounds", "seqs"),
        [
            (["--from", "2026-09-21T14:13:22Z"], [3, 4, 5]),
            (["--to", "2026-09-21T14:13:22Z"], [1, 2]),
            (["--from", "2026-09-21T16:13:22+02:00", "--to", "2026-09-21T14:13:24.000Z"], [3, 4]),
            (["--from", "2026-09-21", "--to", "2026-09-22"], [1, 2, 3, 4, 5]),
            (["--from", "2026-09-22"], []),
            (["--to", "2026-09-21"], []),
        ],
    )
    def test_from_a_moment_on_and_up_to_another(self, run: Run, bounds: list[str], seqs: list[int]) -> None:
        _, out, _ = run("audit", "export", *bounds)
        assert [json.loads(line)["seq"] for line in out.splitlines()] == seqs

    def test_what_is_no_moment_is_2(self, run: Run) -> None:
        code, _, err = run("audit", "export", "--from", "yesterday")
        assert (code, "yesterday" in err) == (2, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-01-31", "2026-01-31T00:00:00.000Z"),
        ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00.000Z"),
        ("2026-01-31T08:00:00", "2026-01-31T08:00:00.000Z"),
        ("2026-01-31T08:00:00.123456+01:00", "2026-01-31T07:00:00.123Z"),
    ],
)
def test_a_moment_is_written_as_the_log_writes_it(text: str, told: str) -> None:
    assert moment(text) == told


def test_the_anchor_is_one_line_for_each_chain(run: Run, sqlite: Database) -> None:
    write(sqlite, 2, "E0TWO00001")
    _, out, _ = run("audit", "anchor")
    assert [json.loads(line) for line in out.splitlines()] == [
        {"enterprise_id": head.enterprise_id, "seq": head.seq, "hash": head.hash} for head in heads(sqlite)
    ]
