"""Installed tokens: sealed at rest, those that work first, and every organization for itself."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.audit.verify import verify
from app.config import ConfigError, Secret
from app.installing.installations import GONE, Installations
from app.installing.vault import Vault
from app.slack.credentials import NotInstalled
from app.slack.methods import Token
from app.storage import Database
from app.storage.tables import installations
from tests.unit.given import ORG, StillClock
from tests.unit.installing.conftest import FIRST, ROTATING, SECOND, events, sealed, told

ELSEWHERE = "E0OTHER001"


def admins(kept: Installations, enterprise_id: str = ORG) -> list[str]:
    return [grant.user_id for grant in kept.grants(enterprise_id, Token.USER)]


def refuse(kept: Installations, user_id: str, code: str) -> None:
    """Slack refuses that admin's token."""
    (grant,) = [grant for grant in kept.grants(ORG, Token.USER) if grant.user_id == user_id]
    assert kept.refused(ORG, Token.USER, grant, code) is None


class TestKeeping:
    def test_what_was_kept_comes_back(self, kept: Installations) -> None:
        kept.save(FIRST)
        assert kept.installation(ORG) == FIRST
        assert kept.enterprise_ids() == (ORG,)
        assert kept.grants(ORG, Token.BOT) == [FIRST.grant(Token.BOT)]
        assert kept.grants(ORG, Token.USER) == [FIRST.grant(Token.USER)]

    def test_no_token_stands_readable_in_the_database_or_in_the_log(
        self, kept: Installations, database: Database
    ) -> None:
        kept.save(ROTATING)
        tokens = ("xoxe.xoxb-1", "xoxe.xoxp-1", "xoxe-1-bot", "xoxe-1-admin")  # three letters come by chance
        assert not any(token in text for text in sealed(database) for token in tokens)
        assert "xox" not in str(events(database))

    def test_without_an_installation_there_is_no_token(self, kept: Installations) -> None:
        with pytest.raises(NotInstalled):
            kept.installation(ORG)
        with pytest.raises(NotInstalled):
            kept.grants(ORG, Token.USER)

    def test_one_that_no_key_opens_is_told_by_the_setting(
        self, both: Installations, database: Database, clock: StillClock
    ) -> None:
        closed = Installations(database, Vault([Secret(Vault.new_key())]), clock)
        for asking in (closed.installation, lambda org: closed.grants(org, Token.USER)):
            with pytest.raises(ConfigError, match="ENCRYPTION_KEYS"):
                asking(ORG)

    def test_a_token_moved_into_another_row_is_not_taken(
        self, both: Installations, database: Database
    ) -> None:
        both.save(replace(FIRST, enterprise_id=ELSEWHERE, user_token=Secret("xoxp-elsewhere")))
        with database.write() as connection:
            theirs = sa.select(installations.c.sealed).where(
                installations.c.enterprise_id == ELSEWHERE, installations.c.user_id == FIRST.admin_id
            )
            ours = installations.c.enterprise_id == ORG, installations.c.user_id == FIRST.admin_id
            connection.execute(installations.update().where(*ours).values(sealed=connection.scalar(theirs)))
        with pytest.raises(ConfigError, match="W0ADMIN001"):
            both.grants(ORG, Token.USER)

    def test_after_rotating_the_key_the_old_one_can_go(
        self, both: Installations, key: Secret, database: Database, clock: StillClock
    ) -> None:
        new = Secret(Vault.new_key())
        refuse(both, "W0ADMIN001", GONE)
        assert Installations(database, Vault([new, key]), clock).reseal() == 2
        later = Installations(database, Vault([new]), clock)
        assert later.installation(ORG) == SECOND
        assert admins(later) == ["W0OTHER001"]


class TestSeveralAdmins:
    def test_the_newest_is_used_first_and_all_are_protected(self, both: Installations) -> None:
        assert admins(both) == ["W0OTHER001", "W0ADMIN001"]
        assert both.installation(ORG).admin_id == "W0OTHER001"
        assert both.admin_ids(ORG) == {"W0ADMIN001", "W0OTHER001"}

    def test_the_bot_is_the_newest_installs(self, both: Installations) -> None:
        both.save(replace(FIRST, bot_user_id="U0NEWBOT01", bot_token=Secret("xoxb-new")))
        (grant,) = both.grants(ORG, Token.BOT)
        assert (grant.user_id, grant.token.reveal()) == ("U0NEWBOT01", "xoxb-new")

    def test_whose_token_is_refused_comes_last_and_the_channel_is_told_once(
        self, both: Installations, database: Database
    ) -> None:
        refuse(both, "W0OTHER001", "not_an_admin")
        refuse(both, "W0OTHER001", "not_an_admin")
        assert admins(both) == ["W0ADMIN001", "W0OTHER001"]
        assert both.admin_ids(ORG) == {"W0ADMIN001", "W0OTHER001"}
        (line,) = told(database)
        assert "<@W0OTHER001>" in line
        assert "(not_an_admin)" in line
        assert "goes on with the token of <@W0ADMIN001>" in line
        assert events(database)[2:] == [
            ("installation:refused", {"owner": "W0OTHER001", "kind": "user", "code": "not_an_admin"})
        ]

    def test_a_withdrawn_token_is_deleted(self, both: Installations, database: Database) -> None:
        refuse(both, "W0OTHER001", GONE)
        assert admins(both) == ["W0ADMIN001"]
        assert sealed(database).count("") == 1

    def test_when_nobodys_is_left_the_channel_is_told_what_to_do(
        self, both: Installations, database: Database
    ) -> None:
        refuse(both, "W0OTHER001", GONE)
        refuse(both, "W0ADMIN001", GONE)
        assert admins(both) == []
        assert both.installation(ORG).bot_token == FIRST.bot_token
        assert both.installation(ORG).user_token.reveal() == ""
        assert "/slack/install" in told(database)[1]

    def test_a_refusal_of_a_token_that_was_replaced_meanwhile_says_nothing_about_the_new_one(
        self, both: Installations, database: Database
    ) -> None:
        stale = FIRST.grant(Token.USER)
        both.save(replace(FIRST, user_token=Secret("xoxp-new")))
        taken = both.refused(ORG, Token.USER, stale, "token_revoked")
        assert taken is not None
        assert taken.token.reveal() == "xoxp-new"
        assert told(database) == []

    def test_whoever_installs_again_is_used_again(self, both: Installations) -> None:
        refuse(both, "W0ADMIN001", GONE)
        both.save(FIRST)
        assert set(admins(both)) == {"W0OTHER001", "W0ADMIN001"}

    def test_once_slack_takes_it_again_it_is_told_too(self, both: Installations, database: Database) -> None:
        refuse(both, "W0OTHER001", "not_an_admin")
        (ill,) = [row for row in both.kept(ORG, Token.USER) if row.problem]
        assert both.found(ill, None)
        assert not both.found(ill, None)
        assert admins(both) == ["W0OTHER001", "W0ADMIN001"]
        assert told(database)[1:] == ["✅ Slack takes the token of <@W0OTHER001> again."]
        event, body = events(database)[-1]
        assert (event, body["code"]) == ("installation:recovered", "not_an_admin")


class TestUninstalling:
    def test_nothing_is_left_of_the_tokens(self, both: Installations, database: Database) -> None:
        assert both.remove(ORG, "uninstalled")
        assert set(sealed(database)) == {""}
        assert both.enterprise_ids() == ()
        with pytest.raises(NotInstalled):
            both.installation(ORG)

    def test_it_is_written_down_once(self, both: Installations, database: Database) -> None:
        both.remove(ORG, "uninstalled")
        assert not both.remove(ORG, "uninstalled")
        assert [event for event, _ in events(database)] == [
            "installation:saved",
            "installation:saved",
            "installation:removed",
        ]
        assert verify(database) == []

    def test_installed_again_it_works_again(self, both: Installations) -> None:
        both.remove(ORG, "uninstalled")
        both.save(FIRST)
        assert both.installation(ORG) == FIRST
        assert admins(both) == ["W0ADMIN001"]


class TestOrganizations:
    def test_they_do_not_mix(self, both: Installations) -> None:
        both.save(replace(FIRST, enterprise_id=ELSEWHERE, admin_id="W0ELSE0001"))
        assert both.enterprise_ids() == (ORG, ELSEWHERE)
        assert admins(both, ELSEWHERE) == ["W0ELSE0001"]
        assert both.admin_ids(ORG) == {"W0ADMIN001", "W0OTHER001"}
        both.remove(ELSEWHERE, "uninstalled")
        assert both.enterprise_ids() == (ORG,)
        assert admins(both) == ["W0OTHER001", "W0ADMIN001"]
