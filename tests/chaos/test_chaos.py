"""A short run of the chaos suite, and that its count finds what is wrong. Long runs: `make chaos`."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from localslack.org.seeds import BOT_TOKEN, USER_TOKEN
from tests.chaos.batches import Result, wait
from tests.chaos.counting import ENDED, Count, cards, count
from tests.chaos.plans import Batch, Round, plan
from tests.chaos.running import Run, Running, Tally
from tests.chaos.site import GROUNDS, Site
from tests.chaos.working import Filed, approve_all, file_all, make_targets
from tests.support.people import ADMIN
from tests.support.targets import KINDS

SEED = 7
pytestmark = pytest.mark.timeout(400)  # with other tests beside it; alone it takes half a minute


class Findings:
    """Remembers what was found."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def batch_done(self, tally: Tally, result: Result) -> None:
        self.told += [f"seed {result.batch.seed}: {finding}" for finding in result.findings]

    def kept(self, folder: Path) -> None:
        self.told.append(str(folder))


def test_nothing_is_lost_on_one_sqlite_replica_and_on_three_postgresql_replicas(tmp_path: Path) -> None:
    findings = Findings()
    run = Running(Run(SEED, 16, (GROUNDS[0], GROUNDS[2]), tmp_path), findings)
    tally = run.run()
    assert findings.told == []
    assert (tally.count, tally.rounds) == (Count(), 16)
    assert sum(tally.states.values()) == 16 and set(tally.states) <= set(ENDED)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site(GROUNDS[0])
    yield made
    made.close()


@pytest.fixture(scope="module")
def work(site: Site) -> list[Filed]:
    made = make_targets(site, Batch(0, tuple(Round(kind, 1) for kind in KINDS), (), (), 0))
    file_all(site, made)
    approve_all(site, made)
    wait(site, made)
    return made


class TestCount:
    """One calm request of each operation, all fine; then each thing that must not be is made so."""

    def found(self, site: Site, work: list[Filed]) -> tuple[Count, list[str]]:
        return count(site, work, site.client.calls())

    def test_a_calm_run_is_clean(self, site: Site, work: list[Filed]) -> None:
        assert self.found(site, work) == (Count(), [])
        assert [filed.round.kind.operation for filed in work] == [kind.operation for kind in KINDS]

    def test_an_effect_that_is_not_there_is_lost(self, site: Site, work: list[Filed]) -> None:
        filed = of(work, "disable-usergroup")
        site.client.set("usergroup", filed.targets[0], disabled_at=0)
        counted, findings = self.found(site, work)
        site.client.set("usergroup", filed.targets[0], disabled_at=1)
        assert counted == Count(lost=1)
        assert "nothing happened in Slack" in findings[0]

    def test_a_request_somebody_was_told_of_and_that_is_not_there_is_lost(
        self, site: Site, work: list[Filed]
    ) -> None:
        filed = of(work, "disconnect-org")
        filed.said.append("RNEVERSEEN")
        counted, _ = self.found(site, work)
        filed.said.remove("RNEVERSEEN")
        assert counted == Count(lost=1)

    def test_a_request_that_goes_on_for_ever_is_stuck(self, site: Site, work: list[Filed]) -> None:
        request = of(work, "disconnect-channel").request
        change(
            site, "UPDATE drawbridge_requests SET state = 'verifying', look_at = NULL WHERE id = :id", request
        )
        counted, _ = self.found(site, work)
        change(site, "UPDATE drawbridge_requests SET state = 'succeeded' WHERE id = :id", request)
        assert counted == Count(stuck=1)

    def test_an_outcome_slack_contradicts_is_untrue(self, site: Site, work: list[Filed]) -> None:
        request = of(work, "set-channel-workspaces").request
        change(site, "UPDATE drawbridge_items SET outcome = 'failed' WHERE request_id = :id", request)
        counted, _ = self.found(site, work)
        change(site, "UPDATE drawbridge_items SET outcome = 'verified' WHERE request_id = :id", request)
        assert (counted.untrue, counted.lost, counted.repeated) == (1, 0, 0)

    def test_a_card_that_says_something_else_is_found(self, site: Site, work: list[Filed]) -> None:
        request = of(work, "remove-policy-users").request
        card = cards(site, request)[-1]
        text = f"Waits for approval. Request {request}"
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
        body: dict[str, object] = {"channel": ADMIN, "ts": card.ts, "text": text, "blocks": blocks}
        assert ask(site, "chat.update", BOT_TOKEN, body)["ok"]
        counted, _ = self.found(site, work)
        assert counted == Count(cards=1)

    def test_a_second_call_after_a_success_is_repeated(self, site: Site, work: list[Filed]) -> None:
        group = of(work, "disable-usergroup").targets[0]
        ask(site, "usergroups.disable", USER_TOKEN, {"usergroup": group, "team_id": "T0ENG00001"})
        counted, findings = self.found(site, work)
        assert counted.repeated == 1
        assert any("was called again" in finding for finding in findings)


def of(work: list[Filed], operation: str) -> Filed:
    return next(filed for filed in work if filed.round.kind.operation == operation)


def change(site: Site, statement: str, request: str) -> None:
    with site.engine.begin() as connection:
        connection.execute(sa.text(statement), {"id": request})


def ask(site: Site, method: str, token: str, body: dict[str, object]) -> dict[str, object]:
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.post(f"{site.slack.api_url}{method}", json=body, headers=headers, trust_env=False)
    found: dict[str, object] = answer.json()
    return found


def test_a_seed_always_means_the_same() -> None:
    assert plan(SEED, GROUNDS[0]) == plan(SEED, GROUNDS[0])
    assert plan(SEED, GROUNDS[0]) != plan(SEED + 1, GROUNDS[0])
