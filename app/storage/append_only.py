"""Triggers with which the database itself refuses to change or delete audit events."""

_TABLE = "drawbridge_audit_events"
_REFUSAL = "audit events are append-only"

_SQLITE = tuple(
    f"CREATE TRIGGER {_TABLE}_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for verb in ("UPDATE", "DELETE")
) + (  # INSERT OR REPLACE deletes without asking the trigger above
    f"CREATE TRIGGER {_TABLE}_no_replace BEFORE INSERT ON {_TABLE} "
    f"WHEN EXISTS (SELECT 1 FROM {_TABLE} WHERE enterprise_id = NEW.enterprise_id AND seq = NEW.seq) "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
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
