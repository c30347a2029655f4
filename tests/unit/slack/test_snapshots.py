"""Snapshots: what answers a select within a keystroke, and never takes a failed read for an empty list."""

import pytest

from app.model.clock import system_clock
from app.slack.directory.snapshot import Entry, Snapshots, folded, words
from app.storage import Database
from app.storage.tables import directory_states
from tests.unit.given import HOSTILE, NOW, ORG, StillClock

KIND = "external_orgs"
HOUR = 3_600_000
ORGS = [
    Entry("T0ACME0001", "Acme", "acme"),
    Entry("T0ACME0002", "Acme Research", "acme-labs"),
    Entry("T0BETA0001", "Beta of Acme", "beta"),
    Entry("T0GAMMA001", "Gamma 100%_\\ (EU)", "gamma_eu"),
    Entry("T0STRASSE1", "Straße", "strasse"),
]


@pytest.fixture
def snapshots(database: Database, clock: StillClock) -> Snapshots:
    found = Snapshots(database, clock)
    assert found.lease(ORG, KIND, HOUR, HOUR)
    found.store(ORG, KIND, ORGS)
    return found


def names(found: list[Entry]) -> list[str]:
    return [entry.name for entry in found]


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Acme", "Acme Research", "Beta of Acme", "Gamma 100%_\\ (EU)", "Straße"]),
            ("acme", ["Acme", "Acme Research", "Beta of Acme"]),
            ("ACME", ["Acme", "Acme Research", "Beta of Acme"]),
            ("ＡＣＭＥ", ["Acme", "Acme Research", "Beta of Acme"]),
            ("  acme   res ", ["Acme Research"]),
            ("res acme", ["Acme Research"]),
            ("labs", ["Acme Research"]),
            ("t0beta", ["Beta of Acme"]),
            ("#acme (T0ACME0001)", ["Acme"]),
            ("@beta, ·", ["Beta of Acme"]),
            ("STRASSE", ["Straße"]),
            ("delta", []),
            ("acme delta", []),
        ],
    )
    def test_every_word_must_be_in_it_and_what_begins_so_comes_first(
        self, snapshots: Snapshots, query: str, found: list[str]
    ) -> None:
        assert names(snapshots.search(ORG, KIND, query)) == found

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("%", ["Gamma 100%_\\ (EU)"]),
            ("_", ["Gamma 100%_\\ (EU)"]),
            ("\\", ["Gamma 100%_\\ (EU)"]),
            ("100%_\\", ["Gamma 100%_\\ (EU)"]),
            ("/", []),
            ("a%e", []),
            ("a_me", []),
            ("'; DROP TABLE x; --", []),
            ("[a-z]", []),
        ],
    )
    def test_what_means_something_to_the_database_means_itself(
        self, snapshots: Snapshots, query: str, found: list[str]
    ) -> None:
        assert names(snapshots.search(ORG, KIND, query)) == found

    @pytest.mark.parametrize("name", [name for name in HOSTILE if name != "control"])
    def test_a_hostile_name_is_kept_and_found(self, snapshots: Snapshots, name: str) -> None:
        snapshots.store(ORG, KIND, [Entry("T0EVIL0001", HOSTILE[name])])
        assert names(snapshots.search(ORG, KIND, "T0EVIL0001")) == [HOSTILE[name]]

    def test_what_a_moving_list_shows_twice_is_one_entry(self, snapshots: Snapshots) -> None:
        snapshots.store(ORG, KIND, [Entry("T1", "Before"), Entry("T2", "Other"), Entry("T1", "After")])
        assert names(snapshots.search(ORG, KIND, "")) == ["After", "Other"]

    def test_no_more_than_asked_for(self, snapshots: Snapshots) -> None:
        assert names(snapshots.search(ORG, KIND, "acme", most=2)) == ["Acme", "Acme Research"]

    def test_a_select_gets_a_hundred_at_most(self, snapshots: Snapshots) -> None:
        snapshots.store(ORG, KIND, [Entry(f"T{number:04}", f"Org {number:04}") for number in range(1200)])
        found = snapshots.search(ORG, KIND, "org")
        assert (len(found), found[0].name) == (100, "Org 0000")

    def test_other_organizations_and_other_lists_do_not_mix(self, snapshots: Snapshots) -> None:
        snapshots.store("E0OTHER001", KIND, [Entry("T0ACME0009", "Acme of others")])
        snapshots.store(ORG, "channels", [Entry("C0ACME0001", "acme")])
        assert len(snapshots.search(ORG, KIND, "acme")) == 3
        assert names(snapshots.search("E0OTHER001", KIND, "acme")) == ["Acme of others"]


class TestExact:
    @pytest.mark.parametrize(
        ("text", "keys"),
        [
            ("Acme", ["T0ACME0001"]),
            ("acme-labs", ["T0ACME0002"]),
            ("t0beta0001", ["T0BETA0001"]),
            ("#acme", ["T0ACME0001"]),
            ("beta of acme", ["T0BETA0001"]),
            ("acm", []),
            ("", []),
            ("#", []),
        ],
    )
    def test_only_a_whole_name_word_or_id_counts(
        self, snapshots: Snapshots, text: str, keys: list[str]
    ) -> None:
        assert [entry.key for entry in snapshots.exact(ORG, KIND, text)] == keys

    def test_namesakes_are_all_told(self, snapshots: Snapshots) -> None:
        snapshots.store(ORG, KIND, [Entry("T1", "Acme", "a"), Entry("T2", "ACME", "b")])
        assert [entry.key for entry in snapshots.exact(ORG, KIND, "acme")] == ["T1", "T2"]

    def test_entries_are_found_by_id(self, snapshots: Snapshots) -> None:
        found = snapshots.entries(ORG, KIND, ["T0ACME0002", "T0NOBODY01"])
        assert found == {"T0ACME0002": ORGS[1]}
        assert snapshots.entries(ORG, KIND, []) == {}


class TestReading:
    def test_a_new_reading_replaces_the_old_one_whole(self, snapshots: Snapshots, clock: StillClock) -> None:
        clock.forward(60)
        snapshots.store(ORG, KIND, [Entry("T0NEW00001", "New")])
        assert names(snapshots.search(ORG, KIND, "")) == ["New"]
        assert snapshots.read_at(ORG, KIND) == NOW + 60_000

    def test_a_failed_read_keeps_the_old_list_and_says_why(self, snapshots: Snapshots) -> None:
        snapshots.failed(ORG, KIND, "ratelimited: Slack asks to wait", 30_000)
        assert len(snapshots.search(ORG, KIND, "")) == 5
        assert snapshots.states(ORG) == {KIND: (NOW, "ratelimited: Slack asks to wait")}

    def test_the_next_good_read_clears_the_problem(self, snapshots: Snapshots) -> None:
        snapshots.failed(ORG, KIND, "ratelimited", 0)
        snapshots.store(ORG, KIND, ORGS)
        assert snapshots.states(ORG) == {KIND: (NOW, None)}

    def test_what_was_never_read_has_no_age(self, snapshots: Snapshots) -> None:
        assert snapshots.read_at(ORG, "channels") is None
        assert snapshots.search(ORG, "channels", "") == []


class TestTheLease:
    @pytest.fixture(autouse=True)
    def real_time(self, snapshots: Snapshots, database: Database) -> None:
        """Leases run on the database's clock: put the reading an hour and a half into its past."""
        self.read_before(database, 90)

    def read_before(self, database: Database, minutes: int) -> None:
        with database.write() as connection:
            connection.execute(directory_states.update().values(read_at=system_clock() - minutes * 60_000))

    def test_of_two_replicas_only_one_reads(self, snapshots: Snapshots, database: Database) -> None:
        second = Snapshots(database, StillClock())
        assert [found.lease(ORG, KIND, HOUR, HOUR) for found in (snapshots, second, snapshots)] == [
            True,
            False,
            False,
        ]

    def test_what_is_young_enough_is_not_read(self, snapshots: Snapshots) -> None:
        assert not snapshots.lease(ORG, KIND, 2 * HOUR, 2 * HOUR)

    def test_what_somebody_wants_is_read_sooner(self, snapshots: Snapshots) -> None:
        snapshots.want(ORG, KIND)
        assert snapshots.lease(ORG, KIND, 2 * HOUR, HOUR)

    def test_but_not_again_and_again(self, snapshots: Snapshots, database: Database) -> None:
        self.read_before(database, 1)
        snapshots.want(ORG, KIND)
        assert not snapshots.lease(ORG, KIND, 2 * HOUR, HOUR)

    def test_what_was_never_read_is_due(self, snapshots: Snapshots) -> None:
        assert snapshots.lease(ORG, "channels", HOUR, HOUR)

    def test_wanting_what_was_never_read_does_not_break_it(self, snapshots: Snapshots) -> None:
        snapshots.want(ORG, "channels")
        assert snapshots.lease(ORG, "channels", HOUR, HOUR)

    def test_after_a_failure_the_next_try_waits(self, snapshots: Snapshots) -> None:
        assert snapshots.lease(ORG, KIND, HOUR, HOUR)
        snapshots.failed(ORG, KIND, "ratelimited", 60_000)
        assert not snapshots.lease(ORG, KIND, HOUR, HOUR)
        snapshots.failed(ORG, KIND, "ratelimited", -1)
        assert snapshots.lease(ORG, KIND, HOUR, HOUR)

    def test_the_lease_of_a_reader_that_died_lapses(self, snapshots: Snapshots, database: Database) -> None:
        assert snapshots.lease(ORG, KIND, HOUR, HOUR)
        with database.write() as connection:
            connection.execute(directory_states.update().values(leased_until=system_clock() - 1000))
        assert snapshots.lease(ORG, KIND, HOUR, HOUR)


class TestOnceExternal:
    def test_a_channel_seen_shared_is_remembered_for_good(
        self, snapshots: Snapshots, clock: StillClock
    ) -> None:
        snapshots.note_external(ORG, ["C1", "C2"])
        clock.forward(1_000_000)
        snapshots.note_external(ORG, ["C2"])
        assert snapshots.once_external(ORG, "C1")
        assert not snapshots.once_external(ORG, "C3")
        assert not snapshots.once_external("E0OTHER001", "C1")

    def test_nothing_seen_is_nothing_written(self, snapshots: Snapshots) -> None:
        snapshots.note_external(ORG, [])
        assert not snapshots.once_external(ORG, "")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("#acme (C01)", ["acme", "c01"]),
        (" Straße · EU ", ["strasse", "eu"]),
        ("@ops,", ["ops"]),
        ("( )", []),
        ("", []),
    ],
)
def test_the_words_of_a_query_are_bare(query: str, found: list[str]) -> None:
    assert words(query) == found


def test_folding_twice_changes_nothing_more() -> None:
    for text in (*HOSTILE.values(), "ＡＣＭＥ", "Straße", "ﬁn"):
        assert folded(folded(text)) == folded(text)
