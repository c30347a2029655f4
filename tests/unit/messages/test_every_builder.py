"""Every message and every modal, filled with ordinary, enormous and hostile things: Slack takes them all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.messages import cards, delegating, forms, installs, lists, notices, plans, screens
from app.messages.home import home_view
from app.messages.text import modal
from app.model.delegation import Delegation
from app.model.explanation import Explanation, Point
from app.model.form import Entries
from app.model.home import Home
from app.model.lifecycle import Outcome, State
from app.model.person import Behalf, RoleProof
from app.model.preview import Fact, ItemPreview, Preview, Problem, Severity, Warning
from app.model.refusal import Refusal
from app.model.request import OperationInfo, Record, Retrospective
from app.model.results import ItemState, Results
from app.model.table import Row, Table
from app.operations import OPERATIONS
from localslack.blocks import check_options_response
from tests.unit.given import ANA, BEN, HOSTILE, NOW, ORG, decision, listed, record, request, rules
from tests.unit.messages.surfaces import accept_message, accept_view

TEXTS = {
    "ordinary": "Acme",
    **HOSTILE,
    "empty": "",
    "enormous": "N" * 10_000,
    "enormous-emoji": "🚀" * 10_000,
    "enormous-kanji": "界" * 10_000,
    "enormous-escaped": "&" * 10_000,
    "enormous-lines": "line\n" * 2_000,
}
SIZES = {"one": 1, "a-hundred": 100}
IRREVERSIBLE = OPERATIONS["disconnect-org"].info()
REVERSIBLE = OPERATIONS["disable-usergroup"].info()
INFOS = [IRREVERSIBLE, REVERSIBLE]
MENTIONS = tuple(f"<!subteam^S0GROUP{number:03}>" for number in range(200))

every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
every_size = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
every_state = pytest.mark.parametrize("state", State)


def big_preview(text: str, size: int) -> Preview:
    """A preview in which everything is that text, and there is that much of everything."""
    warnings = tuple(Warning(severity, text) for severity in Severity) * min(size, 30)
    facts = tuple(Fact("Label", text) for _ in range(min(size, 20)))
    items = tuple(ItemPreview(f"T{at}", f"{text} (T{at})", facts, warnings[:5]) for at in range(size))
    texts = (text,) * min(size, 30)
    totals = facts if size > 1 else ()
    return Preview(f"Disconnect {text}", items, texts, warnings, texts, text, {}, texts, totals)


def big_record(text: str, size: int, state: State = State.PENDING) -> Record:
    """A request in which everything is that text, with that many items and a crowd of deciders."""
    outcomes = [None, *Outcome]
    verdicts = [decision(f"W0CROWD{at:03}", "approve", person_name=text) for at in range(min(size, 25))]
    verdicts += [decision(BEN, "deny", reason=text[:1000])] if state is State.DENIED else []
    made = record(state, decisions=tuple(verdicts))
    filled = replace(
        made.request,
        preview=big_preview(text, size),
        reason=text[:1000],
        ticket=text[:200],
        closing=text,
        blocked=text,
        raised_by=(text,) * min(size, 3),
        requester_name=text,
        approvals_wanted=max(1, len(verdicts)),
        not_before=NOW,
        finished_at=NOW,
        look_at=NOW,
    )
    items = tuple(
        ItemState(at, f"T{at}", text, outcomes[at % len(outcomes)], "a_code", text) for at in range(size)
    )
    return replace(made, request=filled, results=Results.of(items))


@every_text
@every_size
@pytest.mark.parametrize("state", [State.PENDING, State.DENIED, State.PARTIAL])
def test_a_card(text: str, size: int, state: State) -> None:
    found = big_record(text, size, state)
    for info in INFOS:
        accept_message(cards.card(found, info, MENTIONS))
    undo = replace(found, request=replace(found.request, undo_of="R7K3QF2WXA"))
    accept_message(cards.card(undo, REVERSIBLE))


def big_retrospective(text: str, *, closed: bool) -> Retrospective:
    """A broken glass of which everything is that text."""
    end = (NOW, BEN, text, text[:2000]) if closed else (None, None, None, None)
    return Retrospective(ANA, text, text[:1000], (BEN,) * 200, NOW, *end)


@every_text
@pytest.mark.parametrize("state", [State.BREAK_GLASS, State.EXECUTING, State.SUCCEEDED])
@pytest.mark.parametrize("closed", [True, False])
def test_a_card_of_a_broken_glass(text: str, state: State, closed: bool) -> None:
    found = replace(big_record(text, 100, state), retrospective=big_retrospective(text, closed=closed))
    accept_message(cards.card(found, IRREVERSIBLE, MENTIONS))
    accept_view(modal("Request R7K3QF2WXA", cards.details(found, IRREVERSIBLE)))


@every_state
@every_size
def test_a_card_in_every_state(state: State, size: int) -> None:
    for text in ("Acme", TEXTS["enormous-escaped"]):
        accept_message(cards.card(big_record(text, size, state), REVERSIBLE, MENTIONS))


@every_text
@pytest.mark.parametrize("size", [1, 50, 100])
def test_the_details(text: str, size: int) -> None:
    found = big_record(text, size, State.PARTIAL)
    accept_view(modal("Request R7K3QF2WXA", cards.details(found, IRREVERSIBLE)))


@every_text
@every_size
def test_the_preview(text: str, size: int) -> None:
    codes = ("a_code", "already", "duplicate", "not_found")
    problems = [Problem(text, codes[at % 4], text or "A sentence.", line=at * 997) for at in range(size)]
    for preview in (big_preview(text, size), None):
        for undoes in (True, False):
            view = plans.preview_view(
                "Check before filing",
                preview,
                problems,
                "D0DRAFT0001",
                reversible=undoes,
                undoes=undoes,
                approvals=size,
                expires_after=86_400,
                because=(text,) * min(size, 6),
                glass=undoes,
            )
            accept_view(view)
            assert ("submit" in view) == (preview is not None)
            backs = [b for b in view["blocks"] if b["type"] == "actions"]
            assert [b["elements"][0]["value"] for b in backs] == ["D0DRAFT0001"]


@every_text
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_form(text: str, operation: Any) -> None:
    chosen = [{"value": f"T0ACME{at:04}", "text": text or " "} for at in range(100)]
    fields = (
        "orgs",
        "channel",
        "leaving",
        "workspace",
        "groups",
        "channels",
        "add",
        "remove",
        "home",
        "users",
    )
    values = dict.fromkeys(fields, chosen) | {
        "pasted": text,
        "reason": text,
        "ticket": text,
        "exported": ["yes"],
    }
    for entries in (Entries(), Entries(values), Entries(values | {"scope": "single"})):
        kept = Table(text, (Row(2, {operation.columns[0].name: text}),))
        form = operation.form(entries, rules(max_items=1000)).with_upload(operation.columns, kept)
        for pattern in (None, "^[A-Z]+-[0-9]+$", "x" * 5000):
            accept_view(
                forms.form_view(operation.key, form, entries, "D0DRAFT0001", pattern, ("Lists: today.", ""))
            )


@every_text
def test_screens(text: str) -> None:
    found = replace(request(), preview=big_preview(text, 50), reason=text[:1000])
    for view in (
        screens.loading_view("Disconnect organizations"),
        screens.refusal_view("Drawbridge", Refusal("a_code", text)),
        screens.refusal_view("Drawbridge", Refusal("a_code", text), "D0DRAFT0001"),
        screens.trouble_view("Drawbridge", text),
        screens.trouble_view("Drawbridge", text, "D0DRAFT0001"),
        screens.filed_view("Filed", found, "C0ADMIN0001"),
        screens.filed_view("Filed", replace(found, approvals_wanted=3), "C0ADMIN0001"),
        screens.decided_view("Recorded", "Your decision is recorded."),
        screens.approve_view(found, IRREVERSIBLE, text),
        screens.approve_view(replace(found, undo_of="R7K3QF2WXA"), REVERSIBLE, text),
        screens.deny_view(found),
        screens.break_glass_view("D0DRAFT0001", text, text, text, 90, 3),
        screens.broken_view("Break glass", found, "C0ADMIN0001", 60),
        screens.close_view(found, text),
    ):
        accept_view(view)
    accept_message(screens.resume_message(IRREVERSIBLE, "D0DRAFT0001", text))


@every_text
@every_size
def test_notices(text: str, size: int) -> None:
    found = big_record(text, size, State.PARTIAL)
    told: list[dict[str, Any]] = [
        notices.approved_line(BEN, 1, size),
        notices.approved_line(text, 1, 1),
        notices.denied_line(BEN, text),
        notices.denied_line(BEN, text, ANA),
        notices.approved_line(BEN, 1, size, (), ANA),
        notices.cancelled_line(ANA),
        notices.expired_line(found.request, begun=True),
        notices.expired_line(found.request, begun=False),
        notices.waiting_line(NOW, quiet=False),
        notices.waiting_line(NOW, quiet=True),
        notices.approved_line(BEN, 1, size, (text,) * min(size, 5)),
        notices.reminder_line(found.request, 1, MENTIONS, last=True),
        notices.reminder_line(found.request, 1, (), last=False),
        notices.escalated_line(("usergroup:T0HQ000001/S0LEADS001",), MENTIONS),
        notices.escalated_line(("role:org_owner",), ()),
        notices.blocked_line(text),
        notices.unblocked_line(),
        notices.unreachable_message({f"{text}{at}": text for at in range(5)}),
        notices.reachable_message(),
        notices.policy_message({f"{text}{at}": [text, ""] for at in range(size)}),
        notices.policy_message({}),
        notices.policy_refused_message([text] * size),
        notices.glass_message(found.request, text[:1000], NOW, size, MENTIONS),
        notices.skipped_message(found.request, IRREVERSIBLE, text[:1000], NOW, "C0ADMIN0001"),
        notices.retrospective_line(BEN, text),
        notices.verifying_line(found),
        notices.result_line(found),
        notices.drift_line(text, text),
        notices.items_line(found.request),
        notices.suspended_line(text),
        notices.resumed_line(),
        notices.results_line(found),
        notices.not_attached_line("📎 All 12 items.", "missing_scope", text),
        notices.decision_message(found.request, IRREVERSIBLE, "👍 approved"),
        notices.result_message(found, IRREVERSIBLE),
        notices.replaced_line(text),
        notices.replaced_line("it could not be changed", "https://x.slack.com/archives/C1/p1"),
        installs.refused(BEN, text, text, []),
        installs.refused(BEN, "not_an_admin", text, [ANA, BEN]),
        installs.given_refused(BEN, text, text),
        installs.works(ANA),
        installs.not_renewed(ANA, NOW),
        installs.workspaces_changed([text] * size, [text], [text]),
        notices.moved_line(""),
        notices.moved_line("https://x.slack.com/archives/C1/p1"),
    ]
    for message in told:
        accept_message(message)


@every_text
@every_size
def test_lists(text: str, size: int) -> None:
    lines = [listed(headline=text)] * size
    accept_message(lists.requests_message("Latest requests", lines, "None."))
    accept_message(lists.requests_message("Latest requests", [], "There have been no requests yet."))
    points = tuple(Point(text, fine) for fine in (True, False, None) for _ in range(min(size, 30)))
    accept_message(lists.explanation_message(Explanation(text, points)))
    checks = [(True, text), (False, text)] * size
    accept_message(lists.status_message(checks, {"external_orgs": (NOW, text), "channels": (None, None)}))


@every_text
@every_size
def test_the_home_tab(text: str, size: int) -> None:
    lines = tuple(listed(f"R0000000{at:02}", state, headline=text) for at, state in enumerate(State))
    accept_view(home_view(Home(refusal=text or "Not for you.")))
    accept_view(
        home_view(
            Home(
                forms=tuple(operation.info() for operation in OPERATIONS.values()),
                to_decide=tuple((with_id(big_record(text, size), at), INFOS[at % 2]) for at in range(5)),
                waiting=11,
                page=1,
                pages=3,
                mine=lines[:5],
                latest=lines[-5:],
                problems=(text,) * 5,
            )
        )
    )


def big_delegation(text: str, why: str | None = None) -> Delegation:
    """Ben is away; everything somebody typed is that text."""
    names = (BEN, text, ANA, text, tuple(OPERATIONS), text[:200])
    return Delegation("G0HANDED01", ORG, *names, NOW, NOW + 86_400_000, NOW if why else None, ANA, why)


@every_text
def test_while_somebody_is_away(text: str) -> None:
    given = big_delegation(text)
    for present in (None, given):
        for chosen in (("", "", ""), (ANA, "2026-12-24", text)):
            for problem in ("", text or "No."):
                accept_view(
                    delegating.away_view(
                        tuple(OPERATIONS),
                        text or "UTC",
                        date(2026, 12, 24),
                        present,
                        "stg-",
                        chosen=chosen,
                        problem=problem,
                    )
                )
    accept_view(delegating.handed_view(given, ""))
    for message in (
        delegating.given_message(given, None),
        delegating.given_message(given, NOW),
        delegating.to_delegate(given),
        delegating.back_message(None),
        delegating.back_message(given),
    ):
        accept_message(message)
    for why in ("lapsed", "back", "replaced", "operator", "account"):
        accept_message(delegating.ended_line(big_delegation(text, why)))
        accept_message(delegating.ended_to_delegate(big_delegation(text, why)))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_note_stays_text(text: str) -> None:
    given = big_delegation(text)
    for message in (delegating.given_message(given, None), delegating.to_delegate(given)):
        lead, *note = message["blocks"]
        assert text[:200] not in lead["text"]["text"] or not text.strip()
        assert all(block["text"]["type"] == "plain_text" for block in note)
        assert "<!channel>" not in message["text"]


@every_text
def test_what_somebody_decided_for_another_person(text: str) -> None:
    behalf = Behalf(BEN, text, text, "member", "G0HANDED01")
    proof = RoleProof((f"user:{BEN}",), "member", NOW, behalf).as_json()
    for verdict in ("approve", "deny"):
        made = decision(ANA, verdict, person_name=text, reason=text[:1000], proof=proof)
        found = replace(big_record(text, 1, State.PENDING), decisions=(made,))
        card = cards.card(found, IRREVERSIBLE, (f"<@{ANA}> for <@{BEN}>",))
        accept_message(card)
        assert f"by <@{ANA}> for <@{BEN}>" in str(card)
        home = Home(
            to_decide=((found, IRREVERSIBLE),),
            waiting=1,
            standing_in=(big_delegation(text),) * 30,
            behalf={found.request.id: BEN},
        )
        accept_view(home_view(home))
        assert f"You decide this for <@{BEN}>" in str(home_view(home))


def with_id(found: Record, number: int) -> Record:
    return replace(found, request=replace(found.request, id=f"R0000000{number:02}"))


@pytest.mark.parametrize("prefix", ["", "stg-", "12345678"])
def test_the_help_names_every_command(prefix: str) -> None:
    infos: list[OperationInfo] = [operation.info() for operation in OPERATIONS.values()]
    found = lists.help_message(infos, prefix)
    accept_message(found)
    text = found["blocks"][1]["text"]["text"]
    assert all(f"/{prefix}{key} " in text for key in (*OPERATIONS, "drawbridge"))


@every_text
@pytest.mark.parametrize("build", [dict, list], ids=["mapping", "pairs"])
def test_options_are_a_hundred_at_most(text: str, build: Callable[[Any], Any]) -> None:
    pairs = [(f"T0ACME{at:04}", text) for at in range(250)]
    found = forms.options(build(pairs))
    assert len(found["options"]) == 100
    assert check_options_response(found) == []


@every_text
def test_a_pause_a_resumption_and_a_stop(text: str) -> None:
    for loud in (True, False):
        accept_message(notices.paused_line(request(), text, NOW, MENTIONS, loud=loud))
    accept_message(notices.going_on_line(BEN, 1_000))
    accept_message(notices.stopping_line("Nobody resumed it in time", 10_000))


@every_size
def test_a_card_that_is_being_stopped(size: int) -> None:
    found = big_record("Acme", size, State.EXECUTING)
    stopping = replace(found, request=replace(found.request, stopped_by=BEN))
    accept_message(cards.card(stopping, REVERSIBLE))
    assert "Being stopped" in str(cards.card(stopping, REVERSIBLE))
