"""Triggers with which the database itself refuses to change or delete audit events."""

_TABLE = "drawbridge_audit_events"
_REFUSAL = "audit events are append-only"

_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"

_SQLITE = (
    f"CREATE TRIGGER {_TABLE}_no_update BEFORE UPDATE ON {_TABLE} {_REFUSE}",
    f"CREATE TRIGGER {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} {_REFUSE}",
    # INSERT OR REPLACE deletes without asking the trigger above
    f"CREATE TRIGGER {_TABLE}_no_replace BEFORE INSERT ON {_TABLE} WHEN EXISTS "
    f"(SELECT 1 FROM {_TABLE} WHERE enterprise_id = NEW.enterprise_id AND seq = NEW.seq) {_REFUSE}",
)

_POSTGRESQL = (
    "CREATE FUNCTION drawbridge_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE ON {_TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION drawbridge_append_only()",
    f"CREATE TRIGGER {_TABLE}_no_truncate BEFORE TRUNCATE ON {_TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION drawbridge_append_only()",
)


def statements(dialect: str) -> tuple[str, ...]:
    """The DDL for `sqlite` or `postgresql`, one statement each."""
    return {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[dialect]
