"""The seeds hold what tests and tour rely on."""

import pytest

from localslack.org.model import ConnectionStatus, Org
from localslack.org.seeds import seeded_org

NOW = 1_760_000_000


@pytest.fixture(scope="module")
def demo() -> Org:
    return seeded_org("demo", NOW)


def test_seeds_are_the_same_every_time(demo: Org) -> None:
    assert seeded_org("demo", NOW) == demo


def test_the_demo_org_contains_the_small_one(demo: Org) -> None:
    small = seeded_org("small", NOW)
    for family in ("workspaces", "users", "external_orgs", "channels", "usergroups"):
        assert getattr(small, family).items() <= getattr(demo, family).items()


def test_the_demo_org_is_large(demo: Org) -> None:
    assert len(demo.external_orgs) >= 150
    assert len(demo.channels) >= 400
    assert len(demo.policies["email_password"].entities) == 300
    assert {org.status for org in demo.external_orgs.values()} == set(ConnectionStatus)


def test_the_demo_org_has_names_that_deceive(demo: Org) -> None:
    names = [org.name for org in demo.external_orgs.values()]
    assert "Аcme Corp" in names  # the first letter is Cyrillic
    assert any(len(name) >= 200 for name in names)
    assert any("\u202e" in name for name in names)
    assert any("<!channel>" in name for name in names)


@pytest.mark.parametrize("seed", ["small", "demo"])
def test_everything_refers_to_things_that_exist(seed: str) -> None:
    org = seeded_org(seed, NOW)
    orgs = {org.id, *org.external_orgs}
    for channel in org.channels.values():
        assert set(channel.members) <= org.users.keys()
        assert set(channel.team_ids) <= org.workspaces.keys()
        assert {channel.host, *channel.connected, *channel.limited} <= orgs
        assert channel.host == org.id or channel.host in channel.connected
    for group in org.usergroups.values():
        assert set(group.users) <= org.users.keys()
        assert group.team_id in org.workspaces
    assert org.policies["email_password"].entities.keys() <= org.users.keys()
    for user in org.users.values():
        assert set(user.teams) <= org.workspaces.keys()


def test_an_unknown_seed_is_named() -> None:
    with pytest.raises(ValueError, match="huge"):
        seeded_org("huge", NOW)
