"""Higher demands by condition: what they are held against, and how several of them come together."""

import pytest

from app.config import BreakGlass, OperationPolicy, Principal, Raise, Shape
from tests.unit.config.conftest import BASE, keys, parse, problems

OWNER, LEGAL = Principal("role", "org_owner"), Principal("usergroup", "S0LEGAL0001")
BULK = Raise("items > 100", more_than=100, approvals=2, cool_off=900)
PRIVATE = Raise("private_channel", approvals_from=((OWNER, 1), (LEGAL, 1)))


def rules(**changes: object) -> OperationPolicy:
    return OperationPolicy(approvers=(LEGAL,), raises=(BULK, PRIVATE), **changes)  # type: ignore[arg-type]


class TestReading:
    def test_a_raise_is_read_with_its_condition(self) -> None:
        text = """
        [[operations.disconnect-org.raise]]
        when = "items > 100"
        approvals = 2
        approvals_from = [["role:org_owner", 1]]
        cool_off = "15m"

        [[operations.disconnect-org.raise]]
        when = "private_channel"
        approvals = 3
        """
        found = parse(BASE + text).default["disconnect-org"].raises
        assert found == (
            Raise("items > 100", 100, 2, ((OWNER, 1),), 900),
            Raise("private_channel", None, 3),
        )
        assert parse(BASE + text).default["disable-usergroup"].raises == ()

    def test_one_at_the_top_level_counts_where_a_plan_can_be_so(self) -> None:
        book = parse(BASE + '[[raise]]\nwhen = "guest"\napprovals = 2\n').default
        assert [found.when for found in book["disable-usergroup"].raises] == ["guest"]
        assert book["disconnect-org"].raises == ()

    def test_an_unknown_condition_is_told_with_those_there_are(self) -> None:
        (problem,) = problems(BASE + '[[raise]]\nwhen = "full_moon"\napprovals = 2\n')
        assert '"items > 100", "guest", "private_channel"' in problem

    def test_there_are_at_most_six(self) -> None:
        assert keys(BASE + '[[raise]]\nwhen = "guest"\napprovals = 2\n' * 7) == {"raise"}

    def test_the_glass_is_broken_by_nobody_unless_the_file_names_people(self) -> None:
        assert parse(BASE).default.break_glass == BreakGlass((), 60)
        text = '[break_glass]\npeople = ["user:W0OLGA0001"]\ndelay = "2m"\n'
        assert parse(BASE + text).default.break_glass == BreakGlass((Principal("user", "W0OLGA0001"),), 120)


class TestApplying:
    @pytest.mark.parametrize(("items", "approvals"), [(1, 1), (100, 1), (101, 2), (5000, 2)])
    def test_a_bulk_begins_after_its_number(self, items: int, approvals: int) -> None:
        assert rules().raised(Shape(items)).approvals == approvals

    def test_why_is_told_in_words(self) -> None:
        found = rules().raised(Shape(1400, {"private_channel": "3 private channels"}))
        assert found.raised_by == ("1,400 items", "3 private channels")

    def test_without_a_condition_met_the_rules_are_the_plain_ones(self) -> None:
        found = rules().raised(Shape(3))
        assert (found.approvals, found.approvals_from, found.cool_off, found.raised_by) == (1, (), 0, ())

    def test_approvals_grow_to_hold_the_demanded_people(self) -> None:
        found = rules().raised(Shape(3, {"private_channel": "1 private channel"}))
        assert (found.approvals, found.approvals_from) == (2, ((OWNER, 1), (LEGAL, 1)))

    def test_the_strictest_of_several_counts_and_never_less_than_the_rules_themselves(self) -> None:
        found = rules(approvals=4, cool_off=3600, approvals_from=((OWNER, 2),)).raised(
            Shape(101, {"private_channel": "1 private channel"})
        )
        assert (found.approvals, found.cool_off) == (4, 3600)
        assert dict(found.approvals_from) == {OWNER: 2, LEGAL: 1}

    def test_who_is_demanded_may_approve_only_then(self) -> None:
        assert rules().all_approvers() == (LEGAL, OWNER)
        assert rules().raised(Shape(3)).all_approvers() == (LEGAL,)
        assert OWNER in rules().raised(Shape(3, {"private_channel": "one"})).all_approvers()
