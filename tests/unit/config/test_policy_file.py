"""The policy file: every key, every refusal named by its key, all problems at once."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.config import ConfigError, Group, Principal, read_policy
from tests.unit.config.conftest import BASE, LIMITS, keys, parse, problems


class TestASoundFile:
    def test_what_is_left_out_has_its_default(self) -> None:
        rules = parse(BASE).default["disconnect-org"]
        assert rules.requesters == (Principal("role", "org_admin"), Principal("role", "org_owner"))
        assert rules.approvers == (Principal("usergroup", "S0SECURITY"),)
        assert (rules.approvals, rules.approvals_from) == (1, ())
        assert (rules.expires_after, rules.execute_within, rules.cool_off) == (86_400, 86_400, 0)
        assert (rules.ticket_pattern, rules.protected_usergroups) == (None, ())
        assert (rules.max_items, rules.pacing, rules.delegation) == (50, "documented", False)
        assert parse(BASE).default["disable-usergroup"].max_items == 1000

    def test_every_key_is_read(self) -> None:
        rules = parse(
            BASE
            + """
            approvals = 3
            approvals_from = [["usergroup:T0HQ000001/S0LEGAL0001", 1], ["role:org_owner", 1]]
            escalate_to = ["role:org_owner", "user:U0ANA00001"]
            quiet_hours = [
              { from = "20:00", to = "07:00", zone = "Europe/Lisbon" },
              { from = "00:00", to = "24:00", zone = "UTC", days = ["sun", "sat"] },
            ]
            expires_after = "4h"
            execute_within = "90s"
            cool_off = "15m"
            ticket_pattern = "^[A-Z]+-[0-9]+$"
            max_items = 7
            protected_usergroups = ["S0ONCALL01", "usergroup:S0ADMINS01", "T0HQ000001/S0LEGAL0001"]
            pacing = "adaptive"
            delegation = true
            """
        ).default["disconnect-org"]
        legal, owner = Principal("usergroup", "S0LEGAL0001", "T0HQ000001"), Principal("role", "org_owner")
        assert rules.approvals == 3
        assert rules.approvals_from == ((legal, 1), (owner, 1))
        assert rules.all_approvers() == (Principal("usergroup", "S0SECURITY"), legal, owner)
        assert [str(one) for one in rules.quiet_hours] == [
            "20:00-07:00 Europe/Lisbon",
            "00:00-24:00 UTC sat/sun",
        ]
        ana = Principal("user", "U0ANA00001")
        assert rules.escalate_to == (owner, ana)
        assert rules.escalated().all_approvers() == (*rules.approvers, owner, ana, legal)
        assert (rules.expires_after, rules.execute_within, rules.cool_off) == (14_400, 90, 900)
        assert rules.max_items == 7
        assert rules.protected_usergroups == (
            Group("S0ONCALL01"),
            Group("S0ADMINS01"),
            Group("S0LEGAL0001", "T0HQ000001"),
        )
        assert rules.pacing == "adaptive"
        assert rules.delegation

    def test_delegation_is_of_the_operations_that_say_so(self) -> None:
        book = parse(BASE + "delegation = true\n[operations.disconnect-org]\ndelegation = false\n").default
        assert [key for key, rules in book.operations.items() if not rules.delegation] == ["disconnect-org"]
        told = book.listed()
        assert told["disconnect-org.delegation"] == "not allowed"
        assert told["disable-usergroup.delegation"] == "allowed"

    def test_an_operation_overrides_the_top_level_and_only_there(self) -> None:
        book = parse(BASE + '[operations.disconnect-org]\napprovals = 2\nexpires_after = "4h"\n').default
        assert (book["disconnect-org"].approvals, book["disconnect-org"].expires_after) == (2, 14_400)
        assert (book["disable-usergroup"].approvals, book["disable-usergroup"].expires_after) == (1, 86_400)
        assert book["disconnect-org"].approvers == book["disable-usergroup"].approvers

    def test_an_operation_can_be_closed_to_everybody(self) -> None:
        book = parse(BASE + "[operations.disconnect-org]\nrequesters = []\n").default
        assert book["disconnect-org"].requesters == ()
        assert book["disable-usergroup"].requesters

    @pytest.mark.parametrize(
        ("text", "principal", "written"),
        [
            ("role:org_owner", Principal("role", "org_owner"), "role:org_owner"),
            ("user:U0ANA00001", Principal("user", "U0ANA00001"), "user:U0ANA00001"),
            ("user:W0ANA00001", Principal("user", "W0ANA00001"), "user:W0ANA00001"),
            ("usergroup:S0OPS00001", Principal("usergroup", "S0OPS00001"), "usergroup:S0OPS00001"),
            (
                "usergroup:T0HQ000001/S0OPS00001",
                Principal("usergroup", "S0OPS00001", "T0HQ000001"),
                "usergroup:T0HQ000001/S0OPS00001",
            ),
        ],
    )
    def test_each_kind_of_principal_is_read_and_written_the_same(
        self, text: str, principal: Principal, written: str
    ) -> None:
        rules = parse(BASE.replace("role:org_admin", text)).default["disconnect-org"]
        assert rules.requesters[0] == principal
        assert str(principal) == written

    @pytest.mark.parametrize(
        ("pattern", "ticket", "fits"),
        [
            ("^[A-Z]+-[0-9]+$", "SEC-12", True),
            ("^[A-Z]+-[0-9]+$", "sec-12", False),
            ("^[A-Z]+-[0-9]+$", "", False),
            ("SEC", "see SEC-12", True),
        ],
    )
    def test_a_ticket_fits_its_pattern_or_not(self, pattern: str, ticket: str, fits: bool) -> None:
        rules = parse(BASE + f"ticket_pattern = '{pattern}'").default["disconnect-org"]
        assert rules.ticket_fits(ticket) is fits

    def test_without_a_pattern_any_ticket_fits(self) -> None:
        assert parse(BASE).default["disconnect-org"].ticket_fits("")

    def test_the_digest_is_that_of_the_text_and_changes_with_it(self) -> None:
        assert parse(BASE).default.digest == hashlib.sha256(BASE.encode()).hexdigest()
        assert parse(BASE + "# reviewed\n").default.digest != parse(BASE).default.digest


NIGHT = '{ from = "20:00", to = "07:00", zone = "UTC" }'


class TestEachWrongKeyIsNamed:
    @pytest.mark.parametrize(
        ("line", "key"),
        [
            ("approvals = 0", "approvals"),
            ("approvals = true", "approvals"),
            ('approvals = "2"', "approvals"),
            ("approvals = 1.5", "approvals"),
            ("max_items = 0", "max_items"),
            ("expires_after = 3600", "expires_after"),
            ('expires_after = "1 h"', "expires_after"),
            ('expires_after = "0h"', "expires_after"),
            ('expires_after = "2w"', "expires_after"),
            ('expires_after = "-1h"', "expires_after"),
            ('execute_within = "0s"', "execute_within"),
            ('cool_off = "soon"', "cool_off"),
            ('ticket_pattern = "[A-"', "ticket_pattern"),
            ("ticket_pattern = 5", "ticket_pattern"),
            ('pacing = "fast"', "pacing"),
            ('delegation = "yes"', "delegation"),
            ("delegation = 1", "delegation"),
            ('protected_usergroups = ["@oncall"]', "protected_usergroups"),
            ("protected_usergroups = 5", "protected_usergroups"),
            ('approvals_from = "role:org_owner"', "approvals_from"),
            ('approvals_from = [["role:org_owner"]]', "approvals_from"),
            ('approvals_from = [["role:king", 1]]', "approvals_from"),
            ('approvals_from = [["role:org_owner", 0]]', "approvals_from"),
            ('approvals_from = [["role:org_owner", 2]]', "approvals_from"),
            ('approvals_form = [["role:org_owner", 1]]', "approvals_form"),
            ('quiet_hours = "22:00-06:00"', "quiet_hours"),
            ('quiet_hours = { from = "20:00", to = "07:00", zone = "UTC" }', "quiet_hours"),
            ('quiet_hours = [{ from = "24:00", to = "07:00", zone = "UTC" }]', "quiet_hours.from"),
            ('quiet_hours = [{ from = "8:00", to = "09:00", zone = "UTC" }]', "quiet_hours.from"),
            ('quiet_hours = [{ from = "20:60", to = "07:00", zone = "UTC" }]', "quiet_hours.from"),
            ('quiet_hours = [{ from = "20:00", to = "24:01", zone = "UTC" }]', "quiet_hours.to"),
            ('quiet_hours = [{ from = "20:00", zone = "UTC" }]', "quiet_hours.to"),
            ('quiet_hours = [{ from = "20:00", to = "20:00", zone = "UTC" }]', "quiet_hours.to"),
            ('quiet_hours = [{ from = "20:00", to = "07:00", zone = "Lisbon" }]', "quiet_hours.zone"),
            ('quiet_hours = [{ from = "20:00", to = "07:00", zone = "Europe" }]', "quiet_hours.zone"),
            ('quiet_hours = [{ from = "20:00", to = "07:00", zone = "../etc/passwd" }]', "quiet_hours.zone"),
            ('quiet_hours = [{ from = "20:00", to = "07:00" }]', "quiet_hours.zone"),
            ('quiet_hours = [{ from = "20:00", to = "07:00", zone = "UTC", days = [] }]', "quiet_hours.days"),
            (
                'quiet_hours = [{ from = "20:00", to = "07:00", zone = "UTC", days = [5] }]',
                "quiet_hours.days",
            ),
            ('quiet_hours = [{ from = "20:00", to = "07:00", zone = "UTC", on = [] }]', "quiet_hours.on"),
            ('quiet_hours = [{ from = "00:00", to = "24:00", zone = "UTC" }]', "quiet_hours"),
            (f"quiet_hours = [{', '.join([NIGHT] * 7)}]", "quiet_hours"),
            ('escalate_to = "role:org_owner"', "escalate_to"),
            ('escalate_to = ["@boss"]', "escalate_to"),
            ('[operations.disconnect-org]\nescalate_to = ["@boss"]', "operations.disconnect-org.escalate_to"),
            ('[break_glass]\npeople = ["role:org_owner"]', "break_glass.people"),
            ('[break_glass]\ndelay = "0s"', "break_glass.delay"),
            ('[break_glass]\ndelay = "2h"', "break_glass.delay"),
            ("[break_glass]\nwho = []", "break_glass.who"),
            ("break_glass = 5", "break_glass"),
            ("[operations.disconnect-org.break_glass]", "operations.disconnect-org.break_glass"),
            ("raise = 5", "raise"),
            ('[[raise]]\nwhen = "full moon"\napprovals = 2', "raise.when"),
            ('[[raise]]\nwhen = "items > many"\napprovals = 2', "raise.when"),
            ("[[raise]]\napprovals = 2", "raise.when"),
            ('[[raise]]\nwhen = "guest"', "raise"),
            ('[[raise]]\nwhen = "guest"\napprovals = 0', "raise.approvals"),
            ('[[raise]]\nwhen = "guest"\ncool_off = "soon"', "raise.cool_off"),
            ('[[raise]]\nwhen = "guest"\napprovals = 2\nbecause = "x"', "raise.because"),
            (
                '[[operations.disconnect-org.raise]]\nwhen = "guest"\napprovals = 2',
                "operations.disconnect-org.raise.when",
            ),
            ("[operations.delete-org]\napprovals = 2", "operations.delete-org"),
            ("[operations.disconnect-org]\napproval = 2", "operations.disconnect-org.approval"),
            ("[operations.disconnect-org]\napprovals = 0", "operations.disconnect-org.approvals"),
            ("[operations.disconnect-org]\nquiet_hours = 1", "operations.disconnect-org.quiet_hours"),
            (
                "[operations.disconnect-org]\nadmin_channel = 'C0OTHER001'",
                "operations.disconnect-org.admin_channel",
            ),
            ("operations = 5", "operations"),
            ("operations.disconnect-org = 5", "operations.disconnect-org"),
            ("orgs = 5", "orgs"),
            ("[orgs]\nE0HQ000001 = 5", "orgs.E0HQ000001"),
        ],
    )
    def test_given_a_wrong_line_its_key_and_nothing_else_is_named(self, line: str, key: str) -> None:
        assert keys(BASE + line) == {key}

    @pytest.mark.parametrize("channel", ["#admin", "", "D0DIRECT01", "c0admin0001"])
    def test_the_admin_channel_is_an_id(self, channel: str) -> None:
        assert keys(BASE.replace("C0ADMIN0001", channel)) == {"admin_channel"}

    @pytest.mark.parametrize(
        "entry",
        ["role:admin", "usergroup:@sec", "user:ana", "S0SECURITY", "role:org_admin ", "usergroup:T1/", "*"],
    )
    @pytest.mark.parametrize("which", ["role:org_owner", "usergroup:S0SECURITY"])
    def test_a_principal_of_no_known_kind_is_refused(self, which: str, entry: str) -> None:
        found = keys(BASE.replace(which, entry))
        assert found - {"approvers"} == ({"requesters"} if which.startswith("role") else set())
        assert found

    @pytest.mark.parametrize("value", ['"role:org_admin"', "5", "[5]", "[[]]"])
    def test_requesters_are_a_list_of_texts(self, value: str) -> None:
        assert keys(BASE.replace('["role:org_admin", "role:org_owner"]', value)) == {"requesters"}

    def test_an_unknown_operation_is_told_which_there_are(self) -> None:
        (problem,) = problems(BASE + "[operations.delete-org]\n")
        assert problem.endswith("there are disconnect-org, disable-usergroup")

    def test_all_problems_are_told_at_once_and_each_once(self) -> None:
        found = problems(BASE + 'approvals = 0\ncool_off = "x"\nfoo = 1\n[operations.bar]\n')
        assert sorted(problem.split(": ")[1] for problem in found) == [
            "approvals",
            "cool_off",
            "foo",
            "operations.bar",
        ]

    def test_text_that_is_no_toml_is_told_where(self) -> None:
        (problem,) = problems("admin_channel = \n")
        assert problem.startswith("policy.toml: not valid TOML: ")
        assert "line 1" in problem


class TestOrganizationsOverrideTheTopLevel:
    TWO = BASE + '[orgs.E0HQ000001]\napprovals = 2\n[orgs.E0LAB00001]\nadmin_channel = "C0LAB00001"\n'

    def test_each_has_its_own_and_inherits_the_rest(self) -> None:
        book = parse(self.TWO)
        hq, lab = book.of("E0HQ000001"), book.of("E0LAB00001")
        assert (hq.admin_channel, hq["disconnect-org"].approvals) == ("C0ADMIN0001", 2)
        assert (lab.admin_channel, lab["disconnect-org"].approvals) == ("C0LAB00001", 1)
        assert hq.digest == lab.digest == book.default.digest

    def test_an_organization_without_a_table_is_refused_by_name(self) -> None:
        with pytest.raises(ConfigError, match=r"\[orgs\.E0NEW00001\]: missing"):
            parse(self.TWO).of("E0NEW00001")

    def test_without_tables_the_top_level_is_for_everybody(self) -> None:
        assert parse(BASE).of("E0ANY00001") is not None

    def test_its_operations_layer_over_those_of_the_top_level(self) -> None:
        book = parse(
            BASE
            + """
            [operations.disconnect-org]
            approvals = 2
            expires_after = "4h"
            [orgs.E0HQ000001.operations.disconnect-org]
            approvals = 3
            """
        )
        rules = book.of("E0HQ000001")["disconnect-org"]
        assert (rules.approvals, rules.expires_after) == (3, 14_400)
        assert book.default["disconnect-org"].approvals == 2

    def test_a_problem_names_the_organizations_key(self) -> None:
        assert keys(BASE + "[orgs.E0HQ000001]\napprovals = 0\n") == {"orgs.E0HQ000001.approvals"}
        wrong = BASE + "[orgs.E0HQ000001.operations.disconnect-org]\napprovals = 0\n"
        assert keys(wrong) == {"orgs.E0HQ000001.operations.disconnect-org.approvals"}

    def test_the_admin_channel_may_stand_in_the_tables_only(self) -> None:
        text = BASE.replace('admin_channel = "C0ADMIN0001"', "")
        with_channel = text + '[orgs.E0HQ000001]\nadmin_channel = "C0ADMIN0001"\n'
        assert parse(with_channel).of("E0HQ000001").admin_channel == "C0ADMIN0001"
        assert keys(text + "[orgs.E0HQ000001]\napprovals = 1\n") == {"orgs.E0HQ000001.admin_channel"}

    def test_so_may_the_approvers(self) -> None:
        text = BASE.replace('approvers = ["usergroup:S0SECURITY"]', "")
        book = parse(text + '[orgs.E0HQ000001]\napprovers = ["user:U0BEN00001"]\n')
        assert book.of("E0HQ000001")["disconnect-org"].approvers == (Principal("user", "U0BEN00001"),)
        assert keys(text + "[orgs.E0HQ000001]\napprovals = 1\n") == {"orgs.E0HQ000001.approvers"}


class TestGroupsOfAPolicy:
    TEXT = (
        BASE
        + """
        approvals_from = [["usergroup:S0LEGAL0001", 1]]
        protected_usergroups = ["S0ONCALL01"]
        [operations.disconnect-org]
        requesters = ["usergroup:T0HQ000001/S0ASKERS01"]
        """
    )

    def test_every_group_it_speaks_of_is_known_once(self) -> None:
        assert sorted(parse(self.TEXT).default.groups()) == [
            Group("S0ASKERS01", "T0HQ000001"),
            Group("S0LEGAL0001"),
            Group("S0ONCALL01"),
            Group("S0SECURITY"),
        ]

    def test_only_those_that_approve_are_approving(self) -> None:
        assert parse(self.TEXT).default.approving_groups() == {"S0SECURITY", "S0LEGAL0001"}

    def test_a_bare_group_is_given_the_workspace_it_was_found_in(self) -> None:
        placed = parse(self.TEXT).default.with_teams(
            {"S0SECURITY": "T0OPS00001", "S0LEGAL0001": "T0LAW00001"}
        )
        rules = placed["disconnect-org"]
        assert rules.approvers == (Principal("usergroup", "S0SECURITY", "T0OPS00001"),)
        assert rules.approvals_from == ((Principal("usergroup", "S0LEGAL0001", "T0LAW00001"), 1),)
        assert rules.requesters == (Principal("usergroup", "S0ASKERS01", "T0HQ000001"),)
        assert placed.digest == parse(self.TEXT).default.digest


class TestTheFileItself:
    def test_it_is_read_from_its_path_and_named_in_every_problem(self, folder: Path) -> None:
        path = folder / "rules.toml"
        path.write_text(BASE + "approvals = 0")
        with pytest.raises(ConfigError, match=r"rules\.toml: approvals: "):
            read_policy(path, LIMITS)
        path.write_text(BASE)
        assert read_policy(path, LIMITS).default.admin_channel == "C0ADMIN0001"

    @pytest.mark.parametrize("make", [lambda _: None, Path.mkdir], ids=["absent", "a folder"])
    def test_a_file_that_cannot_be_read_is_told_with_what_to_do(
        self, folder: Path, make: Callable[[Any], Any]
    ) -> None:
        path = folder / "policy.toml"
        make(path)
        with pytest.raises(ConfigError, match=r"POLICY_FILE: cannot read .* Copy policy\.example\.toml"):
            read_policy(path, LIMITS)

    def test_a_file_of_bytes_is_a_problem_and_no_crash(self, folder: Path) -> None:
        path = folder / "policy.toml"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(ConfigError, match=r"policy\.toml"):
            read_policy(path, LIMITS)
