"""World settings: what differs from org to org, or is not documented, or is sped up for tests."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Settings:
    """Durations are seconds as on Slack; the emulator divides them by ``time_scale``.

    Not scaled are the deadlines of people and HTTP: 3 s for acks and triggers, 30 minutes for a response_url.
    """

    time_scale: float = 1.0
    disconnect_delay: float = 20.0
    disconnect_delays: dict[str, float] = field(default_factory=dict)
    disconnect_never: list[str] = field(default_factory=list)
    rate_limits: bool = True
    rate_burst: int = 2
    rate_per_minute: dict[str, int | None] = field(default_factory=dict)
    usergroups_admin_only: bool = False
    target_teams_max: int = 100
    policy_entities_max: int = 100_000
    entities_per_call_max: int = 1000
    entities_partial: bool = False
    edit_window: float | None = None
    set_teams_enabled: bool = True
    token_life: float = 43_200.0
    ack_deadline: float = 3.0
    ack_grace: float = 0.1
    trigger_life: float = 3.0
    event_retry_delays: list[float] = field(default_factory=lambda: [0.0, 60.0, 300.0])
    socket_life: float = 18_060.0

    def change(self, changes: dict[str, Any]) -> None:
        """Change several settings; ValueError names an unknown one."""
        for name, value in changes.items():
            if name not in self.__dataclass_fields__:
                raise ValueError(f"unknown setting {name!r}; known: {', '.join(self.__dataclass_fields__)}")
            setattr(self, name, value)
