"""Draws a section as SVG: one strip per row, a dot for every round, a bar at the median, a line at the goal.

Hand-written because it is little: a plotting library would weigh more than everything else the bench needs.
"""

import math
from xml.etree import ElementTree as ET

from bench.frame.figures import spread
from bench.frame.report import Row, Section

_WIDTH, _LEFT, _RIGHT = 860, 20, 20
_STRIP, _TOP = 78, 34
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
text.ours, text.yardstick { stroke: none } .small { font-size: 11px; fill: #57606a }
.axis { stroke: #d0d7de } .ours { fill: #0969da; stroke: #0969da }
.yardstick { fill: #9a6700; stroke: #9a6700 }
.goal { stroke: #cf222e; stroke-dasharray: 4 3 } .paper { fill: #ffffff }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1 } .axis { stroke: #3d444d } .paper { fill: #0d1117 }
.ours { fill: #4493f8; stroke: #4493f8 } .yardstick { fill: #d29922; stroke: #d29922 }
.goal { stroke: #f85149 }
}
"""


def svg(section: Section) -> str:
    """The section's picture. Raises ValueError for one without rows."""
    if not section.rows:
        raise ValueError("nothing to draw")
    height = _TOP + _STRIP * len(section.rows)
    root = ET.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=str(_WIDTH),
        height=str(height),
        role="img",
    )
    ET.SubElement(root, "title").text = f"{section.title}: every round"
    ET.SubElement(root, "style").text = _STYLE
    ET.SubElement(root, "rect", {"class": "paper", "width": "100%", "height": "100%"})
    _text(root, _LEFT, 20, "● Drawbridge", "ours")
    _text(root, _LEFT + 110, 20, "● yardstick", "yardstick")
    _line(root, _LEFT + 214, 16, _LEFT + 238, 16, "goal")
    _text(root, _LEFT + 244, 20, "goal")
    for place, row in enumerate(section.rows):
        _strip(root, row, _TOP + place * _STRIP)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def ticks(end: float) -> list[float]:
    """Round numbers from 0 up to the end, four to nine of them: steps of 1, 2 or 5 times a power of ten."""
    rough = end / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = max(part * power for part in (1, 2, 5) if part * power <= rough * (1 + 1e-9))
    return [round(number * step, 12) for number in range(int(end / step * (1 + 1e-9)) + 1)]


def _strip(root: ET.Element, row: Row, top: int) -> None:
    goal = _goal_figure(row)
    end = 1.08 * max([*row.ours, *row.yardstick, *([goal] if goal is not None else []), 1e-9])
    against = f", against {row.against}" if row.against else ""
    _text(root, _LEFT, top + 12, f"{row.what} ({row.unit}){against}")
    base = top + 56
    _line(root, _LEFT, base, _WIDTH - _RIGHT, base, "axis")
    for value in ticks(end):
        x = _x(value, end)
        _line(root, x, base, x, base + 4, "axis")
        _text(root, x, base + 15, f"{value:,g}", "small", anchor="middle" if value else "start")
    _dots(root, row.ours, end, top + 28, "ours")
    _dots(root, row.yardstick, end, top + 44, "yardstick")
    if goal is not None:
        _line(root, _x(goal, end), top + 20, _x(goal, end), base, "goal")


def _dots(root: ET.Element, values: tuple[float, ...], end: float, y: int, style: str) -> None:
    for value in values:
        where = {"cx": f"{_x(value, end):.1f}", "cy": str(y), "r": "4"}
        ET.SubElement(root, "circle", {"class": style, "fill-opacity": "0.45", "stroke": "none", **where})
    if values:
        x = _x(spread(values).median, end)
        _line(root, x, y - 7, x, y + 7, style)


def _goal_figure(row: Row) -> float | None:
    """Where the goal lies on the row's own axis; a goal for the ratio by the yardstick's median."""
    if row.goal is None:
        return None
    if row.goal.figure_most is not None:
        return row.goal.figure_most
    share = row.goal.ratio_most if row.goal.ratio_most is not None else row.goal.ratio_least
    return None if share is None or row.held_against is None else share * row.held_against.median


def _x(value: float, end: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * value / end


def _text(
    root: ET.Element, x: float, y: float, text: str, style: str = "", anchor: str = "start"
) -> ET.Element:
    found = ET.SubElement(root, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor})
    if style:
        found.set("class", style)
    found.text = text
    return found


def _line(root: ET.Element, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    ET.SubElement(root, "line", {"class": style, **{name: f"{at:.1f}" for name, at in ends.items()}})
