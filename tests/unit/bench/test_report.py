"""Rows and their goals, the page, and the plots."""

import json
from xml.etree import ElementTree as ET

import pytest

from bench.frame.figures import Spread
from bench.frame.markdown import page, table
from bench.frame.plot import svg, ticks
from bench.frame.report import Goal, Measured, Row, Section

SLOW = Row("Ack, p99", "ms", (12.0, 15.0), (10.0, 10.0), "a bare app", Goal(ratio_most=1.15))
QUICK = Row("Click → call", "ms", (80.0, 100.0), goal=Goal(figure_most=150))
BARE = Row("Transactions", "a second", (9.0, 9.5))
SECTION = Section("Acks & clicks <all>", "Measured so.", (SLOW, QUICK, BARE), ("A note.",))


def measured(section: Section = SECTION) -> Measured:
    return Measured(section, "2026-11-23", 12, "a machine with 2 cores")


class TestGoals:
    def test_a_goal_for_the_ratio_is_judged_by_the_median_round(self) -> None:
        assert SLOW.ratio == Spread(1.2, 1.35, 1.5)
        assert SLOW.met is False
        assert Row("x", "ms", (11.0,), (10.0,), goal=Goal(ratio_most=1.15)).met is True

    def test_a_goal_may_be_a_least(self) -> None:
        goal = Goal(ratio_least=0.87)
        assert Row("x", "requests/s", (90.0,), (100.0,), goal=goal).met is True
        assert Row("x", "requests/s", (80.0,), (100.0,), goal=goal).met is False

    def test_a_goal_for_the_figure_needs_no_yardstick(self) -> None:
        assert QUICK.met is True
        assert Row("x", "ms", (151.0,), goal=Goal(figure_most=150)).met is False
        assert Row("lost", "items", (0.0,), (3.0,), goal=Goal(figure_most=0)).met is True

    def test_both_goals_have_to_be_met(self) -> None:
        both = Goal(ratio_most=2, figure_most=50)
        assert Row("x", "ms", (40.0,), (30.0,), goal=both).met is True
        assert Row("x", "ms", (60.0,), (40.0,), goal=both).met is False
        assert Row("x", "ms", (9.0,), (3.0,), goal=both).met is False

    def test_without_a_ratio_a_goal_for_it_is_missed(self) -> None:
        assert Row("x", "ms", (9.0,), (0.0,), goal=Goal(ratio_most=2)).met is False

    def test_without_a_goal_nothing_is_judged(self) -> None:
        assert BARE.met is None


class TestThePage:
    def test_a_table_tells_figure_yardstick_ratio_and_goal(self) -> None:
        lines = table(SECTION.rows).splitlines()
        assert lines[2] == (
            "| Ack, p99 | 13.5 (12.0–15.0) ms | 10.0 ms, a bare app "
            "| 1.35 (1.20–1.50) × | ≤ 1.15 × | **no** |"
        )
        assert lines[3] == "| Click → call | 90.0 (80.0–100) ms |  |  | ≤ 150 ms | yes |"
        assert lines[4] == "| Transactions | 9.25 (9.00–9.50) a second |  |  |  |  |"

    def test_every_line_of_a_table_has_as_many_cells(self) -> None:
        rows = (*SECTION.rows, Row("a | b", "ms", (1.0,)))
        assert {line.count("|") for line in table(rows).splitlines()} == {7}

    def test_the_page_sums_up_the_goals_and_names_machine_and_command(self) -> None:
        text = page({"ack": measured()}, {"ack": "benchmarks/ack.svg"})
        assert "1 of 2 goals are met." in text
        assert "](benchmarks/ack.svg)" in text
        assert "- A note." in text
        assert "Measured 2026-11-23 in 12 s on a machine with 2 cores; `--only ack`." in text

    def test_figures_come_back_as_they_were_kept(self) -> None:
        kept = json.loads(json.dumps(measured().as_json()))
        assert Measured.from_json(kept) == measured()


class TestPlots:
    def test_a_plot_is_well_formed_with_a_dot_for_every_round(self) -> None:
        root = ET.fromstring(svg(SECTION))
        space = "{http://www.w3.org/2000/svg}"
        dots = root.findall(f"{space}circle")
        assert len(dots) == 8
        assert [dot.get("class") for dot in dots].count("yardstick") == 2
        assert root.findtext(f"{space}title") == "Acks & clicks <all>: every round"

    def test_everything_drawn_lies_within_the_picture(self) -> None:
        root = ET.fromstring(svg(SECTION))
        _, _, width, height = (float(part) for part in str(root.get("viewBox")).split())
        for element in root.iter():
            for name, most in (("x", width), ("cx", width), ("x1", width), ("y", height), ("y2", height)):
                assert 0 <= float(element.get(name, 0)) <= most

    @pytest.mark.parametrize("values", [(0.0,), (0.0, 0.0), (1e9,), (1e-6,)])
    def test_figures_of_any_size_can_be_drawn(self, values: tuple[float, ...]) -> None:
        goal = Goal(figure_most=0)
        ET.fromstring(svg(Section("x", "y", (Row("z", "ms", values, goal=goal),))))

    @pytest.mark.parametrize(
        ("end", "found"),
        [(1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (140, [0, 20, 40, 60, 80, 100, 120, 140]), (4, [0, 1, 2, 3, 4])],
    )
    def test_an_axis_carries_round_numbers(self, end: float, found: list[float]) -> None:
        assert ticks(end) == found

    @pytest.mark.parametrize("end", [1e-9, 0.037, 1.08, 9.99, 1234.5, 1e9])
    def test_an_axis_of_any_length_has_a_few_marks(self, end: float) -> None:
        assert 4 <= len(ticks(end)) <= 10
        assert ticks(end)[-1] <= end * (1 + 1e-6)

    def test_a_section_without_rows_has_no_plot(self) -> None:
        with pytest.raises(ValueError, match="nothing to draw"):
            svg(Section("x", "y", ()))
