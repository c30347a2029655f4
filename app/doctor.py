"""Looks at everything Drawbridge needs, one finding each, with what to do about it. Changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from app.config import ConfigError, PolicyBook, Secret, Settings, read_policy
from app.installing.installations import Installations
from app.installing.judging import administers
from app.installing.vault import Vault
from app.manifest import scopes
from app.model.clock import Clock
from app.operations import TERMS
from app.requests.admin_channel import faults, strangers, told_of
from app.requests.policies import Policies
from app.services import reading
from app.slack.answers import Answer
from app.slack.directory import Live
from app.slack.gateway import ReadFailed, identify, open_socket
from app.slack.identity import SlackAway, given_tokens
from app.slack.methods import Token
from app.slack.pace import Lane
from app.storage import Database
from app.storage.migrate import migrate, pending

_SKEW = 60  # seconds; Slack's signatures allow 300


@dataclass(frozen=True)
class Finding:
    """One line. fine: whether it holds; remedy: what to do when it does not."""

    fine: bool
    subject: str
    detail: str
    remedy: str = ""


def examine(settings: Settings, database: Database, clock: Clock) -> Iterator[Finding]:
    """Every finding, in the order in which things have to be right."""
    yield _database(database)
    book = _policy_file(settings)
    yield book if isinstance(book, Finding) else Finding(True, "Policy file", str(settings.policy_file))
    yield _door(settings)
    with TemporaryDirectory() as folder:
        scratch = Database(f"sqlite:///{folder}/scratch.db")  # for the pace of our own calls
        migrate(scratch)
        if settings.oauth:
            yield from _installed(settings, database, scratch, book, clock)
        elif settings.bot_token is not None and settings.user_token is not None:
            tokens = settings.bot_token, [settings.user_token]
            yield from _organization(settings, *tokens, scratch, book, clock)
        scratch.close()


def _installed(
    settings: Settings, database: Database, scratch: Database, book: "PolicyBook | Finding", clock: Clock
) -> Iterator[Finding]:
    """Each organization that has installed Drawbridge over OAuth."""
    try:
        kept = Installations(database, Vault(settings.encryption_keys), clock)
        found = [
            (one, kept.grants(one, Token.BOT), kept.grants(one, Token.USER)) for one in kept.enterprise_ids()
        ]
    except (ConfigError, sa.exc.SQLAlchemyError) as error:
        told = "; ".join(error.problems) if isinstance(error, ConfigError) else type(error).__name__
        yield Finding(False, "Installations", told, "Check ENCRYPTION_KEYS and the database.")
        return
    if not found:
        yield Finding(False, "Installations", "none yet", "An org admin installs it at /slack/install.")
    for enterprise_id, bots, admins in found:
        yield from _organization(
            settings, bots[0].token, [admin.token for admin in admins], scratch, book, clock
        )
        gone = kept.admin_ids(enterprise_id) - {admin.user_id for admin in admins}
        for user_id in sorted(gone):
            remedy = "That admin, or another one, opens /slack/install."
            yield Finding(False, "Admin user token", f"{user_id}: withdrawn", remedy)


def _organization(
    settings: Settings,
    bot_token: Secret,
    user_tokens: Sequence[Secret],
    scratch: Database,
    book: "PolicyBook | Finding",
    clock: Clock,
) -> Iterator[Finding]:
    """The organization behind a bot's token and those of its admins."""
    bot = identify(settings.slack_api_url, bot_token)
    users = [(token, identify(settings.slack_api_url, token)) for token in user_tokens]
    yield _token("Bot token", bot, wants_bot=True)
    for _, user in users:
        yield _token("Admin user token", user, wants_bot=False)
    working = [(token, user) for token, user in users if user.ok]
    if not (bot.ok and working):
        return
    yield _scopes("Bot scopes", bot, Token.BOT)
    for _, user in working:
        yield _scopes("User scopes", user, Token.USER)
    yield _clock(bot, clock)
    try:
        credentials = given_tokens(settings.slack_api_url, bot_token, working[0][0])
    except (ConfigError, SlackAway) as error:
        yield Finding(False, "Org-level install", str(error), "Install Drawbridge on the organization.")
        return
    org = credentials.only
    yield Finding(True, "Org-level install", f"{org.enterprise_name} ({org.enterprise_id})")
    gateway = reading(settings, scratch, credentials)
    live = Live(gateway, org.enterprise_id, Lane.INTERACTIVE)
    for _, user in working:
        yield _read("Admin role", partial(_admin, live, str(user.data.get("user_id") or "")))
    yield _read("Workspaces", lambda: _workspaces(live))
    if not isinstance(book, Finding):
        yield _read("Admin channel", lambda: _admin_channel(live, book))
        yield _read("Approvers", lambda: _approvers(Policies(book, scratch, clock), live))


def _read(subject: str, check: Callable[[], Finding]) -> Finding:
    """A finding that asks Slack; what Slack answers instead is a finding too."""
    try:
        return check()
    except ReadFailed as failed:
        error = failed.answer.error
        detail = f"{failed.answer.method}: {error.code}. {error.sentence}"
        return Finding(False, subject, detail, error.repair)
    except ConfigError as error:
        return Finding(False, subject, "; ".join(error.problems), "Put these keys of the policy file right.")


def _database(database: Database) -> Finding:
    try:
        behind = pending(database)
    except sa.exc.SQLAlchemyError as error:
        remedy = "Check DATABASE_URL, the server, and that the user may create tables."
        return Finding(False, "Database", f"{database.described()}: {type(error).__name__}", remedy)
    schema = "the next start makes or upgrades the schema" if behind else "schema up to date"
    return Finding(True, "Database", f"{database.described()}, {schema}")


def _policy_file(settings: Settings) -> "PolicyBook | Finding":
    try:
        return read_policy(settings.policy_file, TERMS)
    except ConfigError as error:
        remedy = "Put these keys right; policy.example.toml explains each."
        return Finding(False, "Policy file", "; ".join(error.problems), remedy)


def _door(settings: Settings) -> Finding:
    """How Slack's requests come in."""
    if settings.app_token is None:
        return Finding(True, "Requests", "signed HTTP to /slack/events")
    answer = open_socket(settings.slack_api_url, settings.app_token)
    if answer.ok:
        return Finding(True, "Requests", "Socket Mode")
    remedy = "Create an app-level token with connections:write, and switch Socket Mode on."
    return Finding(False, "Requests", f"Socket Mode: {answer.code}. {answer.error.sentence}", remedy)


def _token(subject: str, answer: Answer, *, wants_bot: bool) -> Finding:
    if not answer.ok:
        return Finding(False, subject, f"{answer.code}. {answer.error.sentence}", answer.error.repair)
    if bool(answer.data.get("bot_id")) is not wants_bot:
        kind = "a bot's" if answer.data.get("bot_id") else "a person's"
        remedy = "Give the xoxb- token as SLACK_BOT_TOKEN and the admin's xoxp- token as SLACK_USER_TOKEN."
        return Finding(False, subject, f"it is {kind} token", remedy)
    return Finding(True, subject, f"works, as {answer.data.get('user')} ({answer.data.get('user_id')})")


def _scopes(subject: str, answer: Answer, token: Token) -> Finding:
    wanted = set(scopes(token))
    missing, unused = sorted(wanted - answer.scopes), sorted(answer.scopes - wanted)
    if missing:
        remedy = "Update the app from manifest.yml and install it on the organization again."
        return Finding(False, subject, f"missing {', '.join(missing)}", remedy)
    more = f"; not needed: {', '.join(unused)}" if unused else ""
    return Finding(True, subject, f"all {len(wanted)} granted{more}")


def _clock(answer: Answer, clock: Clock) -> Finding:
    skew = abs(clock() // 1000 - answer.server_time) if answer.server_time else 0
    if skew > _SKEW:
        remedy = "Synchronise this machine's clock; Slack's signatures are refused after five minutes."
        return Finding(False, "Clock", f"{skew} s away from Slack's", remedy)
    return Finding(True, "Clock", f"within {_SKEW} s of Slack's")


def _admin(live: Live, admin_id: str) -> Finding:
    person = live.person(admin_id)
    if person is not None and not person.deleted and administers(person):
        return Finding(True, "Admin role", f"{person.name} ({admin_id}) is an org {person.role}")
    remedy = "Make that account an org admin again, or let another org admin install Drawbridge."
    return Finding(False, "Admin role", f"{admin_id} is no active org admin or owner", remedy)


def _workspaces(live: Live) -> Finding:
    added = [workspace.name for workspace in live.workspaces() if workspace.app_added]
    if added:
        return Finding(True, "Workspaces", f"added to {', '.join(added)}")
    remedy = "An org admin adds it under Organization settings → Integrations → Installed apps."
    return Finding(False, "Workspaces", "Drawbridge is in no workspace, so its commands reach nobody", remedy)


def _admin_channel(live: Live, book: PolicyBook) -> Finding:
    channel_id = book.of(live.enterprise_id).admin_channel
    room = live.room(channel_id)
    if room is None:
        remedy = "Type /invite @Drawbridge in the admin channel, and check its id in the policy file."
        return Finding(False, "Admin channel", f"{channel_id}: the bot does not see it", remedy)
    wrong = [*faults(room), *told_of(strangers(sorted(room.members), live))]
    if wrong:
        remedy = "Use a private channel of your own full members only, with the bot in it."
        return Finding(False, "Admin channel", f"#{room.name} {' and '.join(wrong)}", remedy)
    told = "private, unshared, without guests, bot inside"
    return Finding(True, "Admin channel", f"#{room.name} ({channel_id}): {told}")


def _approvers(policies: Policies, live: Live) -> Finding:
    policies.resolve(live)
    return Finding(True, "Approvers", "every user group found, every quorum can be met")
