"""Taking people off the password policy: nobody who decides is locked out, one bad id stops no other."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.form import Entries
from app.model.plan import Item, Plan
from app.model.preview import Severity
from app.operations import OPERATIONS
from app.operations.contract import Call, Finished, Site, Standing
from app.operations.remove_policy_users.people import facts_of, roles
from app.slack.directory.live import POLICY
from app.slack.directory.snapshot import Entry
from tests.unit.given import NOW, ORG, Town, account, somebody
from tests.unit.operations.conftest import PlainRails

OPERATION = OPERATIONS["remove-policy-users"]
assert OPERATION.undo is not None
UNDO = OPERATION.undo
EVE, FIN, OWEN, PAT = "W0EVE00001", "W0FIN00001", "W0OWEN0001", "W0PAT00001"


@pytest.fixture
def town(town: Town) -> Town:
    town.policy = {EVE: NOW // 1000, FIN: 0, OWEN: 0}
    town.people = {
        EVE: somebody(EVE, name="Eve"),
        FIN: somebody(FIN, deleted=True),
        OWEN: somebody(OWEN, org_owner=True),
        PAT: somebody(PAT, org_owner=True),
    }
    town.roster = [account(EVE), account(OWEN, "owner", has_sso=False), account(PAT, "owner")]
    return town


def pasted(*said: str, chosen: tuple[str, ...] = ()) -> Entries:
    picked = [{"value": key, "text": key} for key in chosen]
    return Entries({"pasted": "\n".join(said), "users": picked})


def items(*keys: str, role: str = "member") -> tuple[Item, ...]:
    return tuple(Item(key, f"Name of {key}", {"user": key}, facts_of(True, role), ()) for key in keys)


def plan(*found: Item, undo_of: str | None = None) -> Plan:
    return Plan(ORG, OPERATION.key, {}, found, undo_of)


class TestThePlan:
    def planned(self, site: Callable[..., Site], entries: Entries, **rules: Any) -> Any:
        return OPERATION.plan(entries, site(**rules))

    def test_people_are_found_by_id_and_by_address(self, site: Callable[..., Site]) -> None:
        planned = self.planned(site, pasted("Eve@no.example", "W0EVE00001@EXAMPLE.com", OWEN, chosen=(FIN,)))
        assert [item.key for item in planned.plan.items] == [FIN, EVE, OWEN]
        assert [item.facts["role"] for item in planned.plan.items] == ["gone", "member", "owner"]
        assert [(problem.subject, problem.code) for problem in planned.problems] == [
            ("Eve@no.example", "not_found")
        ]
        assert planned.plan.items[1].holds == (f"policy-user:{EVE}",)

    def test_whoever_is_not_on_the_policy_is_left_out_and_said_so(self, site: Callable[..., Site]) -> None:
        planned = self.planned(site, pasted(EVE, PAT))
        assert [item.key for item in planned.plan.items] == [EVE]
        assert [(problem.subject, problem.code) for problem in planned.problems] == [
            (f"Name of {PAT} ({PAT})", "already")
        ]

    @pytest.mark.parametrize("text", ["eve", "U", "w0eve00001", "W0EVE 0001", "C0LOBBY001"])
    def test_what_is_no_id_is_refused(self, site: Callable[..., Site], text: str) -> None:
        planned = self.planned(site, pasted(text))
        assert planned.plan is None
        assert [problem.code for problem in planned.problems] == ["invalid_id"]

    def test_whoever_is_said_twice_counts_once(self, site: Callable[..., Site]) -> None:
        planned = self.planned(site, pasted(EVE, EVE, "w0eve00001@example.com"))
        assert len(planned.plan.items) == 1
        assert [problem.code for problem in planned.problems] == ["duplicate", "duplicate"]

    def test_more_than_the_policy_allows_is_no_plan(self, site: Callable[..., Site]) -> None:
        planned = self.planned(site, pasted(EVE, FIN), max_items=1)
        assert (planned.plan, [problem.code for problem in planned.problems]) == (None, ["too_many_items"])

    def test_those_who_may_be_locked_out_come_first(self, site: Callable[..., Site]) -> None:
        preview = self.planned(site, pasted(EVE, FIN, OWEN)).preview
        assert [item.key for item in preview.items][-1] == EVE
        assert {warning.severity for warning in preview.items[0].warnings} >= {Severity.DANGER}
        (warning,) = preview.warnings
        assert warning.text.startswith("2 people may be locked out: ")

    def test_when_nobody_is_at_risk_nothing_is_loud(self, site: Callable[..., Site]) -> None:
        assert self.planned(site, pasted(EVE)).preview.warnings == ()

    @pytest.mark.parametrize(
        ("role", "words"), [("guest", "A guest"), ("admin", "An org admin"), ("owner", "An org owner")]
    )
    def test_a_special_role_is_a_warning(
        self, site: Callable[..., Site], town: Town, role: str, words: str
    ) -> None:
        town.people[EVE] = somebody(
            EVE, guest=role == "guest", org_admin=role == "admin", org_owner=role == "owner"
        )
        preview = self.planned(site, pasted(EVE)).preview
        assert [warning.text.startswith(words) for warning in preview.items[0].warnings] == [True]


class TestRoles:
    def test_few_people_are_asked_for_one_by_one(self, town: Town) -> None:
        assert roles(town, [EVE, FIN, OWEN, "W0NOBODY01"], 4) == {
            EVE: "member",
            FIN: "gone",
            OWEN: "owner",
            "W0NOBODY01": "gone",
        }
        assert set(town.asked) == {"users.info"}

    def test_many_are_found_in_the_list(self, town: Town) -> None:
        assert roles(town, [EVE, OWEN, FIN], 51) == {EVE: "member", OWEN: "owner", FIN: "gone"}
        assert set(town.asked) == {"admin.users.list"}


class TestPackingAndSplitting:
    @given(st.integers(0, 260))
    def test_fifty_a_call_and_each_person_in_exactly_one(self, number: int) -> None:
        keys = [f"W{at:09}" for at in range(number)]
        calls = OPERATION.do.pack(items(*keys))
        assert [key for call in calls for key in call.keys] == keys
        assert all(1 <= len(call.keys) <= 50 for call in calls)
        assert all(call.arguments == {**POLICY, "entity_ids": list(call.keys)} for call in calls)

    @given(st.integers(2, 50), st.data())
    def test_splitting_ends_with_the_bad_one_alone_and_loses_nobody(
        self, number: int, data: st.DataObject
    ) -> None:
        keys = [f"W{at:09}" for at in range(number)]
        bad = data.draw(st.sampled_from(keys))
        (call,) = OPERATION.do.pack(items(*keys))
        done, waiting = [], [call]
        while waiting:
            now = waiting.pop()
            smaller = OPERATION.do.split(now, "entity_not_found") if bad in now.keys else []
            waiting += smaller
            done += [] if smaller else [now]
        assert sorted(key for found in done for key in found.keys) == keys
        assert [found.keys for found in done if bad in found.keys] == [(bad,)]

    @pytest.mark.parametrize(
        ("code", "parts"), [("entity_not_found", 2), ("invalid_arguments", 2), ("ratelimited", 0)]
    )
    def test_only_an_error_about_one_of_them_splits(self, code: str, parts: int) -> None:
        (call,) = OPERATION.do.pack(items(EVE, FIN, OWEN))
        smaller = OPERATION.do.split(call, code)
        assert [len(part.keys) for part in smaller] == [1, 2][:parts]
        assert all(part.method == call.method for part in smaller)

    def test_one_alone_is_not_split(self) -> None:
        assert OPERATION.do.split(Call("m", {}, (EVE,)), "entity_not_found") == []


class TestTheEffect:
    def test_whoever_is_on_the_policy_is_not_off_it(self, town: Town) -> None:
        found = plan(*items(EVE), *items(PAT))
        sights = OPERATION.do.look(found, found.items, town)
        assert (sights[EVE].standing, sights[EVE].facts) == (Standing.NOT_YET, facts_of(True, "member"))
        assert (sights[PAT].standing, sights[PAT].note) == (
            Standing.REACHED,
            f"Name of {PAT} is not on the policy.",
        )

    def test_only_roles_of_those_who_wait_are_asked_for(self, town: Town) -> None:
        OPERATION.do.look(plan(*items(PAT)), items(PAT), town)
        assert town.asked == ["admin.auth.policy.getEntities"]

    def test_a_role_that_changed_since_is_drift(self, town: Town) -> None:
        found = plan(*items(OWEN, role="member"))
        facts = OPERATION.do.look(found, found.items, town)[OWEN].facts
        assert facts is not None
        assert OPERATION.do.drift(found.items[0].facts, facts).changes == ("role: was member, is owner",)

    def test_putting_back_is_the_same_the_other_way_round(self, town: Town) -> None:
        found = plan(*items(EVE, PAT), undo_of="R7K3QF2WXA")
        sights = UNDO.look(found, found.items, town)
        assert [sights[key].standing for key in (EVE, PAT)] == [Standing.REACHED, Standing.NOT_YET]
        assert UNDO.pack(found.items)[0].method == "admin.auth.policy.assignEntities"


class TestTheWayBack:
    def undo(self, site: Callable[..., Site], *keys: str) -> Any:
        planned = OPERATION.plan(pasted(EVE, FIN), site())
        assert planned.plan is not None
        assert planned.preview is not None
        return OPERATION.plan_undo, Finished("R7K3QF2WXA", planned.plan, planned.preview, keys)

    def test_whoever_is_off_now_is_put_back(self, site: Callable[..., Site], town: Town) -> None:
        undo, finished = self.undo(site, EVE, FIN)
        del town.policy[EVE]
        planned = undo(finished, site())
        assert [item.key for item in planned.plan.items] == [EVE]
        assert planned.plan.items[0].facts == facts_of(False, "member")
        assert planned.preview.headline == "Put 1 person back on the e-mail and password policy"
        assert [problem.code for problem in planned.problems] == ["already"]

    def test_nobody_off_is_no_plan(self, site: Callable[..., Site]) -> None:
        undo, finished = self.undo(site, EVE)
        assert undo(finished, site()).plan is None


class TestGuardrails:
    def codes(self, rails: PlainRails, town: Town, found: Plan) -> list[tuple[str, str]]:
        return [(problem.subject, problem.code) for problem in OPERATION.guard(found, rails, town)]

    def test_the_account_drawbridge_acts_with_is_never_locked_out(
        self, rails: PlainRails, town: Town
    ) -> None:
        (problem,) = OPERATION.guard(plan(*items("W0ADMIN001")), rails, town)
        assert problem.code == "admin_account"
        assert (
            problem.sentence == "Drawbridge acts with this account; locked out, it could not even undo this."
        )

    def test_no_approver_is(self, rails: PlainRails, town: Town) -> None:
        (problem,) = OPERATION.guard(plan(*items("W0BEN00001")), rails, town)
        assert problem.code == "approver"
        assert problem.sentence == "An approver; nobody who decides here may be locked out from here."

    def test_nor_is_the_last_owner_on_the_policy(self, rails: PlainRails, town: Town) -> None:
        (problem,) = OPERATION.guard(plan(*items(OWEN, role="owner")), rails, town)
        assert problem.code == "last_owner"
        assert problem.sentence == "The last org owner who could sign in without SSO; keep one on the policy."

    def test_an_owner_may_go_while_another_stays(self, rails: PlainRails, town: Town) -> None:
        town.policy[PAT] = 0
        assert self.codes(rails, town, plan(*items(OWEN, role="owner"))) == []

    def test_but_not_both_at_once(self, rails: PlainRails, town: Town) -> None:
        town.policy[PAT] = 0
        both = self.codes(rails, town, plan(*items(OWEN, PAT, role="owner")))
        assert [code for _, code in both] == ["last_owner", "last_owner"]

    def test_a_plan_without_owners_asks_for_none(self, rails: PlainRails, town: Town) -> None:
        assert self.codes(rails, town, plan(*items(EVE))) == []
        assert town.asked == []

    def test_putting_people_back_harms_nobody(self, rails: PlainRails, town: Town) -> None:
        assert self.codes(rails, town, plan(*items("W0ADMIN001", "W0BEN00001"), undo_of="R1")) == []


class TestTheForm:
    def test_somebody_must_be_chosen_or_pasted(self) -> None:
        assert set(OPERATION.missing(pasted(" "))) == {"users"}
        assert OPERATION.missing(pasted(EVE)) == OPERATION.missing(pasted(chosen=(EVE,))) == {}

    def test_text_after_the_command_is_chosen_if_it_names_one(self, site: Callable[..., Site]) -> None:
        here = site()
        here.snapshots.store(ORG, "policy_users", [Entry(EVE, "Eve", "eve@example.com")])
        assert OPERATION.prefill("eve@example.com", here) == {"users": [{"value": EVE, "text": "Eve"}]}
        assert OPERATION.prefill("a@x.com, b@x.com", here) == {"pasted": "a@x.com\nb@x.com"}
