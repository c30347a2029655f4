"""Taking people off the policy and putting them back, and seeing whether it took effect."""

from collections.abc import Sequence

from app.model.plan import Item, Plan
from app.operations.contract import Call, Move, Patience, Sight, Standing
from app.operations.remove_policy_users.people import facts_of, roles
from app.slack.directory import Live
from app.slack.directory.live import POLICY

_SPLITS = frozenset({"entity_not_found", "invalid_arguments"})


class _Membership(Move):
    """What both directions share: one reading of the whole policy serves everybody."""

    patience = Patience(first=1, longest=15, watched=120, limit=3600, settle=5)
    per_call = 50
    wanted_on_policy: bool

    def look(
        self, plan: Plan, items: Sequence[Item], live: Live, *, closely: bool = False
    ) -> dict[str, Sight]:
        """All pages of the policy; roles only of people whose goal is not reached."""
        members = live.policy_members()
        waiting = [item.key for item in items if (item.key in members) is not self.wanted_on_policy]
        known = roles(live, waiting, len(plan.items))
        return {item.key: self._sight(item, item.key in members, known.get(item.key)) for item in items}

    def _sight(self, item: Item, on_policy: bool, role: str | None) -> Sight:
        note = f"{item.label} is {'on' if on_policy else 'not on'} the policy."
        if role is None:
            return Sight(Standing.REACHED, None, note)
        return Sight(Standing.NOT_YET, facts_of(on_policy, role), note)

    def pack(self, items: Sequence[Item]) -> list[Call]:
        """Up to fifty people a call."""
        return [
            self._call([item.key for item in items[at : at + self.per_call]])
            for at in range(0, len(items), self.per_call)
        ]

    def split(self, call: Call, code: str) -> list[Call]:
        """Halves, until one bad id stands alone."""
        if code not in _SPLITS or len(call.keys) < 2:
            return []
        middle = len(call.keys) // 2
        return [self._call(call.keys[:middle]), self._call(call.keys[middle:])]

    def _call(self, keys: Sequence[str]) -> Call:
        return Call(self.method, {**POLICY, "entity_ids": list(keys)}, tuple(keys))


class Remove(_Membership):
    """Take them off."""

    method = "admin.auth.policy.removeEntities"
    wanted_on_policy = False


class Assign(_Membership):
    """Put them back."""

    method = "admin.auth.policy.assignEntities"
    wanted_on_policy = True
