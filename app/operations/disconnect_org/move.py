"""Carrying it out, and seeing whether it took effect."""

from collections.abc import Mapping, Sequence

from app.model.canonical import Json
from app.model.plan import Item, Plan
from app.operations.contract import Call, Drift, Move, Patience, Sight, Standing
from app.operations.wording import count
from app.slack.directory import ExternalOrg, Live
from app.slack.gateway import ReadFailed

_ENDED = frozenset({"DISCONNECTED", "BLOCKED"})
_COUNTS = ("public_channels", "private_channels")


def facts_of(org: ExternalOrg) -> dict[str, Json]:
    """Decision facts: growth of the channel counts is drift, their shrinking is not."""
    return {
        "status": org.status,
        "domain": org.domain,
        "sponsored": org.sponsored,
        "public_channels": org.public_channels,
        "private_channels": org.private_channels,
    }


def is_over(org: ExternalOrg) -> bool:
    """Whether nothing is left to cut."""
    return org.status in _ENDED and org.conversations == 0


class Disconnect(Move):
    """Cut the organizations off, one call each."""

    method = "team.externalTeams.disconnect"
    patience = Patience(first=2, longest=30, watched=600, limit=86_400, settle=120)

    def look(
        self, plan: Plan, items: Sequence[Item], live: Live, *, closely: bool = False
    ) -> dict[str, Sight]:
        """One reading of the whole list serves every item."""
        orgs = {org.id: org for org in live.external_orgs()}
        return {item.key: self._sight(orgs.get(item.key), item.key, live, closely) for item in items}

    def _sight(self, org: ExternalOrg | None, org_id: str, live: Live, closely: bool) -> Sight:
        if org is None:
            if live.is_connected(org_id):
                return Sight(Standing.UNSEEN, note="Slack no longer lists it, yet still knows connections.")
            return Sight(Standing.REACHED, note="Slack no longer lists it, and knows no connection with it.")
        note = f"Slack shows it as {org.connection}, {count(org.conversations, 'conversation')} left."
        if is_over(org):
            return Sight(Standing.REACHED, facts_of(org), note)
        if closely and _being_cut(org, live):
            return Sight(Standing.UNDER_WAY, facts_of(org), "Slack is disconnecting its channels.")
        return Sight(Standing.NOT_YET, facts_of(org), note)

    def pack(self, items: Sequence[Item]) -> list[Call]:
        """One organization a call: the method takes one."""
        return [Call(self.method, {"target_team": item.key}, (item.key,)) for item in items]

    def drift(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> Drift:
        """More shared channels than previewed is drift; fewer is only worth a note."""
        rest = super().drift(_without(before), _without(after))
        changes = list(rest.changes)
        notes: list[str] = []
        for key in _COUNTS:
            was, now = before.get(key), after.get(key)
            if isinstance(was, int) and isinstance(now, int) and was != now:
                told = f"{key.replace('_', ' ')}: were {was}, are {now}"
                (changes if now > was else notes).append(told)
        return Drift(tuple(changes), tuple(notes))


def _being_cut(org: ExternalOrg, live: Live) -> bool:
    """Whether a shared channel shows `is_disconnect_in_progress` (admin.conversations.search).

    Only a sign more: a token that may not search sees none.
    """
    if not org.channels:
        return False
    try:
        channels, _ = live.channels_shared_with(org.id, most_pages=1)
    except ReadFailed as failed:
        if failed.answer.error.error_class.passes:
            raise
        return False
    return any(channel.disconnecting for channel in channels)


def _without(facts: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in facts.items() if key not in _COUNTS}
