"""The preview: stored and read back unchanged, its warnings told the loudest first."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from tests.unit.given import preview

TEXT = st.text(max_size=20)
WARNINGS = st.lists(st.builds(Warning, st.sampled_from(Severity), TEXT), max_size=3).map(tuple)
CARDS = st.builds(
    ItemPreview, TEXT, TEXT, st.lists(st.builds(Fact, TEXT, TEXT), max_size=3).map(tuple), WARNINGS
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
PREVIEWS = st.builds(
    Preview,
    TEXT,
    st.lists(CARDS, max_size=3).map(tuple),
    TEXTS,
    WARNINGS,
    TEXTS,
    TEXT,
    st.dictionaries(TEXT, st.lists(TEXT, max_size=2), max_size=2),
    TEXTS,
)


@given(PREVIEWS)
def test_a_stored_preview_comes_back_as_it_was(given_preview: Preview) -> None:
    assert Preview.from_json(json.loads(json.dumps(given_preview.as_json()))) == given_preview


@given(PREVIEWS)
def test_every_warning_is_told_once_and_the_loudest_first(given_preview: Preview) -> None:
    told = given_preview.all_warnings()
    loudness = [list(Severity).index(warning.severity) for _, warning in told]
    assert loudness == sorted(loudness)
    assert len(told) == len(given_preview.warnings) + sum(len(card.warnings) for card in given_preview.items)


def test_a_warning_of_an_item_carries_the_items_title() -> None:
    assert [(title, warning.severity.value) for title, warning in preview().all_warnings()] == [
        ("Acme (acme, T0ACME0001)", "danger"),
        ("", "caution"),
    ]
