"""The small org, Meridian: a few of everything, with fixed ids."""

from localslack.org.model import AuthPolicy, Org, User, UserGroup, Workspace
from localslack.org.seeds.channels import channels
from localslack.org.seeds.partners import partners

HQ, ENG, SALES = "T0HQ000001", "T0ENG00001", "T0SALES001"
SUPPORT, FINANCE, LABS = "T0SUPPORT1", "T0FINANCE1", "T0LABS0001"
ALL = [HQ, ENG, SALES, SUPPORT, FINANCE, LABS]
DAY = 86_400


def small_org(now: int) -> Org:
    """Six workspaces, a dozen people, eight partners."""
    org = Org("E0MERIDIAN", "Meridian", "meridian")
    org.workspaces = {workspace.id: workspace for workspace in _workspaces()}
    org.users = {user.id: user for user in _people(now)}
    org.external_orgs = {partner.id: partner for partner in partners(now)}
    org.channels = {channel.id: channel for channel in channels(now)}
    org.usergroups = {group.id: group for group in _usergroups(now)}
    org.policies = {"email_password": AuthPolicy("email_password", _policy_members(now))}
    return org


def _workspaces() -> list[Workspace]:
    names = {
        HQ: "Meridian HQ",
        ENG: "Engineering",
        SALES: "Sales",
        SUPPORT: "Support",
        FINANCE: "Finance",
        LABS: "Labs",
    }
    return [
        Workspace(
            id=id,
            name=name,
            domain=f"meridian-{name.split()[-1].lower()}",
            has_app=id != LABS,
            primary_owner="W0OLGA0001",
            connect_allowed=id != LABS,
        )
        for id, name in names.items()
    ]


def person(id: str, real_name: str, teams: list[str], now: int, **more: object) -> User:
    """A person with the usual e-mail address and age."""
    name = real_name.lower().replace(" ", ".")
    user = User(id, name, real_name, f"{name}@meridian.example", list(teams))
    user.created, user.updated = now - 900 * DAY, now - 30 * DAY
    for attribute, value in more.items():
        setattr(user, attribute, value)
    return user


def _people(now: int) -> list[User]:
    return [
        person("W0ANA00001", "Ana Ferreira", [HQ, ENG, SALES], now, is_org_admin=True, tz="Europe/Lisbon"),
        person("W0BEN00001", "Ben Okafor", [HQ, ENG], now, tz="Africa/Lagos"),
        person("W0CHLOE001", "Chloe Martin", [HQ, ENG], now, tz="Europe/Paris"),
        person("W0DINO0001", "Dino Rossi", [HQ, SALES], now, tz="Europe/Rome"),
        person("W0GUEST001", "Gia Novak", [HQ], now, is_restricted=True, has_sso=False),
        person("W0OLGA0001", "Olga Lindqvist", ALL, now, is_org_owner=True, is_primary_owner=True),
        person("W0PAUL0001", "Paul Adeyemi", ALL, now, is_org_owner=True, is_org_admin=True),
        person(
            "W0INSTALL1",
            "Drawbridge Service",
            ALL,
            now,
            is_org_admin=True,
            private_channel_scope=[HQ, ENG, SALES, SUPPORT],
        ),
        person("W0GONE0001", "Greta Gone", [HQ], now, deleted=True, deactivated_at=now - 60 * DAY),
        *(
            person(f"W0POLICY0{n}", f"Policy Person {n}", [HQ, SUPPORT], now, has_sso=n % 2 == 0)
            for n in range(1, 7)
        ),
        *_others(now),
    ]


def _others(now: int) -> list[User]:
    bot = person(
        "U0DRAWBRDG", "Drawbridge", [HQ, ENG, SALES, SUPPORT, FINANCE], now, is_bot=True, has_sso=False
    )
    bot.email = ""
    slackbot = person("USLACKBOT", "Slackbot", ALL, now, is_bot=True, has_sso=False)
    slackbot.email = ""
    oscar = person("U0OUTSIDE1", "Oscar Outsider", [], now, external_org="T0ACME0001")
    stranger = person("U0STRANGE1", "Sid Stranger", [], now, external_org="T0STARK001", is_stranger=True)
    oscar.email, stranger.email = "oscar@acme.example", ""
    return [bot, slackbot, oscar, stranger]


def _usergroups(now: int) -> list[UserGroup]:
    groups = [
        UserGroup("S0SECURITY", HQ, "Security", "security", ["W0BEN00001", "W0CHLOE001"], "Security team"),
        UserGroup(
            "S0ONCALL01", ENG, "On-call", "oncall", ["W0BEN00001", "W0ANA00001"], channels=["C0MULTI0001"]
        ),
        UserGroup("S0SALES001", SALES, "Sales leads", "sales-leads", ["W0DINO0001", "W0ANA00001"]),
        UserGroup("S0FACILITY", HQ, "Facilities", "facilities", ["W0DINO0001", "W0GUEST001"]),
        UserGroup("S0IDPGRP01", HQ, "All employees", "all-employees", ["W0ANA00001"], is_idp_group=True),
        UserGroup("S0ORGLVL01", HQ, "Org admins", "org-admins", ["W0ANA00001"], is_org_level=True),
        UserGroup("S0LABS0001", LABS, "Lab rats", "lab-rats", ["W0OLGA0001"]),
        UserGroup("S0DISABLED", HQ, "Retired", "retired", ["W0DINO0001"]),
    ]
    for group in groups:
        group.created, group.created_by = now - 400 * DAY, "W0OLGA0001"
        group.updated, group.updated_by = now - 20 * DAY, "W0ANA00001"
    groups[-1].disabled_at, groups[-1].disabled_by = now - 10 * DAY, "W0ANA00001"
    return groups


def _policy_members(now: int) -> dict[str, int]:
    people = ["W0OLGA0001", "W0INSTALL1", "W0CHLOE001", "W0DINO0001", "W0GUEST001", "W0GONE0001"]
    people += [f"W0POLICY0{n}" for n in range(1, 7)]
    return {id: now - (300 - index) * DAY for index, id in enumerate(people)}
