"""Names a tired person could take for one another are told; plainly different ones are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.operations.lookalikes import lookalikes, skeleton
from tests.unit.given import HOSTILE, org


def alike(one: str, other: str) -> bool:
    found = lookalikes(org("T1", one, "first-domain-one"), [org("T2", other, "quite.another")])
    return bool(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acme"),
        ("Acme", "ACME"),
        ("Acme", "Acme!"),
        ("Acme Inc.", "Acme, Inc"),
        ("Acme", "Аcme"),  # Cyrillic А
        ("Acme", "Αcme"),  # Greek capital alpha
        ("Pepsico", "Рерsісо"),  # Cyrillic but for two letters
        ("Acme", "Ácmé"),
        ("Acme", "ＡＣＭＥ"),
        ("Acme", "𝐀𝐜𝐦𝐞"),
        ("Modern", "Modem"),
        ("Barnes", "Bames"),
        ("Google", "G00gle"),
        ("Lilly", "Lil1y"),
        ("Northwind", "Northwind Traders"),
        ("Acme Industries", "Acme Industris"),
        ("Acme Industries", "Acme Indutsries"),
        ("Northwind", "North-wind"),
        ("Acme", "A\u200bcme"),
    ],
)
def test_lookalikes_are_told(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Globex"),
        ("Acme", "Acme Research and Development"),
        ("Initech", "Umbrella"),
        ("Stark Industries", "Wayne Enterprises"),
        ("Blue Ocean", "Red Ocean Capital"),
        ("ABC", "ABD"),
        ("Meta", "Beta"),
        ("Contoso", "Fabrikam"),
        ("", "Acme"),
        ("", ""),
        ("!!!", "???"),
    ],
)
def test_plainly_different_names_raise_no_alarm(one: str, other: str) -> None:
    assert not alike(one, other)


def test_a_domain_alone_is_enough() -> None:
    ours, theirs = org("T1", "Acme", "northwind"), org("T2", "Globex", "n0rthwind")
    assert lookalikes(ours, [theirs]) == [theirs]


def test_the_most_deceptive_comes_first() -> None:
    ours = org("T1", "Northwind", "northwind")
    others = [
        org("T4", "Northwind Traders", "nwt"),
        org("T3", "northwind", "nw"),
        org("T2", "Nоrthwind", "n-w"),
    ]
    assert [found.id for found in lookalikes(ours, others)] == ["T2", "T3", "T4"]


def test_nobody_is_a_lookalike_of_themselves() -> None:
    acme = org("T1", "Acme", "acme")
    assert lookalikes(acme, [acme, org("T2", "Globex", "globex")]) == []


@given(st.text())
def test_a_skeleton_holds_letters_and_digits_only(name: str) -> None:
    found = skeleton(name)
    assert found == found.casefold() or not found.isascii()
    assert not set(found) & set(" _-.,!\n\t")


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_compared_like_any_other(name: str) -> None:
    assert lookalikes(org("T1", name, "a"), [org("T2", "Globex", "globex")]) == []
