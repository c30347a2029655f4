"""Where everything is kept: the engine, the tables, their migrations, and the small writes on them."""

from app.storage.engine import Database, has_turn, now_ms, upsert

__all__ = ["Database", "has_turn", "now_ms", "upsert"]
