"""From what people said to the one thing they meant, or a sentence why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.form import Said
from app.operations.targets import Names, too_many
from app.slack.directory import ExternalOrg
from tests.unit.given import org

NAMES = Names[ExternalOrg](
    noun="external organization",
    plural="external organizations",
    id_of=lambda found: found.id,
    words_of=lambda found: (found.name, found.domain),
    describe=lambda found: f"{found.name} ({found.id})",
)
ACME = org("T0ACME0001", "Acme", "acme")
LABS = org("T0ACME0002", "Acme Labs", "acme-labs")
TWIN = org("T0ACME0003", "ACME", "acme-twin")
NAMELESS = org("T0NONAME01", "", "")
EVERY = [ACME, LABS, TWIN, NAMELESS]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T0ACME0001", [ACME]),
        ("t0acme0001", [ACME]),
        ("acme-labs", [LABS]),
        ("@acme-labs", [LABS]),
        ("  Acme Labs ", [LABS]),
        ("ＡＣＭＥ Labs", [LABS]),
        ("acme", [ACME, TWIN]),
        ("acm", []),
        ("", []),
        ("#", []),
    ],
)
def test_a_text_finds_by_id_else_by_any_whole_word(text: str, found: list[ExternalOrg]) -> None:
    assert NAMES.among(EVERY).find(text) == found


def test_an_id_wins_over_a_name_that_spells_the_same() -> None:
    impostor = org("T0EVIL0001", "T0ACME0001", "evil")
    assert NAMES.among([impostor, ACME]).find("T0ACME0001") == [ACME]


def test_everything_said_is_found_or_explained() -> None:
    told = NAMES.among(EVERY).resolve(
        [Said("acme-labs"), Said("T0NOBODY01"), Said("acme"), Said("T0ACME0002", line=7)]
    )
    found, problems = told.found, told.problems
    assert found == [LABS]
    assert [(problem.subject, problem.code) for problem in problems] == [
        ("T0NOBODY01", "not_found"),
        ("acme", "ambiguous"),
        ("T0ACME0002", "duplicate"),
    ]
    assert "Acme (T0ACME0001) and ACME (T0ACME0003)" in problems[1].sentence
    assert "more than once" in problems[2].sentence


@given(
    st.lists(st.sampled_from(["acme-labs", "T0ACME0001", "acme", "nobody", "T0ACME0002", ""]), max_size=12)
)
def test_every_text_ends_in_a_target_or_a_problem_and_no_target_comes_twice(said: list[str]) -> None:
    told = NAMES.among(EVERY).resolve(map(Said, said))
    found, problems = told.found, told.problems
    assert len(found) == len({thing.id for thing in found})
    assert len(found) + len(problems) == len(said)


def test_too_many_is_a_problem_that_says_how_many_may_be() -> None:
    assert too_many(3, 3, ("channel", "channels")) is None
    problem = too_many(4, 3, ("channel", "channels"))
    assert problem is not None
    assert (problem.code, problem.subject) == ("too_many_items", "")
    assert problem.sentence == "4 channels in one request; the policy allows 3. File several requests."
