"""Which open requests hold a plan's targets."""

import sqlalchemy as sa

from app.model.plan import Plan
from app.storage.tables import holds

_AT_ONCE = 500
"""How many values one statement asks about: older SQLite takes 999."""


def holders(connection: sa.Connection, plan: Plan) -> dict[str, str]:
    """Those of the plan's holds that are taken, each with the request that has it."""
    wanted = plan.holds()
    taken: dict[str, str] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        query = sa.select(holds.c.hold, holds.c.request_id).where(
            holds.c.enterprise_id == plan.enterprise_id, holds.c.hold.in_(wanted[at : at + _AT_ONCE])
        )
        taken |= {row.hold: row.request_id for row in connection.execute(query)}
    return taken
