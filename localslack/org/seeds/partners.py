"""Partner organizations of the small org: one of each kind."""

from localslack.org.model import ConnectionStatus, ExternalOrg

DAY = 86_400


def partners(now: int) -> list[ExternalOrg]:
    """Connected, sponsored, Enterprise, blocked, disconnected and in review."""
    return [
        ExternalOrg("T0ACME0001", "Acme Corp", "acme", last_active=now - 2 * DAY, canvases=1),
        ExternalOrg("T0INITECH1", "Initech", "initech", last_active=now - 40 * DAY),
        ExternalOrg("T0VANDELAY", "Vandelay Industries", "vandelay", last_active=now - 200 * DAY),
        ExternalOrg(
            "T0UMBRELLA", "Umbrella Freelance", "umbrella-free", last_active=now - DAY, is_sponsored=True
        ),
        ExternalOrg(
            "E0GLOBEX01",
            "Globex",
            "globex",
            last_active=now - DAY,
            child_workspaces=["T0GLOBEX11", "T0GLOBEX12"],
        ),
        ExternalOrg("T0HOOLI001", "Hooli", "hooli", ConnectionStatus.BLOCKED, now - 500 * DAY),
        ExternalOrg("T0STARK001", "Stark Industries", "stark", ConnectionStatus.DISCONNECTED, now - 90 * DAY),
        ExternalOrg("T0WAYNE001", "Wayne Enterprises", "wayne", ConnectionStatus.IN_REVIEW, now - 3 * DAY),
    ]
