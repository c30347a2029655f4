"""`/remove-policy-users`: in batches, each person with an outcome of their own."""

from localslack.seen import Message
from tests.support.people import House

METHOD = "admin.auth.policy.removeEntities"


def member(house: House, **more: object) -> str:
    """A person on the policy."""
    return house.client.create("policy_member", has_sso=True, **more)


def on_policy(house: House) -> set[str]:
    """Everybody on the policy now."""
    with house.slack.world.lock:
        return set(house.slack.world.org.policies["email_password"].entities)


def test_people_are_taken_off_by_id_and_address_and_put_back(house: House) -> None:
    one, two = member(house), member(house, email="second.person@meridian.example")
    request = house.ask_remove_users(one, "second.person@meridian.example")
    house.approve(request)
    card = house.card(request, "Done and proved")
    assert "2 in all: 2 proved by reading back" in card.text
    assert not {one, two} & on_policy(house)
    house.ana.click(card, "Undo")
    house.ana.wait_modal(lambda modal: f"reverses {request}" in modal.text)
    house.describe()
    assert "Put 2 people back on the e-mail and password policy" in house.preview()
    undo = house.file()
    house.approve(undo)
    house.card(undo, "Done and proved")
    assert house.client.wait(lambda: "Undo" not in house.card(request).buttons or None, 10)
    assert {one, two} <= on_policy(house)


def test_long_lists_are_attached_in_full(house: House) -> None:
    people = [member(house) for _ in range(12)]
    request = house.ask_remove_users(*people)
    card = house.card(request, "All 12 are in the file in the thread")
    asked = house.ben.wait_reply(card, "All 12 items")
    assert [person for person in people if person not in attached(house, asked)] == []
    house.approve(request)
    done = house.card(request, "Done and proved")
    assert "and 2 more, all in the file in the card's thread" in done.text
    results = attached(house, house.ben.wait_reply(done, "each of the 12 items"))
    assert results.count(",verified,") == 12


def attached(house: House, message: Message) -> str:
    """The text of the file a message brings, as the approver downloads it."""
    (file,) = message.files
    return house.ben.file(file["id"]).decode("utf-8-sig")


def test_those_who_may_be_locked_out_come_first(house: House) -> None:
    safe = member(house, real_name="Aaron Safe")
    unbound = house.client.create("policy_member", real_name="Zoe Unbound", has_sso=False)
    guest = house.client.create("policy_member", real_name="Gus Guest", has_sso=True, is_restricted=True)
    house.open("/remove-policy-users")
    house.ana.fill("Or paste a list", f"{safe}\n{unbound}\n{guest}")
    house.describe()
    preview = house.preview()
    assert "🔴 1 person may be locked out: Zoe Unbound" in preview
    assert "No SSO account is bound: may be locked out" in preview
    assert "SSO account bound: yes" in preview and "Second factor:" in preview
    assert "On the policy since: today" in preview
    assert preview.index("Zoe Unbound (") < preview.index("Gus Guest (") < preview.index("Aaron Safe (")
    house.ana.close(everything=True)


def test_one_bad_id_never_stops_the_others(house: House) -> None:
    people = [member(house) for _ in range(7)]
    bad = people[3]
    request = house.ask_remove_users(*people)
    house.client.settings(entities_per_call_max=1)  # more are invalid_arguments
    house.client.fault(METHOD, "error", error="entity_not_found", match={"entity_ids": bad})
    house.approve(request)
    paused = house.card(request, "1 of the first 5 did not succeed")
    house.ben.click(paused, "Resume", confirm=True)
    card = house.card(request, "Partly done")
    house.client.settings(entities_per_call_max=1000)
    assert "6 proved by reading back" in card.text and "[entity_not_found]" in card.text
    assert set(people) & on_policy(house) == {bad}
    calls = house.calls(METHOD, lambda call: bool(set(people) & set(_ids(call))))
    assert len(_ids(calls[0])) == 5 and calls[0]["error"] == "invalid_arguments"
    outcomes = {item["key"]: item["outcome"] for item in house.app.evidence(request)["items"]}
    assert outcomes.pop(bad) == "failed" and set(outcomes.values()) == {"verified"}


def test_more_than_fifty_go_in_several_calls(house: House) -> None:
    people = [member(house) for _ in range(60)]
    request = house.ask_remove_users(*people)
    house.approve(request)
    assert "60 in all: 60 proved by reading back" in house.card(request, "Done and proved", timeout=60).text
    calls = house.calls(METHOD, lambda call: bool(set(people) & set(_ids(call))))
    sizes = [len(_ids(call)) for call in calls]
    assert sizes[0] == 5 and sorted(sizes[1:]) == [5, 50], "a few first, then the others"


def test_people_not_on_the_policy_and_unknown_addresses_are_left_out(house: House) -> None:
    found = member(house)
    house.open("/remove-policy-users")
    house.ana.fill("Or paste a list", f"{found}\nW0DINO0001\nnobody@nowhere.example\n12345\n{found}")
    house.describe()
    preview = house.preview()
    assert "Left out of the request" in preview
    assert "W0DINO0001: Not on the policy" in preview or "W0DINO0001" in on_policy(house)
    assert "nobody@nowhere.example: Nobody active in the organization has this address" in preview
    assert "12345: Neither an e-mail address nor a user id" in preview
    assert f"{found}: In the list more than once" in preview
    house.ana.close(everything=True)


def test_the_account_drawbridge_acts_with_and_approvers_are_protected(house: House) -> None:
    for user, sentence in (
        ("W0INSTALL1", "Drawbridge acts with this account"),
        ("W0BEN00001", "nobody who decides here may be locked out from here"),
    ):
        house.client.create("policy_member", id=user)
        house.open("/remove-policy-users")
        house.ana.fill("Or paste a list", user)
        house.describe()
        preview = house.preview()
        assert "Nothing can be requested like this" in preview and sentence in preview
        house.ana.close(everything=True)
        house.client.post("remove", kind="policy_member", id=user)


def test_the_last_owner_on_the_policy_stays(house: House) -> None:
    with house.slack.world.lock:
        entities = house.slack.world.org.policies["email_password"].entities
        before = dict(entities)
        for owner in ("W0OLGA0001", "W0PAUL0001"):
            entities[owner] = 1_700_000_000
    house.open("/remove-policy-users")
    house.ana.fill("Or paste a list", "W0OLGA0001\nW0PAUL0001")
    house.describe()
    assert "The last org owner who could sign in without SSO" in house.preview()
    house.ana.close(everything=True)
    house.open("/remove-policy-users")
    house.ana.fill("Or paste a list", "W0PAUL0001")
    house.describe()
    preview = house.preview()
    assert "The last org owner" not in preview and "An org owner" in preview
    house.ana.close(everything=True)
    with house.slack.world.lock:
        entities.clear()
        entities.update(before)


def test_somebody_promoted_after_the_preview_is_drift_and_the_others_go_on(house: House) -> None:
    promoted, ordinary = member(house, real_name="Pia Promoted"), member(house)
    request = house.ask_remove_users(promoted, ordinary)
    house.client.set("user", promoted, is_org_admin=True)
    house.approve(request)
    card = house.card(request, "Partly done")
    assert "role: was member, is admin" in card.text
    assert promoted in on_policy(house) and ordinary not in on_policy(house)


def _ids(call: dict[str, object]) -> list[str]:
    args = call["args"]
    assert isinstance(args, dict)
    ids = args["entity_ids"]
    return ids if isinstance(ids, list) else str(ids).split(",")


def test_the_lost_answer_of_a_whole_batch_is_read_back(house: House) -> None:
    people = [member(house) for _ in range(55)]
    request = house.ask_remove_users(*people)
    house.client.fault(METHOD, "lost", times=1, match={})
    house.approve(request)
    assert "55 in all: 55 proved by reading back" in house.card(request, "Done and proved", timeout=60).text
    calls = house.calls(METHOD, lambda call: bool(set(people) & set(_ids(call))))
    assert [len(_ids(call)) for call in calls] == [5, 50], "a few first, each once"
