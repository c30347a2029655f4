"""The durable workflows. Every line between two steps may be the last one a process ever runs.

Names are fixed for good, and their shape changes only by appending: what is in flight replays the old steps.
Steps give back plain values; our own rows make each step safe to run twice (see the decision record on
execution).
"""

import time
from collections.abc import Callable
from typing import Any

from dbos import DBOS, SetWorkflowID
from dbos._core import StepOptions

from app.execution.aftermath import Next
from app.execution.beginning import Beginning
from app.execution.calling import Calling
from app.execution.verifying import Verifying
from app.execution.waves import Told, Waves
from app.logs import about
from app.operations.contract import Patience
from app.requests.policies import NotInForce
from app.slack.credentials import NotInstalled
from app.slack.gateway import ReadFailed

_MOST_READ_TRIES = 8  # each of them already repeats a failing read a few times
_LONGEST_PAUSE = 60.0


def workflow_id(request_id: str, run: int) -> str:
    """The workflow of that run of an execution."""
    return f"exec-{request_id}-{run}" if run else f"exec-{request_id}"


class Workflows:
    """Registers the workflows with DBOS and starts them.

    time_scale: divides every pause of ours. nudge: wakes the card projector; losing a nudge loses nothing.
    """

    def __init__(
        self,
        beginning: Beginning,
        calling: Calling,
        waves: Waves,
        verifying: Verifying,
        time_scale: float,
        nudge: Callable[[], None],
    ) -> None:
        self._beginning, self._calling, self._waves = beginning, calling, waves
        self._verifying = verifying
        self._scale, self._nudge = time_scale, nudge

        @DBOS.workflow(name="execute_request")
        def execute_request(enterprise_id: str, request_id: str, run: int) -> None:
            with about(enterprise=enterprise_id, request=request_id):
                self._execute(enterprise_id, request_id, run)

        @DBOS.workflow(name="look_again")
        def look_again(enterprise_id: str, request_id: str) -> None:
            with about(enterprise=enterprise_id, request=request_id):
                self._look_again(enterprise_id, request_id)

        self._execute_request, self._look_again_later = execute_request, look_again

    def execute(self, enterprise_id: str, request_id: str, run: int = 0) -> None:
        """Start the execution of an approved or resumed request; a second start of a run does nothing."""
        with SetWorkflowID(workflow_id(request_id, run)):
            DBOS.start_workflow(self._execute_request, enterprise_id, request_id, run)

    def look_again(self, enterprise_id: str, request_id: str, looks: int) -> None:
        """Start the `looks`-th later look; a second start does nothing."""
        with SetWorkflowID(f"look-{request_id}-{looks}"):
            DBOS.start_workflow(self._look_again_later, enterprise_id, request_id)

    def _execute(self, enterprise_id: str, request_id: str, run: int) -> None:
        begun = None
        while begun is None:  # until Slack can be read, or the request expires
            begun = self._read("begin", self._beginning.begin, enterprise_id, request_id, run).value
        if not begun:
            return
        call_id = _step("only_call", self._calling.only_call, request_id)
        if call_id is not None:
            self._carry_out(enterprise_id, request_id, call_id)
        if self._in_waves(enterprise_id, request_id, run):
            self._watch(enterprise_id, request_id)

    def _in_waves(self, enterprise_id: str, request_id: str, run: int) -> bool:
        """Round by round until every call is answered; False when this run is over before that."""
        setbacks = 0
        while True:
            told, pause = _step("wave", self._waves.carry, enterprise_id, request_id, run, setbacks)
            setbacks = setbacks + 1 if told == Told.SETBACK else 0
            self._nudge()
            if told in (Told.DONE, Told.OVER):
                return bool(told == Told.DONE)
            if pause > 0:
                _pause(pause)

    def _carry_out(self, enterprise_id: str, request_id: str, call_id: str) -> None:
        again = True
        while again:
            self._await_turn(enterprise_id, call_id)
            left = self._read("recheck", self._recheck, enterprise_id, request_id, call_id)
            if left.value is None:
                _step("give_up", self._calling.give_up, enterprise_id, request_id, *left.failure)
            if not left.value:
                return
            following, pause = _step("send", self._calling.send, enterprise_id, call_id)
            self._nudge()
            again = following in (Next.WAIT, Next.LOOK)
            if following == Next.WAIT:
                _pause(pause)
            elif following == Next.LOOK:
                again = self._look(enterprise_id, request_id, call_id)

    def _await_turn(self, enterprise_id: str, call_id: str) -> None:
        """Come back to the method's budget until a moment of it is this call's."""
        taken, place = False, 0.0
        while not taken:
            wait, taken, place = _step("turn", self._calling.turn, enterprise_id, call_id, place)
            if wait > 0:
                _pause(wait)

    def _recheck(self, enterprise_id: str, request_id: str, call_id: str) -> bool:
        """Whether any item of the call is left; after a long gap, whether it may go on at all."""
        refusal = self._beginning.lapsed(enterprise_id, request_id)
        if refusal is not None:
            self._calling.stop(enterprise_id, request_id, refusal)
            return False
        return self._calling.recheck(enterprise_id, call_id)

    def _look(self, enterprise_id: str, request_id: str, call_id: str) -> bool:
        """Look until the effect shows or can no longer appear; answers whether to call again."""
        patience = self._patience(enterprise_id, request_id)
        pause, waited = patience.first, 0.0
        while True:
            seen = self._read("look_call", self._calling.look, enterprise_id, call_id)
            if seen.value == "reached":
                return False
            if waited >= patience.settle:
                clear = seen.value == "not_yet"
                return bool(_step("conclude", self._calling.conclude, enterprise_id, call_id, clear))
            _pause(pause)
            waited += pause
            pause = min(pause * 2, patience.longest)

    def _watch(self, enterprise_id: str, request_id: str) -> None:
        """Prove what was accepted; hand over to later looks when that takes too long."""
        patience = self._patience(enterprise_id, request_id)
        pause, waited = patience.first, 0.0
        while True:
            seen = self._read("look", self._verifying.look, enterprise_id, request_id)
            waiting, unseen = seen.value or (1, 0)
            if waiting == 0:
                break
            if waited >= patience.watched and waiting > unseen:
                _step("hand_over", self._verifying.hand_over, enterprise_id, request_id)
                return
            if waited >= patience.watched:
                _step("settle_unseen", self._verifying.settle_unseen, enterprise_id, request_id)
                break
            _pause(pause)
            waited += pause
            pause = min(pause * 2, patience.longest)
        _step("finish", self._verifying.finish, enterprise_id, request_id)
        self._nudge()

    def _look_again(self, enterprise_id: str, request_id: str) -> None:
        seen = self._read("look", self._verifying.look, enterprise_id, request_id)
        following = self._verifying.look_again if seen.value is None else self._verifying.looked
        _step("looked", following, enterprise_id, request_id)

    def _patience(self, enterprise_id: str, request_id: str) -> Patience:
        return Patience(*_step("patience", self._verifying.patience, enterprise_id, request_id))

    def _read(self, name: str, work: Callable[..., Any], *arguments: Any) -> "_Reading":
        """A step that reads from Slack, repeated with growing pauses while Slack cannot be read."""
        reading = _Reading(None)
        for attempt in range(_MOST_READ_TRIES):
            value, code, method = _step(name, _caught, work, *arguments)
            if not code:
                return _Reading(value)
            reading = _Reading(None, (code, method))
            _pause(min(_LONGEST_PAUSE, 2.0**attempt) / self._scale)
        return reading


class _Reading:
    """What a reading step gave; value is None when Slack could not be read, and `failure` says why."""

    def __init__(self, value: Any, failure: tuple[str, str] = ("", "")) -> None:
        self.value, self.failure = value, failure


def _step(name: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """One durable step: its result is kept, and an error of ours (a database away) is retried for minutes."""
    options: StepOptions = {
        "name": name,
        "retries_allowed": True,
        "interval_seconds": 0.5,
        "max_attempts": 12,
        "backoff_rate": 2.0,
    }
    return DBOS.run_step(options, work, *arguments)


def _pause(seconds: float) -> None:
    """Wait so long, once: a replay does not wait again, and a crash in between waits anew.

    DBOS's own sleep writes down the wall-clock time of its end. A replica whose clock was wrong at that
    moment would leave another one sleeping for as long as it was wrong.
    """
    _step("pause", time.sleep, seconds)


def _caught(work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """[value, "", ""]; or [None, code, method] when Slack or the organization cannot be reached."""
    try:
        return [work(*arguments), "", ""]
    except ReadFailed as failed:
        return [None, failed.answer.code, failed.answer.method]
    except NotInstalled:
        return [None, "not_installed", ""]
    except NotInForce:
        return [None, "not_in_force", ""]
