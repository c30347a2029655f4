"""Everything a listener or a command-line tool may call, put together in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.config import Settings
from app.execution.beginning import Beginning
from app.execution.calling import Calling
from app.execution.engine import Engine
from app.execution.feeding import Feeder
from app.execution.holding import Holding
from app.execution.homes import Homes
from app.execution.looking import Looking
from app.execution.projector import Projector
from app.execution.rescue import Rescue
from app.execution.steering import Steering
from app.execution.sweeper import Sweeper
from app.execution.verifying import Verifying
from app.execution.waves import Waves
from app.execution.workflows import Workflows
from app.installing.given import GivenHealth
from app.installing.health import Health
from app.installing.installations import Installations
from app.installing.judging import TokenHealth
from app.installing.workspaces import Workspaces
from app.model.clock import Clock
from app.requests.admin_channel import AdminChannels
from app.requests.break_glass import BreakGlass
from app.requests.deciding import Deciding
from app.requests.delegations import Delegations
from app.requests.drafts import Drafts
from app.requests.expiry import Expiry
from app.requests.explaining import Explaining
from app.requests.filing import Filing
from app.requests.handing_over import HandingOver
from app.requests.overview import Overview
from app.requests.planning import Planner
from app.requests.policies import Policies
from app.requests.policy_changes import PolicyChanges
from app.requests.reload import Reload
from app.requests.reminders import Reminders
from app.requests.retrospectives import Retrospectives
from app.requests.standing_in import StandingIn
from app.requests.uploads import Uploads
from app.requests.vigil import Vigil
from app.slack.credentials import Credentials
from app.slack.directory import Live
from app.slack.directory.refresh import Refresher
from app.slack.directory.snapshot import Snapshots
from app.slack.files import Files
from app.slack.gateway import Gateway
from app.slack.pace import Lane, Pace
from app.storage import Database


@dataclass(frozen=True)
class Services:
    """The parts, built once per process. nudge: wakes what draws cards and Home tabs, after a commit."""

    settings: Settings
    clock: Clock
    database: Database
    credentials: Credentials
    gateway: Gateway
    uploads: Uploads
    snapshots: Snapshots
    refresher: Refresher
    policies: Policies
    planner: Planner
    drafts: Drafts
    filing: Filing
    deciding: Deciding
    steering: Steering
    workflows: Workflows
    sweeper: Sweeper
    break_glass: BreakGlass
    retrospectives: Retrospectives
    delegations: Delegations
    handing_over: HandingOver
    standing_in: StandingIn
    vigil: Vigil
    policy_changes: PolicyChanges
    reload: Reload
    explaining: Explaining
    channels: AdminChannels
    projector: Projector
    homes: Homes
    workspaces: Workspaces
    health: TokenHealth
    nudge: Callable[[], None]


def reading(
    settings: Settings,
    database: Database,
    credentials: Credentials,
    adaptive: Callable[[str, str], bool] = lambda *_: False,
) -> Gateway:
    """A gateway on its own, for tools that only ask Slack something. adaptive: see `Pace`."""
    return Gateway(
        credentials,
        base_url=settings.slack_api_url,
        hooks_host=settings.hooks_host(),
        pace=Pace(database, settings.time_scale, adaptive),
        time_scale=settings.time_scale,
    )


def assemble(
    settings: Settings,
    database: Database,
    credentials: Credentials,
    policies: Policies,
    engine: Engine,
    clock: Clock,
    nudge: Callable[[], None],
) -> Services:
    """All parts on one database. DBOS must have been prepared: the workflows register themselves with it."""
    gateway = reading(settings, database, credentials, policies.adaptive)
    channels = AdminChannels(database, policies, clock)
    snapshots = Snapshots(database, clock)
    drafts = Drafts(database, clock)
    verifying = Verifying(database, gateway, clock, settings.time_scale)
    holding = Holding(policies, clock)
    beginning = Beginning(database, gateway, policies, clock)
    calling = Calling(database, gateway, engine.lease, holding, clock)
    waves = Waves(
        database,
        engine,
        beginning,
        calling,
        Looking(database, calling, verifying, clock),
        Feeder(database, gateway, calling, clock, engine.ending),
        holding,
        clock,
        settings.time_scale,
    )
    workflows = Workflows(beginning, calling, waves, verifying, settings.time_scale, nudge)
    rescue = Rescue(database, engine, workflows, verifying, clock)
    deciding = Deciding(database, policies, channels, clock)
    steering = Steering(database, policies, channels, deciding, holding, clock)
    expiry = Expiry(database, clock)
    projector = Projector(database, gateway, policies, channels, engine.executor, clock, settings.time_scale)
    changes = PolicyChanges(database, clock)
    delegations = Delegations(database, policies, clock)
    filing = Filing(database, clock, settings.time_scale)

    def quietly(enterprise_id: str) -> Live:
        """Reads nobody waits for."""
        return Live(gateway, enterprise_id, Lane.BACKGROUND)

    overview = Overview(gateway, snapshots, policies, database, clock)
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        credentials=credentials,
        gateway=gateway,
        uploads=Uploads(Files(gateway, urlsplit(settings.slack_api_url).scheme, settings.files_host())),
        snapshots=snapshots,
        refresher=Refresher(gateway, snapshots, settings.time_scale),
        policies=policies,
        planner=Planner(gateway, snapshots, policies, database, clock, settings.time_scale),
        drafts=drafts,
        filing=filing,
        deciding=deciding,
        steering=steering,
        break_glass=BreakGlass(database, filing, channels, clock),
        retrospectives=Retrospectives(database, policies, deciding, clock),
        delegations=delegations,
        handing_over=HandingOver(policies, delegations, clock),
        standing_in=StandingIn(database, clock),
        explaining=Explaining(database, clock),
        workflows=workflows,
        sweeper=Sweeper(
            database,
            engine,
            workflows,
            expiry,
            steering,
            rescue,
            drafts,
            Reminders(database, policies, clock),
            delegations,
            clock,
        ),
        vigil=Vigil(database, quietly, policies, clock, settings.time_scale),
        policy_changes=changes,
        reload=Reload(settings.policy_file, policies, changes, quietly),
        channels=channels,
        projector=projector,
        homes=Homes(database, gateway, overview, engine.executor, clock, settings.time_scale),
        workspaces=Workspaces(database, gateway, policies, snapshots, clock),
        health=_health(settings, database, credentials, policies, clock),
        nudge=nudge,
    )


def _health(
    settings: Settings, database: Database, credentials: Credentials, policies: Policies, clock: Clock
) -> TokenHealth:
    """What looks after tokens of that kind: those from OAuth, or the given ones."""
    if isinstance(credentials, Installations):
        return Health(database, credentials, settings.slack_api_url, clock, settings.time_scale)
    return GivenHealth(database, credentials, settings.slack_api_url, policies, clock)
