"""The card says what is so, names who did what, and offers exactly what can be done now."""

from dataclasses import replace
from typing import Any

import pytest

from app.messages.cards import card, details
from app.messages.outcomes import outcome_blocks, progress_text, tally_text
from app.messages.plans import preview_view
from app.model.lifecycle import OPEN, Outcome, State
from app.model.preview import Fact, ItemPreview, Problem, Severity, Warning
from app.model.request import Record, Retrospective
from app.model.results import ItemState, Results
from app.operations import OPERATIONS
from tests.unit.given import ANA, BEN, CHLOE, NOW, REASON, decision, plan, preview, record
from tests.unit.messages.surfaces import shown

IRREVERSIBLE = OPERATIONS["disconnect-org"].info()
REVERSIBLE = OPERATIONS["disable-usergroup"].info()


def buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (element["text"]["text"], element["value"])
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def labels(found: Record, *, reversible: bool = False) -> list[str]:
    return [text for text, _ in buttons(card(found, REVERSIBLE if reversible else IRREVERSIBLE))]


class TestProgress:
    @pytest.mark.parametrize(
        ("done", "every", "seconds", "told"),
        [
            (12, 60, 36, "12 of 60 done, 20 a minute, about 2 min left"),
            (1, 11, 3, "1 of 11 done, 20 a minute, about 30 s left"),
            (1000, 10_000, 3600, "1,000 of 10,000 done, 17 a minute, about 9 h left"),
            (0, 60, 36, "0 of 60 done"),
            (60, 60, 36, "60 of 60 done"),
            (3, 9, 36, ""),
        ],
    )
    def test_a_long_execution_says_how_far_it_is(
        self, done: int, every: int, seconds: int, told: str
    ) -> None:
        items = tuple(
            ItemState(at, f"T{at}", "Acme", Outcome.VERIFIED if at < done else None, None, None)
            for at in range(every)
        )
        made = record(State.EXECUTING)
        made = replace(made, request=replace(made.request, began_at=NOW - seconds * 1000))
        made = replace(made, results=Results.of(items))
        assert progress_text(made, NOW) == told
        text = shown(card(made, IRREVERSIBLE, now=NOW)["blocks"])
        assert (f"⚙️ {told}" in text) if told else (" done" not in text)

    def test_one_that_is_over_says_how_it_ended_instead(self) -> None:
        made = record(State.SUCCEEDED, (None,) * 20)
        assert progress_text(made, NOW) == ""


class TestButtons:
    @pytest.mark.parametrize("state", State)
    def test_each_state_offers_what_can_be_done_in_it(self, state: State) -> None:
        offered = {
            State.PENDING: ["Approve …", "Deny", "Cancel", "Details"],
            State.APPROVED: ["Cancel", "Details"],
            State.EXECUTING: ["Pause", "Stop", "Details"],
            State.PAUSED: ["Resume", "Stop", "Details"],
            State.BREAK_GLASS: ["Cancel", "Details"],
        }
        assert labels(record(state)) == offered.get(state, ["Details"])

    @pytest.mark.parametrize("state", State)
    def test_what_can_be_undone_offers_it_where_something_took_effect(self, state: State) -> None:
        found = record(state, (Outcome.VERIFIED,))
        undoable = state in (State.SUCCEEDED, State.PARTIAL, State.UNKNOWN, State.STOPPED)
        assert ("Undo" in labels(found, reversible=True)) is undoable
        assert "Undo" not in labels(found)

    @pytest.mark.parametrize(
        "found",
        [
            record(State.SUCCEEDED, (Outcome.ALREADY,)),
            record(State.UNKNOWN, (Outcome.UNKNOWN, Outcome.ALREADY)),
            record(State.SUCCEEDED, (Outcome.VERIFIED,), undone_by="R0UNDO00001"),
            record(State.SUCCEEDED, (Outcome.VERIFIED,), undo_of="R0FIRST0001"),
        ],
    )
    def test_nothing_done_undone_already_or_an_undo_offers_none(self, found: Record) -> None:
        assert "Undo" not in labels(found, reversible=True)

    def test_every_button_carries_the_requests_id_and_nothing_else(self) -> None:
        assert {value for _, value in buttons(card(record(), IRREVERSIBLE))} == {"R7K3QF2WXA"}

    def test_an_irreversible_approval_leads_on_and_a_reversible_one_asks_once_more(self) -> None:
        def approve(info: Any) -> Any:
            return card(record(), info)["blocks"][-2]["elements"][0]

        assert (approve(IRREVERSIBLE)["style"], "confirm" in approve(IRREVERSIBLE)) == ("danger", False)
        assert (approve(REVERSIBLE)["style"], "confirm" in approve(REVERSIBLE)) == ("primary", True)


class TestABrokenGlass:
    WHO = Retrospective(ANA, None, "Nobody is awake.", (BEN,), NOW, None, None, None, None)

    @pytest.mark.parametrize("state", [State.BREAK_GLASS, State.EXECUTING, State.SUCCEEDED])
    def test_says_loudly_that_nobody_approved_it(self, state: State) -> None:
        text = shown(card(replace(record(state), retrospective=self.WHO), IRREVERSIBLE))
        assert f"*Nobody approved this:* <@{ANA}> broke the glass" in text
        assert "Nobody is awake." in text
        assert "Approved" not in text

    def test_offers_its_retrospective_once_it_is_over_and_until_it_is_closed(self) -> None:
        over = replace(record(State.SUCCEEDED, finished_at=NOW), retrospective=self.WHO)
        assert labels(over) == ["Details", "Close retrospective …"]
        closed = replace(self.WHO, closed_at=NOW, closed_by=BEN, closed_name="Ben", findings="It was right.")
        assert labels(replace(over, retrospective=closed)) == ["Details"]
        assert "It was right." in shown(card(replace(over, retrospective=closed), IRREVERSIBLE))
        assert "Close retrospective …" not in labels(replace(record(State.EXECUTING), retrospective=self.WHO))


class TestWords:
    def test_a_waiting_request_shows_who_asks_for_what_and_why_and_until_when(self) -> None:
        text = shown(card(record(approvals_wanted=2, decisions=(decision(BEN),)), IRREVERSIBLE))
        assert text.startswith("Disconnect Acme: 5 conversations end\n")
        for words in (
            "*Waits for approval*",
            "1 of 2 approvals",
            "lapses <!date^",
            f"Asked by <@{ANA}>",
            "Ticket SEC-12",
            f"Reason given by the requester: {REASON}",
            f"Approved by <@{BEN}>",
            "Acme (acme, T0ACME0001)",
            "🔴 Easily taken for Acne (acne, T0ACNE0001).",
            "🟠 Still in use.",
            "Ends: 3 public and 2 private channels",
            "2 hidden",
            "Proved when",
            "Request *R7K3QF2WXA* · disconnect-org · `team.externalTeams.disconnect`",
        ):
            assert words in text, words

    def test_approvers_are_mentioned_only_while_it_waits(self) -> None:
        mentions = ("<!subteam^S0SECURITY>",)
        assert "<!subteam^S0SECURITY>" in shown(card(record(), IRREVERSIBLE, mentions))
        assert "<!subteam" not in shown(card(record(State.APPROVED), IRREVERSIBLE, mentions))

    def test_a_denial_is_shown_with_its_reason_as_text(self) -> None:
        denied = record(State.DENIED, decisions=(decision(CHLOE, "deny", reason="<!channel> no & never"),))
        assert f"Denied by <@{CHLOE}>" in shown(card(denied, IRREVERSIBLE))
        assert "&lt;!channel&gt; no &amp; never" in shown(card(denied, IRREVERSIBLE))

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (State.APPROVED, "begins <!date^"),
            (State.VERIFYING, "next look <!date^"),
            (State.SUCCEEDED, "*Done and proved*"),
            (State.UNKNOWN, "look at Slack yourself"),
            (State.EXPIRED, "*Expired without a decision*"),
        ],
    )
    def test_each_state_has_its_head(self, state: State, words: str) -> None:
        ended: dict[str, Any] = {} if state in OPEN else {"finished_at": NOW}
        found = record(state, not_before=NOW, look_at=NOW, **ended)
        assert words in shown(card(found, IRREVERSIBLE))

    @pytest.mark.parametrize(("waits", "told"), [(0, False), (60_000, False), (60_001, True)])
    def test_that_quiet_hours_are_waited_for_is_told_and_a_cool_off_is_not_called_that(
        self, waits: int, told: bool
    ) -> None:
        found = record(State.APPROVED, approved_at=NOW, cool_off_ms=60_000, not_before=NOW + waits)
        assert ("after quiet hours" in shown(card(found, IRREVERSIBLE))) is told

    @pytest.mark.parametrize(
        ("info", "changes", "words"),
        [
            (IRREVERSIBLE, {}, "Cannot be undone"),
            (REVERSIBLE, {}, "Can be undone"),
            (REVERSIBLE, {"undo_of": "R0FIRST0001"}, "Undoes an earlier request"),
        ],
    )
    def test_whether_it_can_be_taken_back_is_said_before(
        self, info: Any, changes: dict[str, Any], words: str
    ) -> None:
        assert words in shown(card(record(**changes), info))

    @pytest.mark.parametrize("state", State)
    @pytest.mark.parametrize("outcome", [None, Outcome.VERIFIED, Outcome.UNKNOWN, Outcome.ALREADY])
    @pytest.mark.parametrize("info", [IRREVERSIBLE, REVERSIBLE])
    def test_it_is_not_said_any_more_unless_something_surely_happened(
        self, state: State, outcome: Outcome | None, info: Any
    ) -> None:
        text = shown(card(record(state, (outcome,)), info))
        said = "Can be undone" in text or "Cannot be undone" in text
        assert said is (state in OPEN or outcome is Outcome.VERIFIED)

    def test_one_that_was_approved_and_never_began_does_not_say_that_nobody_decided(self) -> None:
        found = record(State.EXPIRED, approved_at=NOW, finished_at=NOW, decisions=(decision(BEN),))
        text = shown(card(found, IRREVERSIBLE))
        assert "*Expired: approved, but not begun in time*" in text
        assert "without a decision" not in text
        assert f"Approved by <@{BEN}>" in text

    def test_an_undo_says_what_it_undoes(self) -> None:
        text = shown(card(record(undo_of="R0FIRST0001"), REVERSIBLE))
        assert text.startswith("Undo: Disconnect Acme")
        assert "Undoes R0FIRST0001" in text

    @pytest.mark.parametrize("state", State)
    def test_the_notification_names_request_and_state(self, state: State) -> None:
        ended: dict[str, Any] = {} if state in OPEN else {"finished_at": NOW}
        text = card(record(state, **ended), IRREVERSIBLE)["text"]
        assert text.startswith("R7K3QF2WXA: Disconnect Acme: 5 conversations end (")


class TestWhatBecameOfIt:
    def test_the_worst_comes_first_with_its_number(self) -> None:
        found = record(State.PARTIAL, (Outcome.VERIFIED, Outcome.FAILED, Outcome.VERIFIED, None))
        assert tally_text(found) == "1 failed, 1 waiting, 2 proved by reading back"

    def test_items_that_need_attention_come_before_the_others(self) -> None:
        outcomes = (Outcome.VERIFIED,) * 12 + (Outcome.UNKNOWN,)
        blocks = outcome_blocks(record(State.UNKNOWN, outcomes))
        lines = blocks[1]["text"]["text"].split("\n")
        assert lines[0].startswith("❓ Acme 12 (T0ACME0012): unknown")
        assert len(lines) == 10
        assert "3 more" in blocks[2]["elements"][0]["text"]

    @pytest.mark.parametrize("state", [State.PENDING, State.DENIED, State.EXPIRED, State.CANCELLED])
    def test_what_never_ran_has_no_outcomes(self, state: State) -> None:
        assert outcome_blocks(record(state)) == []

    def test_why_it_ended_so_is_told_first(self) -> None:
        blocks = outcome_blocks(
            record(State.STOPPED, (Outcome.SKIPPED,), closing="Ben had no right any more.")
        )
        assert blocks[0]["text"]["text"] == "Ben had no right any more."

    def test_code_and_sentence_of_an_item_are_told(self) -> None:
        found = record(State.FAILED, (Outcome.FAILED,))
        item = replace(found.results.worst[0], code="restricted_action", detail="Slack\nrefused.")
        line = outcome_blocks(replace(found, results=Results.of([item])))[1]["text"]["text"]
        assert line == "🔴 Acme 0 (T0ACME0000): failed [restricted_action]. Slack refused."


class TestNoNameForgesALine:
    NAME = "Acme\n🟢 Checked by security\nProved"

    def test_neither_in_a_title_nor_in_a_fact_nor_in_a_warning(self) -> None:
        item = ItemPreview("T1", self.NAME, preview().items[0].facts)
        found = preview(item, effects=(self.NAME,), coverage=(self.NAME,), left_out=(self.NAME,))
        for block in card(record(preview=found), IRREVERSIBLE)["blocks"]:
            text = block.get("text", {}).get("text", "")
            assert "\n🟢" not in text

    def test_nor_among_what_was_left_out(self) -> None:
        problems = [Problem(self.NAME, "ambiguous", f"This fits 2: {self.NAME}.")]
        more: dict[str, Any] = {"reversible": True, "undoes": False, "approvals": 1, "expires_after": 60}
        view = preview_view("Check", None, problems, "D1", **more)
        lines = view["blocks"][0]["text"]["text"].split("\n")
        assert len(lines) == 2


class TestTheDetails:
    def test_show_every_item_in_full(self) -> None:
        items = tuple(ItemPreview(f"T{at}", f"Org {at} (T{at})") for at in range(45))
        text = shown(details(record(preview=preview(*items)), IRREVERSIBLE))
        assert all(f"Org {at} (T{at})" in text for at in range(45))


class TestALongList:
    ITEMS = tuple(ItemPreview(f"T{at:03}", f"Org {at:03} (T{at:03})", weight=at) for at in range(45))

    def text(self, *items: ItemPreview, seconds: int = 0, **changes: Any) -> str:
        totals = (Fact("Organizations", "45"), Fact("Sponsored by us", "3"))
        found = record(preview=preview(*items, totals=totals), **changes)
        return shown(card(found, replace(IRREVERSIBLE, seconds=seconds)))

    def test_is_told_in_numbers_first(self) -> None:
        text = self.text(*self.ITEMS)
        assert "Organizations: 45\nSponsored by us: 3" in text

    def test_shows_the_twenty_to_look_at_first(self) -> None:
        loud = ItemPreview(
            "T999", "Org 999 (T999)", (), (Warning(Severity.DANGER, "Easily taken for Acne."),)
        )
        quiet = ItemPreview("T998", "Org 998 (T998)", (), (Warning(Severity.NOTE, "Archived."),))
        text = self.text(*self.ITEMS, quiet, loud)
        shown_first = text[text.index("Look at these first:") :].splitlines()[1:21]
        assert shown_first[0] == "🔴 Org 999 (T999) Easily taken for Acne."
        assert shown_first[1] == "⚪ Org 998 (T998) Archived."
        assert shown_first[2] == "• Org 044 (T044)"
        assert shown_first[19] == "• Org 027 (T027)"
        assert "Org 026" not in text
        assert "Warnings: 🔴 1, ⚪ 1, without a warning 45" in text

    def test_names_the_file_by_its_digest(self) -> None:
        listed = {"list": {"rows": 45, "sha256": "ab" * 32}}
        text = self.text(*self.ITEMS, plan=plan(arguments=listed))
        assert f"All 45 are in the file in the thread, whose SHA-256 is `{'ab' * 32}`." in text

    @pytest.mark.parametrize(
        ("seconds", "told"),
        [(30, "Takes less than a minute."), (2940, "Takes at least 49 min at the pace that Slack promises")],
    )
    def test_says_how_long_it_takes(self, seconds: int, told: str) -> None:
        assert told in self.text(*self.ITEMS, seconds=seconds)

    def test_of_five_each_is_shown(self) -> None:
        text = self.text(*self.ITEMS[:5])
        assert "Look at these first" not in text
        assert "Org 004 (T004)" in text


class TestThePreviewBeforeFiling:
    def view(self, *problems: Problem, found: Any = None, **changes: Any) -> dict[str, Any]:
        more = {"reversible": False, "undoes": False, "approvals": 1, "expires_after": 14_400} | changes
        return preview_view("Check before filing", found, problems, "D0DRAFT0001", **more)

    def test_without_anything_left_there_is_only_the_way_back(self) -> None:
        view = self.view(Problem("acne", "not_found", "No such organization."))
        assert "submit" not in view
        assert "Nothing can be requested like this:\n• acne: No such organization." in shown(view)
        assert view["private_metadata"] == "D0DRAFT0001"

    @pytest.mark.parametrize(
        ("approvals", "words"), [(1, "One other person has"), (3, "3 other people have")]
    )
    def test_it_says_who_must_approve_and_by_when(self, approvals: int, words: str) -> None:
        text = shown(self.view(found=preview(), approvals=approvals))
        assert f"{words} to approve within 4 h. Nothing happens before." in text

    def test_what_is_left_out_is_told_line_by_line_up_to_twenty(self) -> None:
        problems = [Problem(f"org-{at}", "not_found", "No such organization.") for at in range(30)]
        text = shown(self.view(*problems, found=preview()))
        assert "Left out of the request:\n• org-0: No such organization." in text
        assert "org-19" in text
        assert "org-20" not in text
        assert "… and 10 more" in text

    def test_lines_of_an_uploaded_list_are_named_and_counted_by_what_is_in_the_way(self) -> None:
        problems = [
            Problem("Acme", "already", "Already blocked.", line=4),
            Problem("Acme", "duplicate", "Named twice.", line=3),
            *(Problem(f"org-{at}", "not_found", "No such organization.", line=at) for at in range(5, 40)),
            Problem("Us", "own_org", "This is your own organization.", line=1_234, guardrail=True),
        ]
        text = shown(self.view(*problems, found=preview()))
        first = text[text.index("Left out of the request:") :].splitlines()
        assert first[1] == "• Line 1,234: Us: This is your own organization."
        assert first[2] == "• Line 5: org-5: No such organization."
        assert "Ready: 1\nRefused: 1, in line 1,234\nNot found: 35, in lines 5, 6," in text
        assert "34 and 5 more\nNamed more than once: 1, in line 3\nAlready so: 1, in line 4" in text
