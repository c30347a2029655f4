"""The error catalogue: complete, unambiguous, and readable at 03:00."""

import json
import re
import tomllib
from collections import defaultdict
from dataclasses import FrozenInstanceError
from itertools import pairwise
from pathlib import Path

import pytest

from app.slack import errors
from app.slack.errors import ErrorClass, SlackError, catalogued_codes, explain

ROOT = Path(__file__).parents[3]
FACTS = json.loads((ROOT / "localslack/data/methods.json").read_text(encoding="utf-8"))
FILE = tomllib.loads(Path(errors.__file__).with_name("errors.toml").read_text(encoding="utf-8"))

OURS = {"answer_lost", "http_error", "no_token", "not_installed", "not_sent", "timeout"}
UNKNOWN_OUTCOME = ["answer_lost", "fatal_error", "http_error", "internal_error", "timeout"]
ON_OLDER_PAGES = {"is_bot", "user_is_restricted"}
FIVE = [
    "team.externalTeams.disconnect",
    "admin.conversations.disconnectShared",
    "usergroups.disable",
    "admin.conversations.setTeams",
    "admin.auth.policy.removeEntities",
]
UNDO = ["usergroups.enable", "admin.auth.policy.assignEntities"]
COMMON = set(FACTS["common_errors"])
SPECIFIC: dict[str, set[str]] = {method: set(facts["errors"]) for method, facts in FACTS["methods"].items()}
CHANGED_BY_METHOD = {*FILE["methods"], *FILE["reads"]["methods"]}
EVERY_CASE: list[tuple[str | None, str]] = [
    *((None, code) for code in sorted(catalogued_codes())),
    *((method, code) for method in sorted(CHANGED_BY_METHOD) for code in sorted(catalogued_codes(method))),
]


def explained() -> list[SlackError]:
    return [explain(code, method) for method, code in EVERY_CASE]


def groups() -> list[tuple[str, dict[str, str]]]:
    return [
        (f"{error_class}.{name}", group)
        for error_class in ErrorClass
        for name, group in FILE[error_class].items()
        if isinstance(group, dict)
    ]


class TestTheCatalogueIsComplete:
    @pytest.mark.parametrize("method", SPECIFIC)
    def test_every_documented_code_of_a_method_is_explained(self, method: str) -> None:
        missing = {c for c in SPECIFIC[method] | COMMON if not explain(c, method).known}
        assert not missing

    def test_so_are_the_codes_of_older_pages_and_our_own(self) -> None:
        assert catalogued_codes() >= ON_OLDER_PAGES | OURS

    def test_it_holds_nothing_that_no_page_mentions(self) -> None:
        assert catalogued_codes() == set.union(COMMON, ON_OLDER_PAGES, OURS, *SPECIFIC.values())

    def test_no_code_is_listed_in_two_groups(self) -> None:
        listed = [code for _, group in groups() for code in group if code != "remedy"]
        assert len(listed) == len(set(listed))

    def test_every_override_names_a_method_that_exists_and_a_code_it_can_answer(self) -> None:
        stray = [
            (method, code)
            for method in CHANGED_BY_METHOD
            for code in catalogued_codes(method)
            if method not in SPECIFIC or code not in SPECIFIC[method] | COMMON | OURS
        ]
        assert not stray

    def test_every_override_changes_something(self) -> None:
        idle = [(m, c) for m, c in EVERY_CASE if m is not None and explain(c, m) == explain(c)]
        assert not idle

    def test_overrides_and_groups_hold_no_misspelt_keys(self) -> None:
        for codes in [*FILE["methods"].values(), FILE["reads"]["codes"]]:
            for texts in codes.values():
                assert texts.keys() <= {"class", "sentence", "remedy"}
        assert set(FILE) == {*ErrorClass, "methods", "reads", "unknown"}


class TestTheTextsServeAPerson:
    def test_a_sentence_is_one_short_sentence_that_does_not_repeat_the_code(self) -> None:
        for error in explained():
            said = error.sentence
            assert said[0].isupper() and said.endswith(".") and "." not in said[:-1], said
            assert 15 <= len(said) <= 240, said
            assert error.code not in said, said
            assert said.rstrip(".").lower() != error.code.replace("_", " "), said
            assert said == " ".join(said.split()), "left-over white space of a wrapped line"

    def test_a_remedy_is_a_short_instruction(self) -> None:
        for error in explained():
            told = error.remedy
            assert told[0].isupper() and told.endswith("."), told
            assert 20 <= len(told) <= 320, told
            assert told == " ".join(told.split()), "left-over white space of a wrapped line"

    def test_no_remedy_serves_two_classes(self) -> None:
        classes: defaultdict[str, set[ErrorClass]] = defaultdict(set)
        for error in [*explained(), explain("a_code_of_next_year")]:
            classes[error.remedy].add(error.error_class)
        for error_class in ErrorClass:
            classes[FILE[error_class]["remedy"]].add(error_class)
        assert {remedy: found for remedy, found in classes.items() if len(found) > 1} == {}

    def test_no_sentence_serves_two_codes(self) -> None:
        codes: defaultdict[str, set[str]] = defaultdict(set)
        for error in explained():
            codes[error.sentence].add(error.code)
        assert {sentence: found for sentence, found in codes.items() if len(found) > 1} == {}

    @pytest.mark.parametrize("method", FIVE)
    def test_the_five_operations_say_each_of_their_own_codes_in_words_nothing_else_uses(
        self, method: str
    ) -> None:
        elsewhere: defaultdict[str, set[str]] = defaultdict(set)
        for error in explained():
            elsewhere[error.sentence].add(error.code)
        sentences = {code: explain(code, method).sentence for code in SPECIFIC[method]}
        assert len(set(sentences.values())) == len(sentences)
        assert all(elsewhere[sentence] == {code} for code, sentence in sentences.items())

    def test_the_same_refusal_is_told_apart_by_operation(self) -> None:
        refused = {explain("restricted_action", method).sentence for method in FIVE[:2] + FIVE[3:4]}
        assert len(refused) == 3

    def test_codes_are_kept_in_alphabetical_order(self) -> None:
        for name, group in groups():
            assert "remedy" not in group or next(iter(group)) == "remedy", name
            assert all(a < b for a, b in pairwise(key for key in group if key != "remedy")), name
        for method, overridden in FILE["methods"].items():
            assert all(a < b for a, b in pairwise(overridden)), method


class TestWhatEachClassPromises:
    @pytest.mark.parametrize("code", ["no_teams_to_disconnect", "leaving_team_not_in_channel"])
    def test_a_state_that_already_holds(self, code: str) -> None:
        assert explain(code).error_class is ErrorClass.ALREADY_DONE

    @pytest.mark.parametrize(
        "code",
        [
            "could_not_get_teams",
            "external_channel_migrating",
            "not_sent",
            "org_login_required",
            "ratelimited",
            "request_timeout",
            "service_unavailable",
            "team_added_to_org",
        ],
    )
    def test_nothing_was_done_so_try_again(self, code: str) -> None:
        assert explain(code).error_class is ErrorClass.RETRY

    @pytest.mark.parametrize("code", UNKNOWN_OUTCOME)
    @pytest.mark.parametrize("method", [*FIVE, *UNDO, "chat.postMessage", None])
    def test_an_unknown_outcome_of_a_change_is_read_before_any_repeat(
        self, code: str, method: str | None
    ) -> None:
        assert explain(code, method).error_class is ErrorClass.VERIFY_FIRST

    @pytest.mark.parametrize("code", UNKNOWN_OUTCOME)
    @pytest.mark.parametrize("method", FILE["reads"]["methods"])
    def test_but_a_lookup_changed_nothing_and_is_simply_repeated(self, code: str, method: str) -> None:
        error = explain(code, method)
        assert error.error_class is ErrorClass.RETRY
        assert error.remedy == FILE["retry"]["remedy"]

    @pytest.mark.parametrize("method", [FIVE[4], UNDO[1]])
    def test_a_batch_with_an_unknown_person_may_have_been_done_in_part(self, method: str) -> None:
        assert explain("entity_not_found", method).error_class is ErrorClass.VERIFY_FIRST

    @pytest.mark.parametrize(
        "code",
        [
            "account_inactive",
            "feature_not_enabled",
            "invalid_auth",
            "missing_scope",
            "not_an_admin",
            "not_in_channel",
            "permission_denied",
            "restricted_action",
            "team_access_not_granted",
            "token_revoked",
        ],
    )
    def test_a_person_must_put_something_right(self, code: str) -> None:
        assert explain(code).error_class is ErrorClass.OPERATOR

    @pytest.mark.parametrize(
        "code", ["cannot_kick_home_team", "default_org_wide_channel", "invalid_target_team", "name_taken"]
    )
    def test_slack_refuses_this_for_good(self, code: str) -> None:
        assert explain(code).error_class is ErrorClass.PERMANENT

    def test_a_channel_we_cannot_write_in_is_for_the_operator_but_a_missing_target_is_not(self) -> None:
        assert explain("channel_not_found", "chat.postMessage").error_class is ErrorClass.OPERATOR
        assert explain("channel_not_found", FIVE[3]).error_class is ErrorClass.PERMANENT


class TestTheRemediesKnowTheTraps:
    def test_a_refused_token_may_be_a_refused_address(self) -> None:
        error = explain("invalid_auth")
        assert "address" in error.sentence and "IP addresses" in error.remedy

    @pytest.mark.parametrize("code", ["account_inactive", "token_revoked"])
    def test_a_dead_token_needs_a_new_install_by_somebody_healthy(self, code: str) -> None:
        assert "active account re-installs Drawbridge on the whole organization" in explain(code).remedy

    def test_a_workspace_without_the_app_gets_the_exact_clicks(self) -> None:
        steps = "Organization settings → Integrations → Installed apps → Drawbridge → Add to more workspaces"
        assert steps in explain("team_access_not_granted", "usergroups.disable").remedy

    @pytest.mark.parametrize("method", [FIVE[1], FIVE[3]])
    def test_a_private_channel_needs_a_right_and_then_a_new_token(self, method: str) -> None:
        remedy = explain("channel_not_found", method).remedy
        assert "manage private channels" in remedy and "re-installs" in remedy

    @pytest.mark.parametrize("method", [m for m in FILE["methods"] if "missing_scope" in FILE["methods"][m]])
    def test_a_missing_scope_is_named_and_is_one_the_method_asks_for(self, method: str) -> None:
        remedy = explain("missing_scope", method).remedy
        asked = {scope for scopes in FACTS["methods"][method]["scopes"].values() for scope in scopes}
        assert any(scope in remedy for scope in asked)


class TestCodesNobodyHasSeen:
    def test_an_unknown_code_is_quoted_and_its_outcome_taken_as_unknown(self) -> None:
        error = explain("channel_is_haunted", "admin.conversations.setTeams")
        assert error == SlackError(
            code="channel_is_haunted",
            error_class=ErrorClass.VERIFY_FIRST,
            sentence="Slack answered with a code that Drawbridge does not know: “channel_is_haunted”.",
            remedy=error.remedy,
            known=False,
        )

    @pytest.mark.parametrize(
        "sent, shown",
        [
            ("<!channel> *approved*", "?channel?approved?"),
            ("two\nlines", "two?lines"),
            ("right\u202eleft", "right?left"),
            ("`code` & {code}", "?code?code?"),
            ("", "(empty)"),
            ("x" * 500, "x" * 80),
        ],
    )
    def test_it_is_shown_without_anything_slack_or_a_terminal_could_take_for_formatting(
        self, sent: str, shown: str
    ) -> None:
        error = explain(sent)
        assert (error.code, error.known) == (shown, False)
        assert f"“{shown}”" in error.sentence
        assert len(error.sentence) <= 240

    def test_a_known_code_is_known_for_a_method_that_does_not_document_it(self) -> None:
        assert explain("name_taken", "auth.test") == explain("name_taken")
        assert explain("name_taken", "no.such.method").known

    def test_a_code_of_ours_is_not_mistaken_for_a_section_of_the_file(self) -> None:
        assert not explain("remedy").known
        assert not explain("retry").known


class TestTheLoader:
    def test_an_explanation_is_a_frozen_value_of_plain_types(self) -> None:
        error = explain("ratelimited")
        with pytest.raises(FrozenInstanceError):
            error.code = "other"  # type: ignore[misc]
        assert {name: type(getattr(error, name)) for name in SlackError.__slots__} == {
            "code": str,
            "error_class": ErrorClass,
            "sentence": str,
            "remedy": str,
            "known": bool,
        }

    def test_the_classes_are_exactly_five_and_read_as_words(self) -> None:
        assert {f"{c}" for c in ErrorClass} == {
            "already_done",
            "retry",
            "verify_first",
            "operator",
            "permanent",
        }

    def test_codes_of_a_method_are_those_with_a_text_of_their_own(self) -> None:
        own: frozenset[str] = catalogued_codes("usergroups.enable")
        assert own == set(FILE["methods"]["usergroups.enable"])
        assert catalogued_codes("usergroups.list") == {
            *FILE["methods"]["usergroups.list"],
            *FILE["reads"]["codes"],
        }
        assert catalogued_codes("no.such.method") == frozenset()

    def test_the_file_is_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        explain("ratelimited")
        monkeypatch.setattr(errors, "_CATALOGUE_FILE", Path("/nowhere/errors.toml"))
        assert explain("ratelimited").known


def test_a_repair_leaves_out_that_the_request_is_filed_again_and_nothing_else() -> None:
    assert explain("token_revoked").remedy.endswith("Then file the request again.")
    assert explain("token_revoked").repair == explain("token_revoked").remedy.replace(
        " Then file the request again.", ""
    )
    explained = map(explain, catalogued_codes())
    repairs = [error.repair for error in explained if error.error_class is ErrorClass.OPERATOR]
    assert not [text for text in repairs if re.search(r"(?i)\b(and|then) file (the request )?again", text)]
    assert all(text.endswith(".") and ".." not in text for text in repairs)
