"""Channels of the small org: every sharing state that an admin method treats differently."""

from localslack.org.model import Channel, ChannelKind

HQ, ENG, SALES = "T0HQ000001", "T0ENG00001", "T0SALES001"
SUPPORT, FINANCE, LABS = "T0SUPPORT1", "T0FINANCE1", "T0LABS0001"
ALL = [HQ, ENG, SALES, SUPPORT, FINANCE, LABS]
ACME, INITECH, VANDELAY, UMBRELLA, GLOBEX = (
    "T0ACME0001",
    "T0INITECH1",
    "T0VANDELAY",
    "T0UMBRELLA",
    "E0GLOBEX01",
)
US = "E0MERIDIAN"
ANA, BEN, CHLOE, DINO, GIA = "W0ANA00001", "W0BEN00001", "W0CHLOE001", "W0DINO0001", "W0GUEST001"
OLGA, PAUL, SERVICE, OSCAR, BOT = "W0OLGA0001", "W0PAUL0001", "W0INSTALL1", "U0OUTSIDE1", "U0DRAWBRDG"
EVERYONE = [ANA, BEN, CHLOE, DINO, GIA, OLGA, PAUL, SERVICE, OSCAR, BOT]
DAY = 86_400


def channel(id: str, name: str, teams: list[str], members: list[str], now: int, **more: object) -> Channel:
    """A public channel of ours with a usual age; ``private=True`` makes it private."""
    kind = ChannelKind.PRIVATE if more.pop("private", False) else ChannelKind.PUBLIC
    made = Channel(id, name, kind, list(teams), US, list(members))
    made.creator, made.created = OLGA, now - 500 * DAY
    made.updated, made.last_activity = now - 5 * DAY, now - DAY
    for attribute, value in more.items():
        setattr(made, attribute, value)
    made.ever_external = made.ever_external or bool(made.connected)
    return made


def channels(now: int) -> list[Channel]:
    """All of them."""
    return [*_usual(now), *_spread(now), *_shared(now), *_direct(now)]


def _usual(now: int) -> list[Channel]:
    security = [ANA, BEN, CHLOE, OLGA, PAUL, BOT]
    generals = zip(("HQ", "EN", "SA", "SU", "FI", "LA"), ALL, strict=True)
    return [
        channel("C0ADMIN0001", "admin-approvals", [HQ], security, now, private=True),
        channel("C0LOBBY0001", "lobby", [HQ], EVERYONE, now, connected=[ACME], unlisted_outsiders=2),
        *(
            channel(f"C0GENERAL{code}", "general", [team], [OLGA], now, is_general=True)
            for code, team in generals
        ),
        channel("C0LOCAL0001", "hq-social", [HQ], [ANA, BEN, DINO, GIA], now),
        channel("C0LOCAL0002", "eng-backend", [ENG], [ANA, BEN, CHLOE], now),
        channel("C0LOCAL0003", "project-borealis", [ENG], [BEN, CHLOE], now),
        channel("C0LOCAL0004", "project-borealis", [SALES], [DINO], now),
        channel("C0LABS00001", "lab-notes", [LABS], [OLGA], now),
        channel("C0ARCHIVE01", "old-launch", [HQ, ENG], [ANA], now, is_archived=True),
        channel("C0HIDDEN001", "finance-close", [FINANCE], [OLGA, PAUL], now, private=True),
    ]


def _spread(now: int) -> list[Channel]:
    return [
        channel("C0ALLHANDS1", "all-hands", ALL, EVERYONE[:8], now, is_org_wide=True, is_org_default=True),
        channel("C0ORGWIDE01", "tech-news", ALL, [ANA, BEN, OLGA], now, is_org_wide=True),
        channel("C0MULTI0001", "project-atlas", [HQ, ENG, SALES], [ANA, BEN, DINO, GIA], now),
        channel("C0MULTI0002", "incident-room", [HQ, ENG], [ANA, BEN, CHLOE], now, private=True),
        channel("C0EVEREXT01", "old-vendor-room", [HQ, ENG], [ANA, BEN], now, ever_external=True),
        channel("C0LEGACY001", "legacy-partner", [HQ], [ANA], now, legacy_disconnected=True),
        channel("C0MANAGED01", "managed-news", [HQ, ENG], [ANA], now, is_managed=True),
        channel("C0UNSHARE01", "field-support", [HQ, SUPPORT], [ANA], now, cannot_be_unshared_from=[SUPPORT]),
    ]


def _shared(now: int) -> list[Channel]:
    old = now - 120 * DAY
    return [
        channel("C0ACME00001", "acme-project", [ENG], [ANA, BEN, OSCAR, BOT], now, connected=[ACME]),
        channel("C0ACME00002", "acme-support", [SUPPORT], [ANA, OSCAR], now, connected=[ACME], host=ACME),
        channel(
            "C0ACME00003",
            "acme-initech-deal",
            [SALES],
            [ANA, DINO, OSCAR],
            now,
            private=True,
            connected=[ACME, INITECH],
        ),
        channel(
            "C0HIDDEN002", "acme-contracts", [FINANCE], [OLGA, OSCAR], now, private=True, connected=[ACME]
        ),
        channel(
            "C0INITECH01",
            "initech",
            [HQ],
            [DINO],
            now,
            connected=[INITECH],
            limited=[INITECH],
            last_activity=old,
        ),
        channel("C0VANDELAY1", "vandelay-latex", [SALES], [DINO], now, connected=[VANDELAY], host=VANDELAY),
        channel(
            "C0UMBRELLA1", "umbrella-design", [HQ], [ANA], now, connected=[UMBRELLA], unlisted_outsiders=1
        ),
        channel(
            "C0GLOBEX001",
            "globex-joint",
            [HQ, ENG],
            [ANA, BEN],
            now,
            connected=[GLOBEX],
            unlisted_outsiders=4,
        ),
        channel("C0GLOBEX002", "globex-labs", [ENG], [BEN], now, connected=[GLOBEX], host=GLOBEX),
        channel("C0PENDING01", "wayne-intro", [HQ], [ANA], now, pending=["T0WAYNE001"]),
    ]


def _direct(now: int) -> list[Channel]:
    one = channel("D0ACME00001", "", [], [ANA, OSCAR], now, connected=[ACME])
    group = channel("C0MPIMACME1", "mpdm-ana--ben--oscar-1", [], [ANA, BEN, OSCAR], now, connected=[ACME])
    one.kind, group.kind = ChannelKind.IM, ChannelKind.MPIM
    return [one, group]
