"""Installed tokens: sealed at rest, the newest that works in use, states good for one install."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.audit.verify import verify
from app.config import ConfigError, Secret
from app.installations import STATE_LIFE_MS, Installations, OAuthStates, Vault
from app.slack.credentials import Installation, NotInstalled
from app.storage import Database
from app.storage.tables import audit_events, installations
from tests.unit.given import ORG, StillClock
from tests.unit.slack.conftest import INSTALLATION

OLD, NEW = Secret(Vault.new_key()), Secret(Vault.new_key())
OTHER_ADMIN = replace(INSTALLATION, admin_id="W0OTHER001", user_token=Secret("xoxp-the-other"))


@pytest.fixture
def kept(database: Database, clock: StillClock) -> Installations:
    return Installations(database, Vault([NEW, OLD]), clock)


def sealed(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(sa.select(installations.c.sealed)))


def events(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(sa.select(audit_events.c.event).order_by(audit_events.c.seq)))


class TestTheVault:
    def test_what_was_sealed_is_opened_by_any_of_the_keys(self) -> None:
        assert Vault([NEW, OLD]).open(Vault([OLD]).seal("a token")) == "a token"
        assert "a token" not in Vault([NEW]).seal("a token")

    def test_the_newest_key_seals(self) -> None:
        assert Vault([NEW]).open(Vault([NEW, OLD]).seal("a token")) == "a token"

    @pytest.mark.parametrize("deed", [Vault.open, Vault.reseal])
    def test_without_the_right_key_nothing_opens_and_the_setting_is_named(self, deed: object) -> None:
        assert callable(deed)
        with pytest.raises(ConfigError, match="ENCRYPTION_KEYS"):
            deed(Vault([NEW]), Vault([OLD]).seal("a token"))

    def test_what_was_tampered_with_does_not_open(self) -> None:
        text = Vault([NEW]).seal("a token")
        with pytest.raises(ConfigError):
            Vault([NEW]).open(f"{text[:-4]}AAAA")

    @pytest.mark.parametrize("keys", [[], [Secret("not a key")], [NEW, Secret("short")]])
    def test_what_is_no_key_is_refused_without_being_shown(self, keys: list[Secret]) -> None:
        with pytest.raises(ConfigError, match="ENCRYPTION_KEYS") as refused:
            Vault(keys)
        assert "not a key" not in str(refused.value)


class TestInstallations:
    def test_one_that_was_kept_comes_back_whole(self, kept: Installations) -> None:
        kept.save(INSTALLATION)
        assert kept.installation(ORG) == INSTALLATION
        assert kept.enterprise_ids() == (ORG,)

    def test_no_token_stands_readable_in_the_database_or_in_the_log(
        self, kept: Installations, database: Database
    ) -> None:
        kept.save(INSTALLATION)
        (text,) = sealed(database)
        assert "xox" not in text
        with database.read() as connection:
            body = connection.scalar(sa.select(audit_events.c.body))
        assert body is not None
        assert "xox" not in body

    def test_of_several_admins_the_newest_is_used(self, kept: Installations, clock: StillClock) -> None:
        kept.save(INSTALLATION)
        clock.forward(1)
        kept.save(OTHER_ADMIN)
        assert kept.installation(ORG) == OTHER_ADMIN
        clock.forward(1)
        kept.save(INSTALLATION)
        assert kept.installation(ORG) == INSTALLATION

    def test_every_one_in_use_is_told_the_newest_first(self, kept: Installations, clock: StillClock) -> None:
        assert list(kept.every(ORG)) == []
        kept.save(INSTALLATION)
        clock.forward(1)
        kept.save(OTHER_ADMIN)
        kept.save(replace(INSTALLATION, enterprise_id="E0OTHER001"))
        assert list(kept.every(ORG)) == [OTHER_ADMIN, INSTALLATION]
        kept.remove(ORG, ["W0OTHER001"], "revoked")
        assert list(kept.every(ORG)) == [INSTALLATION]

    def test_one_that_no_key_opens_is_told_by_the_setting(
        self, kept: Installations, database: Database, clock: StillClock
    ) -> None:
        kept.save(INSTALLATION)
        closed = Installations(database, Vault([Secret(Vault.new_key())]), clock)
        with pytest.raises(ConfigError, match="ENCRYPTION_KEYS"):
            closed.installation(ORG)
        with pytest.raises(ConfigError, match="ENCRYPTION_KEYS"):
            list(closed.every(ORG))

    def test_when_one_admins_token_is_revoked_the_others_is_used(
        self, kept: Installations, clock: StillClock
    ) -> None:
        kept.save(INSTALLATION)
        clock.forward(1)
        kept.save(OTHER_ADMIN)
        assert kept.remove(ORG, ["W0OTHER001", "W0NOBODY01"], "revoked") == 1
        assert kept.installation(ORG) == INSTALLATION

    def test_when_the_app_is_removed_nothing_is_left_of_its_tokens(
        self, kept: Installations, database: Database
    ) -> None:
        kept.save(INSTALLATION)
        kept.save(OTHER_ADMIN)
        assert kept.remove(ORG, None, "uninstalled") == 2
        assert sealed(database) == ["", ""]
        assert kept.enterprise_ids() == ()
        with pytest.raises(NotInstalled):
            kept.installation(ORG)

    def test_installed_again_it_works_again(self, kept: Installations) -> None:
        kept.save(INSTALLATION)
        kept.remove(ORG, None, "uninstalled")
        kept.save(INSTALLATION)
        assert kept.installation(ORG) == INSTALLATION

    def test_each_of_these_is_an_audit_event_and_nothing_else_is(
        self, kept: Installations, database: Database
    ) -> None:
        kept.save(INSTALLATION)
        kept.remove(ORG, ["W0NOBODY01"], "revoked")
        kept.remove(ORG, None, "uninstalled")
        kept.remove(ORG, None, "uninstalled")
        assert events(database) == ["installation:saved", "installation:removed"]
        assert verify(database) == []

    def test_organizations_do_not_mix(self, kept: Installations) -> None:
        other: Installation = replace(INSTALLATION, enterprise_id="E0OTHER001")
        kept.save(INSTALLATION)
        kept.save(other)
        kept.remove("E0OTHER001", None, "uninstalled")
        assert kept.enterprise_ids() == (ORG,)

    def test_after_rotating_the_old_key_can_go(self, database: Database, clock: StillClock) -> None:
        Installations(database, Vault([OLD]), clock).save(INSTALLATION)
        assert Installations(database, Vault([NEW, OLD]), clock).reseal() == 1
        assert Installations(database, Vault([NEW]), clock).installation(ORG) == INSTALLATION


class TestStates:
    def test_one_that_was_issued_is_good_once(self, database: Database, clock: StillClock) -> None:
        states = OAuthStates(database, clock)
        state = states.issue()
        assert [states.consume(state), states.consume(state)] == [True, False]

    def test_it_is_good_in_another_process(self, database: Database, clock: StillClock) -> None:
        assert OAuthStates(database, clock).consume(OAuthStates(database, clock).issue())

    def test_it_lapses(self, database: Database, clock: StillClock) -> None:
        states = OAuthStates(database, clock)
        state = states.issue()
        clock.forward(STATE_LIFE_MS / 1000)
        assert not states.consume(state)

    @pytest.mark.parametrize("state", ["", "made-up", "%"])
    def test_one_that_was_not_issued_is_no_good(
        self, database: Database, clock: StillClock, state: str
    ) -> None:
        states = OAuthStates(database, clock)
        states.issue()
        assert not states.consume(state)

    def test_no_two_are_the_same(self, database: Database, clock: StillClock) -> None:
        states = OAuthStates(database, clock)
        assert len({states.issue() for _ in range(5)}) == 5
