"""What a run leaves behind, and what a later run of one section keeps of it."""

from pathlib import Path
from xml.etree import ElementTree as ET

from bench.frame.keeping import kept, write
from bench.frame.report import Measured, Row, Section

ORDER = ("ack", "bulk", "page")


def measured(title: str, figure: float = 1.0) -> Measured:
    section = Section(title, "So.", (Row("Time", "ms", (figure,)),))
    return Measured(section, "2026-11-23", 3, "a machine")


def test_before_the_first_run_there_is_nothing(tmp_path: Path) -> None:
    assert kept(tmp_path) == {}


def test_a_run_leaves_the_page_a_plot_per_section_and_its_figures(tmp_path: Path) -> None:
    write({"bulk": measured("Bulk"), "ack": measured("Acks")}, ORDER, tmp_path)
    page = (tmp_path / "benchmarks.md").read_text()
    assert page.index("## Acks") < page.index("## Bulk")
    for key in ("ack", "bulk"):
        assert f"](benchmarks/{key}.svg)" in page
        ET.fromstring((tmp_path / "benchmarks" / f"{key}.svg").read_text())


def test_a_later_run_of_one_section_keeps_the_others(tmp_path: Path) -> None:
    write({"ack": measured("Acks", 1.0), "bulk": measured("Bulk", 2.0)}, ORDER, tmp_path)
    write(kept(tmp_path) | {"ack": measured("Acks", 9.0)}, ORDER, tmp_path)
    assert kept(tmp_path) == {"ack": measured("Acks", 9.0), "bulk": measured("Bulk", 2.0)}
    page = (tmp_path / "benchmarks.md").read_text()
    assert "| Time | 9.00 ms |" in page
    assert "| Time | 2.00 ms |" in page


def test_a_section_that_is_measured_no_more_is_dropped(tmp_path: Path) -> None:
    write({"ack": measured("Acks"), "gone": measured("Gone")}, ORDER, tmp_path)
    assert list(kept(tmp_path)) == ["ack"]
