"""Drawing a form and reading it back."""

from typing import Any

import pytest

from app.messages.forms import (
    block_id,
    entries_from,
    field_key,
    files_from,
    form_view,
    ticket_field,
    wrong_files,
    wrong_lengths,
)
from app.model.form import Acknowledge, Choice, Entries, Form, Radio, Select, Text, UploadedFile
from app.model.table import MOST_BYTES, Column, Row, Table
from tests.unit.messages.surfaces import accept_view, shown

ACME = {"value": "T0ACME0001", "text": "Acme"}
PARENT = Select("workspace", "Workspace", "workspaces", redraws=True)
CHILD = Select("groups", "User groups", "offered", many=5, parent="workspace", optional=True)
SCOPE = Radio("scope", "What to change", (Choice("a", "Add"), Choice("b", "Share")), "a", redraws=True)
PASTED = Text("pasted", "Or paste", multiline=True, hint="One per line.", optional=True)
TICK = Acknowledge("exported", "Before you go on", "It has been exported", "Files become unreadable.")
FORM = Form("Disable user groups", ("Switches them off.",), (PARENT, CHILD, SCOPE, PASTED, TICK))


def view(entries: Entries | None = None, pattern: str | None = None) -> dict[str, Any]:
    found = form_view(
        "disable-usergroup", FORM, entries or Entries(), "D0DRAFT0001", pattern, ("As of today.",)
    )
    accept_view(found)
    return found


def element(found: dict[str, Any], key: str) -> Any:
    return next(
        block["element"]
        for block in found["blocks"]
        if block["type"] == "input" and field_key(block["block_id"]) == key
    )


def block(found: dict[str, Any], key: str) -> Any:
    return next(b for b in found["blocks"] if field_key(b.get("block_id", "")) == key)


class TestDrawing:
    def test_it_holds_the_drafts_id_and_nothing_else(self) -> None:
        assert view()["private_metadata"] == "D0DRAFT0001"
        assert view()["callback_id"] == "form:disable-usergroup"

    def test_reason_and_ticket_are_always_asked(self) -> None:
        keys = [field_key(b["block_id"]) for b in view()["blocks"] if b["type"] == "input"]
        assert keys == ["workspace", "groups", "scope", "pasted", "exported", "reason", "ticket"]

    def test_a_ticket_is_asked_for_when_the_policy_has_a_pattern(self) -> None:
        assert block(view(), "ticket")["optional"] is True
        wanted = block(view(pattern="^SEC-[0-9]+$"), "ticket")
        assert (wanted["optional"], wanted["hint"]["text"]) == (False, "Must match ^SEC-[0-9]+$")
        assert ticket_field(None).optional

    def test_what_was_entered_is_there_again(self) -> None:
        typed: dict[str, Any] = {
            "workspace": [ACME],
            "groups": [ACME],
            "scope": "b",
            "pasted": "ops\ndba",
            "exported": ["yes"],
            "reason": "Because it must be.",
        }
        found = view(Entries(typed))
        assert element(found, "workspace")["initial_option"]["value"] == "T0ACME0001"
        assert element(found, "groups")["initial_options"][0]["text"]["text"] == "Acme"
        assert element(found, "scope")["initial_option"]["value"] == "b"
        assert element(found, "pasted")["initial_value"] == "ops\ndba"
        assert element(found, "exported")["initial_options"]
        assert element(found, "reason")["initial_value"] == "Because it must be."

    def test_an_empty_form_has_nothing_chosen_but_the_first_kind(self) -> None:
        found = view()
        assert "initial_option" not in element(found, "workspace")
        assert "initial_options" not in element(found, "groups")
        assert element(found, "scope")["initial_option"]["value"] == "a"
        assert "initial_value" not in element(found, "pasted")
        assert "initial_options" not in element(found, "exported")

    def test_what_others_depend_on_tells_at_once(self) -> None:
        assert block(view(), "workspace")["dispatch_action"] is True
        assert block(view(), "scope")["dispatch_action"] is True
        assert block(view(), "groups")["dispatch_action"] is False

    @pytest.mark.parametrize(("many", "kind"), [(1, "external_select"), (5, "multi_external_select")])
    def test_a_select_takes_one_or_many(self, many: int, kind: str) -> None:
        form = Form("T", (), (Select("orgs", "Orgs", "external_orgs", many=many),))
        found = element(form_view("x", form, Entries(), "D1", None), "orgs")
        assert found["type"] == kind
        assert found.get("max_selected_items", 1) == many

    def test_no_select_takes_more_than_slack_shows(self) -> None:
        form = Form("T", (), (Select("orgs", "Orgs", "external_orgs", many=10_000),))
        assert element(form_view("x", form, Entries(), "D1", None), "orgs")["max_selected_items"] == 100

    def test_notes_stand_below(self) -> None:
        assert shown(view()["blocks"]).endswith("As of today.")


class TestADependentField:
    def test_gets_a_new_block_with_every_parent_and_the_old_one_with_the_same(self) -> None:
        ids = {block_id(CHILD, Entries({"workspace": [choice]})) for choice in (ACME, ACME)}
        other = block_id(CHILD, Entries({"workspace": [{"value": "T0BETA0001", "text": "Beta"}]}))
        assert len(ids) == 1
        assert other not in ids
        assert {field_key(found) for found in (*ids, other)} == {"groups"}

    def test_any_other_keeps_its_own(self) -> None:
        assert block_id(PASTED, Entries({"workspace": [ACME]})) == "pasted"


class TestReadingBack:
    OPTION = {"text": {"type": "plain_text", "text": "Acme"}, "value": "T0ACME0001"}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("state", "value"),
        [
            ({"type": "plain_text_input", "value": "  a\u202eb \n c "}, "ab \n c"),
            ({"type": "plain_text_input", "value": None}, ""),
            ({"type": "external_select", "selected_option": OPTION}, [ACME]),
            ({"type": "external_select", "selected_option": None}, []),
            ({"type": "multi_external_select", "selected_options": [OPTION, OPTION]}, [ACME, ACME]),
            ({"type": "multi_external_select"}, []),
            ({"type": "radio_buttons", "selected_option": OPTION}, "T0ACME0001"),
            ({"type": "radio_buttons", "selected_option": None}, ""),
            ({"type": "checkboxes", "selected_options": [OPTION]}, ["T0ACME0001"]),
            ({"type": "checkboxes", "selected_options": []}, []),
        ],
    )
    def test_each_kind_of_input_is_read(self, state: dict[str, Any], value: Any) -> None:
        assert entries_from({"groups.1a2b3c4d": {"choose": state}}) == {"groups": value}

    def test_what_is_read_back_is_what_was_drawn(self) -> None:
        typed: dict[str, Any] = {
            "workspace": [ACME],
            "groups": [ACME],
            "scope": "b",
            "pasted": "ops",
            "exported": ["yes"],
        }
        found = view(Entries(typed))
        state: dict[str, Any] = {}
        for drawn in found["blocks"]:
            if drawn["type"] == "input":
                inside = drawn["element"]
                state[drawn["block_id"]] = {
                    inside["action_id"]: {
                        "type": inside["type"],
                        "value": inside.get("initial_value"),
                        "selected_option": inside.get("initial_option"),
                        "selected_options": inside.get("initial_options"),
                    }
                }
        read = entries_from(state)
        assert {key: read[key] for key in typed} == typed


class TestLengths:
    @pytest.mark.parametrize(
        ("text", "wrong"),
        [("x" * 9, {"note": "At least 10 characters."}), ("x" * 10, {}), ("x" * 20, {}), ("x" * 21, None)],
    )
    def test_are_checked_whatever_the_client_let_through(self, text: str, wrong: Any) -> None:
        field = Text("note", "Note", min_length=10, max_length=20)
        told = {"note": "At most 20 characters; these are 21."} if wrong is None else wrong
        assert wrong_lengths([field, PARENT], Entries({"note": text})) == told

    def test_a_draft_written_by_an_older_version_is_no_crash(self) -> None:
        assert wrong_lengths([PASTED], Entries({"pasted": ["not a text"]})) == {}


class TestAnUploadedList:
    COLUMNS = (
        Column("channel", "id or name", "C0123ABCD"),
        Column("add", "workspaces", "T0123ABCD", optional=True),
    )
    TABLE = Table("people.csv", tuple(Row(line, {"channel": f"C{line}"}) for line in range(2, 1502)))

    def view(self, kept: Table | None = None, entries: Entries | None = None) -> dict[str, Any]:
        form = FORM.with_upload(self.COLUMNS, kept)
        found = form_view("disable-usergroup", form, entries or Entries(), "D0DRAFT0001", None)
        accept_view(found)
        return found

    def test_is_asked_for_after_the_pasted_one_as_one_csv_file(self) -> None:
        found = self.view()
        keys = [field_key(b["block_id"]) for b in found["blocks"] if b["type"] == "input"]
        assert keys[keys.index("pasted") + 1] == "upload"
        asked = {"type": "file_input", "action_id": "attach", "filetypes": ["csv"], "max_files": 1}
        assert element(found, "upload") == asked
        assert block(found, "upload")["optional"] is True

    def test_says_which_columns_it_takes(self) -> None:
        hint = block(self.view(), "upload")["hint"]["text"]
        assert hint == "UTF-8, with a header. Columns: channel (id or name), add (workspaces)."

    def test_uploaded_before_is_used_again_unless_unticked(self) -> None:
        kept = element(self.view(self.TABLE), "keep")
        assert kept["options"][0]["text"]["text"] == "Use people.csv: 1,500 rows"
        assert kept["initial_options"] == kept["options"]
        assert "initial_options" in element(self.view(self.TABLE, Entries({"keep": ["yes"]})), "keep")
        assert "initial_options" not in element(self.view(self.TABLE, Entries({"keep": []})), "keep")

    FILE = {"id": "F0LIST0001", "name": "people.csv", "size": 120}  # noqa: RUF012

    def test_is_no_entry_but_a_file(self) -> None:
        state = {
            "upload": {"attach": {"type": "file_input", "files": [self.FILE]}},
            "reason": {"type": {"type": "plain_text_input", "value": "Because."}},
        }
        assert entries_from(state) == {"reason": "Because."}
        assert files_from(state) == (UploadedFile("F0LIST0001", "people.csv", 120),)
        assert files_from({"upload": {"attach": {"type": "file_input", "files": None}}}) == ()

    @pytest.mark.parametrize(
        ("files", "wrong"),
        [
            ([("people.csv", 1)], None),
            ([("PEOPLE.CSV", MOST_BYTES)], None),
            ([("people.csv", MOST_BYTES + 1)], "At most 5 MB; split the list into several files."),
            ([("people.csv", 0)], "This file is empty."),
            ([("people.xlsx", 1)], "A CSV file is needed, with a name that ends in .csv."),
            ([("people.csv", 1), ("more.csv", 1)], "One file at a time."),
            ([], None),
        ],
    )
    def test_is_looked_at_before_it_is_read(self, files: list[tuple[str, int]], wrong: str | None) -> None:
        found = [UploadedFile("F0LIST0001", name, size) for name, size in files]
        assert wrong_files(found) == ({"upload": wrong} if wrong else {})
