"""What holds for all pages: version, links, no index of packages, CI."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from app import __version__
from tests.unit.docs.pages import ROOT, anchors, files, links, read

PAGES = list(files("*.md"))


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\] - (\d{4}-\d{2}-\d{2})$", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0][0] == __version__
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == __version__


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in links(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def test_nothing_names_an_index_of_packages() -> None:
    index = re.compile(r"(?<!no-emit-)\bindex[-_]url\b|/simple/?(\s|$|\")|\bfind[-_]links\s*=", re.IGNORECASE)
    for path in [
        *files(
            "*.md", "*.txt", "*.toml", "*.yml", "*.yaml", "*.cfg", "*.ini", "Makefile", "run", ".env.example"
        )
    ]:
        found = index.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_ci_runs_what_people_run() -> None:
    script = ROOT / ".ci/run"
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n") and "set -euo pipefail" in text
    assert "make test" in text and "make lint" in text
