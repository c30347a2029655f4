"""The demo org: the small one grown to a real company's size, with look-alike and hostile names."""

from random import Random

from localslack.org.model import ConnectionStatus, ExternalOrg, Org, UserGroup
from localslack.org.seeds.channels import channel
from localslack.org.seeds.names import COMPANIES, FIRST, HOSTILE, LAST, LOOK_ALIKES, SUBJECTS, TRADES
from localslack.org.seeds.small import ALL, ENG, FINANCE, HQ, LABS, SALES, SUPPORT, person

DAY = 86_400
_TEAMS = [HQ, ENG, SALES, SUPPORT, FINANCE]
_PEOPLE, _CHANNELS, _PARTNERS, _GROUPS = 320, 240, 130, 24


def extend_to_demo(org: Org, now: int) -> None:
    """Add people, partners, channels, groups and policy members; the same every time."""
    chance = Random(20_260_101)
    people = _add_people(org, now, chance)
    partners = _add_partners(org, now, chance)
    _add_shared_channels(org, now, chance, people, partners)
    _add_channels(org, now, chance, people)
    _add_groups(org, now, chance, people)
    policy = org.policies["email_password"].entities
    for id in people[: 300 - len(policy)]:
        policy[id] = now - chance.randrange(10, 700) * DAY


def _add_people(org: Org, now: int, chance: Random) -> list[str]:
    ids = []
    for number in range(_PEOPLE):
        name = f"{FIRST[number % len(FIRST)]} {LAST[(number * 7 + number // len(FIRST)) % len(LAST)]}"
        teams = [HQ, *chance.sample(_TEAMS[1:], chance.randrange(1, 3))]
        user = person(f"W0DEMO{number:04d}", name, teams, now, has_sso=chance.random() > 0.15)
        user.email = f"{user.name}{number}@meridian.example"
        user.has_2fa = chance.random() > 0.1
        user.is_restricted = number % 23 == 0
        user.is_ultra_restricted = number % 67 == 0
        user.is_org_admin = number % 97 == 1
        if number % 31 == 5:
            user.deleted, user.deactivated_at = True, now - chance.randrange(5, 300) * DAY
        org.users[user.id] = user
        ids.append(user.id)
    return ids


def _add_partners(org: Org, now: int, chance: Random) -> list[ExternalOrg]:
    named = [*LOOK_ALIKES, *HOSTILE]
    for number in range(_PARTNERS):
        company, round_ = COMPANIES[number % len(COMPANIES)], number // len(COMPANIES)
        name = f"{company} {TRADES[(round_ + number) % len(TRADES)]}"
        named.append((name, f"{name.lower().replace(' ', '-')}-{number}"))
    statuses = list(ConnectionStatus)
    partners = []
    for number, (name, domain) in enumerate(named):
        status = statuses[number % 29] if number % 29 < len(statuses) else ConnectionStatus.CONNECTED
        enterprise = number % 19 == 7
        partner = ExternalOrg(
            id=f"{'E' if enterprise else 'T'}0DEMO{number:05d}",
            name=name,
            domain=domain,
            status=status,
            last_active=now - chance.randrange(0, 900) * DAY,
            is_sponsored=number % 11 == 3,
            child_workspaces=[f"T0CHILD{number:04d}"] if enterprise else [],
        )
        org.external_orgs[partner.id] = partner
        partners.append(partner)
    return partners


def _add_shared_channels(
    org: Org, now: int, chance: Random, people: list[str], partners: list[ExternalOrg]
) -> None:
    connected = [partner for partner in partners if partner.status is ConnectionStatus.CONNECTED]
    for number, partner in enumerate(connected):
        for part in range(chance.randrange(1, 4)):
            shared = channel(
                f"C0SH{number:04d}{part:02d}X",
                f"ext-{partner.domain[:40]}-{part}",
                [chance.choice(_TEAMS)],
                chance.sample(people, chance.randrange(2, 12)),
                now,
                connected=[partner.id],
                private=chance.random() < 0.3,
                unlisted_outsiders=chance.randrange(1, 9),
            )
            shared.host = partner.id if chance.random() < 0.35 else org.id
            shared.last_activity = now - chance.randrange(0, 400) * DAY
            org.channels[shared.id] = shared


def _add_channels(org: Org, now: int, chance: Random, people: list[str]) -> None:
    for number in range(_CHANNELS):
        spread = chance.sample(ALL, chance.choice([1, 1, 1, 2, 3, 5]))
        made = channel(
            f"C0DEMO{number:05d}",
            f"{SUBJECTS[number % len(SUBJECTS)]}-{number:03d}",
            spread,
            chance.sample(people, chance.randrange(1, 20)),
            now,
            private=chance.random() < 0.2,
            is_archived=chance.random() < 0.08,
            unlisted_members=chance.randrange(0, 400),
        )
        made.last_activity = now - chance.randrange(0, 700) * DAY
        org.channels[made.id] = made


def _add_groups(org: Org, now: int, chance: Random, people: list[str]) -> None:
    for number in range(_GROUPS):
        name = f"{SUBJECTS[number % len(SUBJECTS)]} {'crew' if number % 2 else 'leads'}"
        group = UserGroup(
            id=f"S0DEMO{number:04d}",
            team_id=([*_TEAMS, LABS])[number % 6],
            name=name.title(),
            handle=f"{name.replace(' ', '-')}-{number}",
            users=chance.sample(people, chance.randrange(2, 30)),
            created=now - 300 * DAY,
            created_by="W0OLGA0001",
            updated=now - chance.randrange(1, 200) * DAY,
            updated_by="W0ANA00001",
            is_idp_group=number % 9 == 4,
        )
        org.usergroups[group.id] = group
