"""Every table of ours. Columns named `…_at` hold Unix milliseconds; JSON is stored as text.

All carry the prefix `drawbridge_`, because the engine of durable execution keeps its tables in the same
database. Rows belong to one organization: `enterprise_id` leads every key that is not a random id.
"""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _text(name: str, *, nullable: bool = False, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **options)  # type: ignore[arg-type]


def _number(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=str(default))


def _fraction(name: str, default: int = 0) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False, server_default=str(default))


def _outdated_only(column: str) -> sa.Index:
    """An index of the few rows that do not show what is so, however many rows there are."""
    outdated = sa.text("wanted > shown")
    return sa.Index(None, column, sqlite_where=outdated, postgresql_where=outdated)


drafts = sa.Table(
    "drawbridge_drafts",
    metadata,
    _text("id", primary_key=True),
    _text("enterprise_id"),
    _text("user_id"),
    _text("operation"),
    _text("undo_of", nullable=True),
    _text("entries"),  # what the person has typed and chosen, field → value
    _text("offered"),  # lists a dependent select is answered from, field → choices
    _text("plan", nullable=True),  # set once the preview was made
    _text("preview", nullable=True),
    _text("view_id", nullable=True),
    _text("request_id", nullable=True),  # set once filed: a second submit finds it
    _number("revision"),
    _moment("created_at"),
    _moment("expires_at"),
    sa.Index(None, "expires_at"),
)

requests = sa.Table(
    "drawbridge_requests",
    metadata,
    _text("id", primary_key=True),
    _text("enterprise_id"),
    _text("operation"),
    _text("undo_of", nullable=True),
    _text("plan"),
    _text("plan_hash"),
    _text("preview"),
    _text("headline"),  # the preview's, for lists: they read neither plan nor preview
    _text("requester_id"),
    _text("requester_name"),
    _text("requester_email", nullable=True),
    _text("reason"),
    _text("ticket"),
    _text("state"),
    _text("authorisation"),  # approval | break_glass
    _number("approvals_wanted", 1),
    _text("approvals_from"),  # demanded of single principals, as pairs; JSON
    _text("raised_by"),  # why more is demanded than usual: sentences; JSON
    _text("policy_digest"),
    _moment("filed_at"),
    _moment("expires_at"),  # when it lapses undecided
    sa.Column("execute_within_ms", sa.BigInteger, nullable=False),
    sa.Column("cool_off_ms", sa.BigInteger, nullable=False),
    _moment("approved_at", nullable=True),
    _moment("not_before", nullable=True),
    _moment("begin_by", nullable=True),
    _moment("began_at", nullable=True),
    _moment("called_at", nullable=True),  # when Slack last answered a call
    _moment("finished_at", nullable=True),
    _moment("look_at", nullable=True),  # when to look again for an effect that is not visible yet
    _number("looks"),
    _text("blocked", nullable=True),  # one sentence while nobody could complete the approvals
    _number("reminded"),  # how many reminders the approvers had
    _moment("escalated_at", nullable=True),  # since when the policy's `escalate_to` may approve it too
    _text("closing", nullable=True),  # one sentence: why it ended or pauses, where the outcomes do not say
    _number("runs"),  # how often it was postponed or came to rest; the workflow at work carries this number
    _moment("paused_at", nullable=True),
    _moment("resume_by", nullable=True),  # when a paused one is stopped for good
    _text("stopped_by", nullable=True),  # who stopped it midway: a user id, or "app"
    sa.Index(None, "enterprise_id", "filed_at"),
    sa.Index(None, "enterprise_id", "state", "filed_at"),
    sa.Index(None, "enterprise_id", "requester_id", "filed_at"),
    sa.Index(None, "enterprise_id", "finished_at"),
    sa.Index(None, "state", "expires_at"),
    sa.Index(None, "undo_of"),
)

items = sa.Table(
    "drawbridge_items",
    metadata,
    sa.Column("request_id", sa.Text, sa.ForeignKey("drawbridge_requests.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    _text("key"),
    _text("label"),
    _text("outcome", nullable=True),
    _text("code", nullable=True),
    _text("detail", nullable=True),
    _moment("changed_at", nullable=True),
    _moment("looked_at", nullable=True),  # when its effect was last looked for
    sa.Column("canary", sa.Integer, nullable=True),  # the run that tried it before the others
    sa.UniqueConstraint("request_id", "key"),
    sa.Index(None, "request_id", "outcome"),
)

decisions = sa.Table(
    "drawbridge_decisions",
    metadata,
    _text("id", primary_key=True),
    sa.Column("request_id", sa.Text, sa.ForeignKey("drawbridge_requests.id"), nullable=False),
    _text("person_id"),
    _text("person_name"),
    _text("person_email", nullable=True),
    _text("verdict"),  # approve | deny
    _text("reason"),
    _text("plan_hash"),
    _text("card_ts"),
    _text("action_ts"),
    _text("proof"),
    _moment("decided_at"),
    sa.UniqueConstraint("request_id", "person_id"),
)

delegations = sa.Table(
    "drawbridge_delegations",
    metadata,
    _text("id", primary_key=True),
    _text("enterprise_id"),
    _text("delegator_id"),  # who is away
    _text("delegator_name"),
    _text("delegate_id"),  # who decides for them
    _text("delegate_name"),
    _text("operations"),  # what the delegator could approve when it was given, for showing; JSON
    _text("note"),
    _moment("given_at"),
    _moment("until"),
    _moment("ended_at", nullable=True),
    _text("ended_by", nullable=True),  # a user id, "drawbridge" or "operator"
    _text("why", nullable=True),  # lapsed | back | replaced | operator | account
    sa.Index(
        "one_open_delegation",
        "enterprise_id",
        "delegator_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
    sa.Index(
        None,
        "until",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

retrospectives = sa.Table(
    "drawbridge_retrospectives",
    metadata,
    sa.Column("request_id", sa.Text, sa.ForeignKey("drawbridge_requests.id"), primary_key=True),
    _text("enterprise_id"),
    _text("person_id"),  # who broke the glass
    _text("person_email", nullable=True),
    _text("why"),  # nobody could approve in time
    _text("skipped"),  # who could have approved: user ids; JSON
    _moment("opened_at"),
    _moment("closed_at", nullable=True),
    _text("closed_by", nullable=True),
    _text("closed_name", nullable=True),
    _text("findings", nullable=True),
    sa.Index(
        "one_open_retrospective",
        "enterprise_id",
        "person_id",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

holds = sa.Table(
    "drawbridge_holds",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("hold", primary_key=True),
    _text("request_id"),
    sa.Index(None, "request_id"),
)

calls = sa.Table(
    "drawbridge_calls",
    metadata,
    _text("id", primary_key=True),
    sa.Column("request_id", sa.Text, sa.ForeignKey("drawbridge_requests.id"), nullable=False),
    _number("position"),
    _text("method"),
    _text("arguments"),
    _text("item_keys"),
    _text("state"),  # ready | sent | lost | answered | split | dropped
    _number("attempts"),
    _text("doubt"),  # of an earlier sending: "" none, "split" refused as a whole, "lost" nobody knows
    _text("executor", nullable=True),
    _moment("checked_at", nullable=True),  # when its items were last read before sending,
    _text("checked_by", nullable=True),  # and by which process
    _moment("sent_at", nullable=True),
    _moment("answered_at", nullable=True),
    _text("code", nullable=True),  # "ok" or Slack's error code
    _text("slack_request_id", nullable=True),
    _moment("due_at", nullable=True),  # not to be sent again before
    sa.Column("canary", sa.Integer, nullable=True),  # the run that makes it before the others
    sa.Index(None, "request_id", "state", "position"),
)

cards = sa.Table(
    "drawbridge_cards",
    metadata,
    sa.Column("request_id", sa.Text, sa.ForeignKey("drawbridge_requests.id"), primary_key=True),
    _text("enterprise_id"),
    _text("channel"),
    _text("ts", nullable=True),
    _text("replaces", nullable=True),  # ts of the card before this one, or "unknown" after a crash
    _number("wanted", 1),
    _number("shown"),
    _moment("posting_at", nullable=True),  # set just before the first post: the intent
    _text("worker", nullable=True),
    _moment("leased_until", nullable=True),
    _moment("due_at"),
    _number("failures"),
    _outdated_only("due_at"),
)

homes = sa.Table(
    "drawbridge_homes",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("user_id", primary_key=True),
    _number("page"),
    _moment("opened_at"),
    _number("wanted", 1),
    _number("shown"),
    _text("worker", nullable=True),
    _moment("leased_until", nullable=True),
    _moment("due_at"),
    _number("failures"),
    _outdated_only("due_at"),
)

notices = sa.Table(
    "drawbridge_notices",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    _text("enterprise_id"),
    _text("request_id", nullable=True),
    _text("place"),  # thread | person | channel
    _text("recipient"),  # user or channel id; empty for the card's thread
    _text("key"),  # what it tells, once per request: approved:W0BEN00001
    _text("message"),  # text and blocks as JSON
    _moment("created_at"),
    _moment("sent_at", nullable=True),
    _text("ts", nullable=True),
    _text("worker", nullable=True),
    _moment("leased_until", nullable=True),
    _moment("due_at"),
    _number("failures"),
    _text("given_up", nullable=True),
    sa.UniqueConstraint("request_id", "place", "recipient", "key"),
    sa.Index(None, "sent_at", "due_at"),
)

audit_events = sa.Table(
    "drawbridge_audit_events",
    metadata,
    _text("enterprise_id", primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("at"),  # RFC 3339, UTC, milliseconds: hashed as text
    _text("event"),
    _text("actor"),
    _text("request_id", nullable=True),
    _text("body"),
    _text("previous"),
    _text("hash"),
    sa.Index(None, "request_id"),
    sa.Index(None, "enterprise_id", "at"),
)

audit_heads = sa.Table(
    "drawbridge_audit_heads",
    metadata,
    _text("enterprise_id", primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    _text("hash"),
)

directory_entries = sa.Table(
    "drawbridge_directory_entries",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("kind", primary_key=True),
    _text("key", primary_key=True),
    _text("name"),
    _text("more"),
    _text("search"),
)

directory_states = sa.Table(
    "drawbridge_directory_states",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("kind", primary_key=True),
    _moment("read_at", nullable=True),
    _moment("leased_until", nullable=True),
    _moment("wanted_at", nullable=True),
    _text("problem", nullable=True),
)

once_external = sa.Table(
    "drawbridge_once_external",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("channel_id", primary_key=True),
    _moment("seen_at"),
)

budgets = sa.Table(
    "drawbridge_budgets",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("method", primary_key=True),
    _fraction("free_at"),  # moments here have fractions: local Slack's intervals are a few milliseconds
    _fraction("line_at"),
    _fraction("held_until"),
    _fraction("pace", 1),  # multiple of the documented one
    _fraction("paced_at"),
    _number("taken"),
    sa.Column("ceiling", sa.Double, nullable=True),
    _fraction("probe_at"),
    _fraction("refused_at"),
    _number("refusals"),
)

heartbeats = sa.Table(
    "drawbridge_heartbeats",
    metadata,
    _text("executor", primary_key=True),
    _moment("beat_at"),
)

remembered = sa.Table(
    "drawbridge_remembered",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("key", primary_key=True),
    _text("value"),
    _moment("at"),
)

installations = sa.Table(
    "drawbridge_installations",
    metadata,
    _text("enterprise_id", primary_key=True),
    _text("user_id", primary_key=True),  # the bot's, or an admin's
    _text("kind"),  # bot | user
    _text("sealed"),  # token and what belongs to it as JSON, encrypted; empty once the token is gone for good
    _moment("installed_at"),
    _moment("expires_at", nullable=True),  # when the token runs out; null: never
    _text("problem", nullable=True),  # the code with which Slack refuses it
    _moment("problem_at", nullable=True),
    _moment("checked_at"),  # when Slack was last asked about it, or the turn to ask was taken
    _text("worker", nullable=True),  # the process that renews it
    _moment("leased_until", nullable=True),
    sa.Index(None, "expires_at"),
)

oauth_states = sa.Table(
    "drawbridge_oauth_states",
    metadata,
    _text("state", primary_key=True),
    _moment("expires_at"),
)
