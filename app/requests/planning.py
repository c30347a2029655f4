"""From a draft to a plan: the operation reads Slack, the guardrails have their say."""

from dataclasses import replace

from app.messages.problems import kind_lines
from app.model.clock import Clock
from app.model.lifecycle import REVERSIBLE_END
from app.model.preview import Problem, ranked
from app.model.refusal import UNKNOWN_REQUEST, Refusal
from app.operations import OPERATIONS
from app.operations.contract import Finished, Planned, Progress, Site, silently
from app.requests import records
from app.requests.bulk import too_long, with_list
from app.requests.drafts import Draft
from app.requests.holding import holders
from app.requests.policies import Policies
from app.requests.rails import LiveRails
from app.requests.uploads import complete
from app.slack.directory import Live
from app.slack.directory.snapshot import Snapshots
from app.slack.gateway import Gateway
from app.slack.pace import Lane
from app.storage import Database

_MOST_TOLD = 20


class Planner:
    """Makes plans. Reads Slack live; writes nothing."""

    def __init__(
        self,
        gateway: Gateway,
        snapshots: Snapshots,
        policies: Policies,
        database: Database,
        clock: Clock,
        time_scale: float = 1.0,
    ) -> None:
        self._gateway, self._snapshots, self._policies = gateway, snapshots, policies
        self._database, self._clock, self._scale = database, clock, time_scale

    def live(self, enterprise_id: str) -> Live:
        """Reads for a person who is waiting."""
        return Live(self._gateway, enterprise_id, Lane.INTERACTIVE)

    def site(self, enterprise_id: str, operation: str, progress: Progress = silently) -> Site:
        """What that operation's planning may use."""
        rules = self._policies.of(enterprise_id)[operation]
        return Site(self.live(enterprise_id), self._snapshots, rules, self._clock(), progress)

    def plan(self, draft: Draft, progress: Progress = silently) -> Planned:
        """The plan of what was entered, or of the undo the draft is for. Raises ReadFailed.

        A guardrail refuses the request as a whole: a plan with one forbidden target is no plan.
        progress: told now and then how many targets of how many were looked up.
        """
        operation = OPERATIONS[draft.operation]
        site = self.site(draft.enterprise_id, draft.operation, progress)
        if draft.undo_of is None:
            entries, incomplete = complete(draft.entries, operation.columns)
            planned = operation.plan(entries, site)
            planned = replace(planned, problems=(*planned.problems, *incomplete))
        else:
            finished = self.finished(draft.enterprise_id, draft.undo_of)
            if isinstance(finished, Refusal):
                return Planned(None, None, (Problem("", finished.code, finished.sentence),))
            planned = operation.plan_undo(finished, site)
        guarded = [problem for problem in planned.problems if problem.guardrail]
        others = [problem for problem in planned.problems if not problem.guardrail]
        if planned.plan is None:
            return Planned(None, None, (*guarded, *others))
        admin_ids = self._gateway.credentials.admin_ids(draft.enterprise_id)
        rails = LiveRails(self._policies.of(draft.enterprise_id), site.live, admin_ids)
        forbidden = [*guarded, *operation.guard(planned.plan, rails, site.live), *self._held(planned)]
        long = too_long(planned.plan, site.rules, self._scale)
        if long is not None:
            forbidden.append(Problem("", long.code, long.sentence))
        if forbidden:
            return Planned(None, None, (*forbidden, *others))
        return _with_left_out(replace(planned, plan=with_list(planned.plan)))

    def finished(self, enterprise_id: str, request_id: str) -> Finished | Refusal:
        """The request that is to be undone."""
        with self._database.read() as connection:
            record = records.record(connection, enterprise_id, request_id)
            proved = records.proved(connection, record.request.id) if record is not None else ()
        if record is None:
            return UNKNOWN_REQUEST
        if record.request.state not in REVERSIBLE_END or not proved:
            return Refusal("nothing_to_undo", "This request changed nothing that could be undone.")
        if record.undone_by is not None:
            return Refusal("already_undone", f"Request {record.undone_by} already undoes this one.")
        return Finished(request_id, record.request.plan, record.request.preview, proved)

    def _held(self, planned: Planned) -> list[Problem]:
        """Targets that another open request holds: told before filing, decided at filing."""
        if planned.plan is None:
            return []
        wanted = {hold: item for item in planned.plan.items for hold in item.holds}
        with self._database.read() as connection:
            taken = holders(connection, planned.plan)
        return [
            Problem(wanted[hold].label, "held", f"Request {request_id} is already about this.")
            for hold, request_id in taken.items()
        ]


def _with_left_out(planned: Planned) -> Planned:
    """The approver too sees what was entered and could not become part of the plan."""
    if not planned.problems or planned.preview is None:
        return planned
    problems = ranked(planned.problems)
    left_out = tuple(problem.told for problem in problems[:_MOST_TOLD])
    if len(problems) > _MOST_TOLD:
        left_out += (f"And {len(problems) - _MOST_TOLD:,} more. {'. '.join(kind_lines(problems))}.",)
    return replace(planned, preview=replace(planned.preview, left_out=left_out))
