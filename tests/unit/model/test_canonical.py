"""Canonical JSON: one text per value, whatever order people and programs put things in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.canonical import canonical, digest, texts

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def turned_around(value: Any) -> Any:
    """The same value with the keys of every object put in the other way round."""
    if isinstance(value, dict):
        return {key: turned_around(value[key]) for key in reversed(value)}
    return [turned_around(entry) for entry in value] if isinstance(value, list) else value


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@given(VALUES)
def test_the_order_of_keys_never_matters(value: Any) -> None:
    assert canonical(turned_around(value)) == canonical(value)


@given(VALUES, VALUES)
def test_different_values_have_different_digests(one: Any, other: Any) -> None:
    assert (digest(one) == digest(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def test_the_text_is_compact_sorted_and_not_escaped() -> None:
    assert canonical({"b": [1, True, None], "a": "Ü"}) == '{"a":"Ü","b":[1,true,null]}'


def test_a_digest_is_the_sha256_of_that_text() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        [1, 2.5],
        {"a": {"b": [0.1]}},
        (1, (2.0,)),
        {1: "a"},
        {"a": {None: 1}},
        {1, 2},
        b"ab",
    ],
    ids=repr,
)
def test_what_has_no_one_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(["a", 1], ("a", "1")), (("a",), ("a",)), ("abc", ()), (None, ()), ({"a": 1}, ())],
)
def test_only_lists_are_read_as_texts(value: Any, expected: tuple[str, ...]) -> None:
    assert texts(value) == expected
