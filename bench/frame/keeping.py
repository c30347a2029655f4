"""The figures as files: the page, a plot per section, and the numbers a later run starts from."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.frame.markdown import page
from bench.frame.plot import svg
from bench.frame.report import Measured

PAGE, FOLDER, FIGURES = "benchmarks.md", "benchmarks", "figures.json"


def write(sections: Mapping[str, Measured], order: Iterable[str], docs: Path) -> None:
    """Write everything into the folder of docs, in that order; a section it does not know is dropped."""
    folder = docs / FOLDER
    folder.mkdir(exist_ok=True)
    ordered = {key: sections[key] for key in order if key in sections}
    for key, found in ordered.items():
        (folder / f"{key}.svg").write_text(svg(found.section))
    plots = {key: f"{FOLDER}/{key}.svg" for key in ordered}
    (docs / PAGE).write_text(page(ordered, plots))
    figures = {key: found.as_json() for key, found in ordered.items()}
    (folder / FIGURES).write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


def kept(docs: Path) -> dict[str, Measured]:
    """The last figures of every section, as `write` left them; nothing before the first run."""
    file = docs / FOLDER / FIGURES
    if not file.exists():
        return {}
    return {key: Measured.from_json(data) for key, data in json.loads(file.read_text()).items()}
