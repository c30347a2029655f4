"""The first schema, and the triggers that keep audit events append-only."""

import sqlalchemy as sa
from alembic import op

from app.storage.append_only import statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drawbridge_audit_events",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "seq", name=op.f("pk_drawbridge_audit_events")),
    )
    with op.batch_alter_table("drawbridge_audit_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_audit_events_enterprise_id_at"), ["enterprise_id", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_drawbridge_audit_events_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "drawbridge_audit_heads",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_drawbridge_audit_heads")),
    )
    op.create_table(
        "drawbridge_budgets",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("free_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("line_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("held_until", sa.Double(), server_default="0", nullable=False),
        sa.Column("pace", sa.Double(), server_default="1", nullable=False),
        sa.Column("paced_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ceiling", sa.Double(), nullable=True),
        sa.Column("probe_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("refused_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("refusals", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "method", name=op.f("pk_drawbridge_budgets")),
    )
    op.create_table(
        "drawbridge_delegations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("delegator_id", sa.Text(), nullable=False),
        sa.Column("delegator_name", sa.Text(), nullable=False),
        sa.Column("delegate_id", sa.Text(), nullable=False),
        sa.Column("delegate_name", sa.Text(), nullable=False),
        sa.Column("operations", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawbridge_delegations")),
    )
    with op.batch_alter_table("drawbridge_delegations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_delegations_until"),
            ["until"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "one_open_delegation",
            ["enterprise_id", "delegator_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "drawbridge_directory_entries",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("more", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "kind", "key", name=op.f("pk_drawbridge_directory_entries")),
    )
    op.create_table(
        "drawbridge_directory_states",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("wanted_at", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("enterprise_id", "kind", name=op.f("pk_drawbridge_directory_states")),
    )
    op.create_table(
        "drawbridge_drafts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("undo_of", sa.Text(), nullable=True),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("offered", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("preview", sa.Text(), nullable=True),
        sa.Column("view_id", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawbridge_drafts")),
    )
    with op.batch_alter_table("drawbridge_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawbridge_drafts_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "drawbridge_heartbeats",
        sa.Column("executor", sa.Text(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("executor", name=op.f("pk_drawbridge_heartbeats")),
    )
    op.create_table(
        "drawbridge_holds",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "hold", name=op.f("pk_drawbridge_holds")),
    )
    with op.batch_alter_table("drawbridge_holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawbridge_holds_request_id"), ["request_id"], unique=False)

    op.create_table(
        "drawbridge_homes",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.Integer(), server_default="1", nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "user_id", name=op.f("pk_drawbridge_homes")),
    )
    with op.batch_alter_table("drawbridge_homes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_homes_due_at"),
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("wanted > shown"),
            postgresql_where=sa.text("wanted > shown"),
        )

    op.create_table(
        "drawbridge_installations",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("problem_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("enterprise_id", "user_id", name=op.f("pk_drawbridge_installations")),
    )
    with op.batch_alter_table("drawbridge_installations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_installations_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "drawbridge_notices",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("given_up", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawbridge_notices")),
        sa.UniqueConstraint(
            "request_id",
            "place",
            "recipient",
            "key",
            name=op.f("uq_drawbridge_notices_request_id_place_recipient_key"),
        ),
    )
    with op.batch_alter_table("drawbridge_notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_notices_sent_at_due_at"), ["sent_at", "due_at"], unique=False
        )

    op.create_table(
        "drawbridge_oauth_states",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_drawbridge_oauth_states")),
    )
    op.create_table(
        "drawbridge_once_external",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "channel_id", name=op.f("pk_drawbridge_once_external")),
    )
    op.create_table(
        "drawbridge_remembered",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "key", name=op.f("pk_drawbridge_remembered")),
    )
    op.create_table(
        "drawbridge_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("undo_of", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("requester_id", sa.Text(), nullable=False),
        sa.Column("requester_name", sa.Text(), nullable=False),
        sa.Column("requester_email", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("authorisation", sa.Text(), nullable=False),
        sa.Column("approvals_wanted", sa.Integer(), server_default="1", nullable=False),
        sa.Column("approvals_from", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("policy_digest", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("execute_within_ms", sa.BigInteger(), nullable=False),
        sa.Column("cool_off_ms", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("begin_by", sa.BigInteger(), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("blocked", sa.Text(), nullable=True),
        sa.Column("reminded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("escalated_at", sa.BigInteger(), nullable=True),
        sa.Column("closing", sa.Text(), nullable=True),
        sa.Column("runs", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("resume_by", sa.BigInteger(), nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawbridge_requests")),
    )
    with op.batch_alter_table("drawbridge_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_requests_enterprise_id_filed_at"),
            ["enterprise_id", "filed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_drawbridge_requests_enterprise_id_finished_at"),
            ["enterprise_id", "finished_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_drawbridge_requests_enterprise_id_requester_id_filed_at"),
            ["enterprise_id", "requester_id", "filed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_drawbridge_requests_enterprise_id_state_filed_at"),
            ["enterprise_id", "state", "filed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_drawbridge_requests_state_expires_at"), ["state", "expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_drawbridge_requests_undo_of"), ["undo_of"], unique=False)

    op.create_table(
        "drawbridge_calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("item_keys", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("doubt", sa.Text(), nullable=False),
        sa.Column("executor", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_by", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("slack_request_id", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("canary", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["drawbridge_requests.id"], name=op.f("fk_drawbridge_calls_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawbridge_calls")),
    )
    with op.batch_alter_table("drawbridge_calls", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_calls_request_id_state_position"),
            ["request_id", "state", "position"],
            unique=False,
        )

    op.create_table(
        "drawbridge_cards",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Integer(), server_default="1", nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("posting_at", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["drawbridge_requests.id"], name=op.f("fk_drawbridge_cards_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_drawbridge_cards")),
    )
    with op.batch_alter_table("drawbridge_cards", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_cards_due_at"),
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("wanted > shown"),
            postgresql_where=sa.text("wanted > shown"),
        )

    op.create_table(
        "drawbridge_decisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("person_email", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("card_ts", sa.Text(), nullable=False),
        sa.Column("action_ts", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["drawbridge_requests.id"], name=op.f("fk_drawbridge_decisions_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawbridge_decisions")),
        sa.UniqueConstraint(
            "request_id", "person_id", name=op.f("uq_drawbridge_decisions_request_id_person_id")
        ),
    )
    op.create_table(
        "drawbridge_items",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("canary", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["drawbridge_requests.id"], name=op.f("fk_drawbridge_items_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "position", name=op.f("pk_drawbridge_items")),
        sa.UniqueConstraint("request_id", "key", name=op.f("uq_drawbridge_items_request_id_key")),
    )
    with op.batch_alter_table("drawbridge_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_drawbridge_items_request_id_outcome"), ["request_id", "outcome"], unique=False
        )

    op.create_table(
        "drawbridge_retrospectives",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person_email", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_name", sa.Text(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["drawbridge_requests.id"], name=op.f("fk_drawbridge_retrospectives_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_drawbridge_retrospectives")),
    )
    with op.batch_alter_table("drawbridge_retrospectives", schema=None) as batch_op:
        batch_op.create_index(
            "one_open_retrospective",
            ["enterprise_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)
