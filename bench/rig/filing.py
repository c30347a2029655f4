"""Files requests as a form would, without the form: entries → plan → draft → request, read live."""

from collections.abc import Mapping

from app.config import read_policy, read_settings
from app.model.canonical import Json
from app.model.clock import system_clock
from app.operations import TERMS
from app.requests.authority import Entitled, may_request
from app.requests.drafts import Drafts
from app.requests.filing import Filed, Filing
from app.requests.planning import Planner
from app.requests.policies import Policies
from app.services import reading
from app.slack.directory import Live
from app.slack.directory.snapshot import Snapshots
from app.slack.identity import given_tokens
from app.slack.pace import Lane
from app.storage import Database
from tests.support.running import RunningApp

ORG, ANA, BEN = "E0MERIDIAN", "W0ANA00001", "W0BEN00001"
_ASKED: Mapping[str, Json] = {"reason": "Measured by the bench, nothing else.", "ticket": "SEC-12"}


class NotFiled(Exception):
    """The request could not be filed; the text says why."""


class Filer:
    """Files into an app's database, with the app's own settings and policy."""

    def __init__(self, app: RunningApp) -> None:
        settings = read_settings(app.environment, env_file=None)
        if settings.bot_token is None or settings.user_token is None:
            raise NotFiled("the app has no tokens")
        self.database = Database(settings.database_url.reveal())
        credentials = given_tokens(settings.slack_api_url, settings.bot_token, settings.user_token)
        self._gateway = reading(settings, self.database, credentials)
        book = read_policy(settings.policy_file, TERMS)
        self._policies = Policies(book, self.database, system_clock)
        self._policies.resolve(Live(self._gateway, ORG, Lane.INTERACTIVE))
        self._planner = Planner(
            self._gateway,
            Snapshots(self.database, system_clock),
            self._policies,
            self.database,
            system_clock,
        )
        self._drafts = Drafts(self.database, system_clock)
        self._filing = Filing(self.database, system_clock)

    def file(self, operation: str, entries: Mapping[str, Json]) -> str:
        """File a request of Ana's with those entries; answers its id. Raises NotFiled."""
        draft = self._drafts.begin(ORG, ANA, operation, {**_ASKED, **entries})
        planned = self._planner.plan(draft)
        if planned.plan is None or planned.problems:
            raise NotFiled(f"{operation}: {planned.problems[:3]}")
        self._drafts.planned(draft, planned)
        previewed = self._drafts.find(ORG, ANA, draft.id)
        policy = self._policies.of(ORG)
        who = may_request(ANA, policy[operation], Live(self._gateway, ORG, Lane.INTERACTIVE), system_clock)
        if previewed is None or not isinstance(who, Entitled):
            raise NotFiled(f"{operation}: {who}")
        filed = self._filing.file(previewed, who, policy)
        if not isinstance(filed, Filed):
            raise NotFiled(f"{operation}: {filed.sentence}")
        return filed.request.id

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()
