"""views.*: triggers, stacks, hashes, external ids."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from localslack.conversation.handles import new_trigger
from localslack.people import Person
from localslack.server import LocalSlack

ANA, HQ = "W0ANA00001", "T0HQ000001"


def view(title: str = "Title", **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [], **more}


def trigger(slack: LocalSlack, inside: str | None = None) -> str:
    """A trigger id as an interaction of Ana would bring it; ``inside`` names the view it came from."""
    with slack.world.lock:
        return new_trigger(slack.world, ANA, HQ, inside)


def refused(client: WebClient, method: str, **args: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=args)
    answer: dict[str, Any] = caught.value.response.data
    return answer


def opened(slack: LocalSlack, bot: WebClient, content: dict[str, Any] | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = bot.views_open(trigger_id=trigger(slack), view=content or view())["view"]
    return shown


def test_a_trigger_opens_one_modal_and_is_spent(slack: LocalSlack, bot: WebClient, ana: Person) -> None:
    id = trigger(slack)
    shown = bot.views_open(trigger_id=id, view=view("Hello"))["view"]
    assert (shown["team_id"], shown["app_installed_team_id"], shown["previous_view_id"]) == (
        HQ,
        "E0MERIDIAN",
        None,
    )
    assert ana.wait_modal(title="Hello").id == shown["id"] == shown["root_view_id"]
    assert refused(bot, "views.open", trigger_id=id, view=view())["error"] == "exchanged_trigger_id"


def test_a_trigger_dies_after_three_seconds(slack: LocalSlack, bot: WebClient) -> None:
    id = trigger(slack)
    with slack.world.lock:
        slack.world.talk.triggers[id].issued_at -= 3.1
    assert refused(bot, "views.open", trigger_id=id, view=view())["error"] == "expired_trigger_id"


def test_an_unknown_trigger_and_none_at_all(bot: WebClient) -> None:
    assert refused(bot, "views.open", trigger_id="1.2.3", view=view())["error"] == "invalid_trigger_id"
    assert refused(bot, "views.open", view=view())["error"] == "invalid_arguments"


def test_an_invalid_view_is_refused_with_messages_and_the_trigger_lives_on(
    slack: LocalSlack, bot: WebClient
) -> None:
    id = trigger(slack)
    answer = refused(bot, "views.open", trigger_id=id, view=view("x" * 25))
    message = "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    assert (answer["error"], answer["response_metadata"]["messages"]) == ("invalid_arguments", [message])
    home = {"type": "home", "blocks": []}
    assert refused(bot, "views.open", trigger_id=id, view=home)["error"] == "invalid_arguments"
    assert bot.views_open(trigger_id=id, view=view())["ok"]


def test_a_view_can_be_too_large(slack: LocalSlack, bot: WebClient) -> None:
    section = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}
    answer = refused(bot, "views.open", trigger_id=trigger(slack), view=view(blocks=[section] * 90))
    assert answer["error"] == "view_too_large"


def test_pushing_needs_a_trigger_from_inside_and_room_on_the_stack(slack: LocalSlack, bot: WebClient) -> None:
    assert refused(bot, "views.push", trigger_id=trigger(slack), view=view())["error"] == "not_found"
    first = opened(slack, bot)
    second = bot.views_push(trigger_id=trigger(slack, first["id"]), view=view())["view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    third = bot.views_push(trigger_id=trigger(slack, second["id"]), view=view())["view"]
    full = refused(bot, "views.push", trigger_id=trigger(slack, third["id"]), view=view())
    assert full["error"] == "push_limit_reached"


def test_opening_again_replaces_the_stack(slack: LocalSlack, bot: WebClient, ana: Person) -> None:
    first = opened(slack, bot)
    opened(slack, bot, view("Second"))
    assert ana.wait_modal(title="Second").depth == 1
    assert refused(bot, "views.update", view_id=first["id"], view=view())["error"] == "not_found"


def test_updating_by_hash_detects_a_newer_state(slack: LocalSlack, bot: WebClient) -> None:
    shown = opened(slack, bot)
    newer = bot.views_update(view_id=shown["id"], hash=shown["hash"], view=view("New"))["view"]
    assert newer["hash"] != shown["hash"]
    stale = refused(bot, "views.update", view_id=shown["id"], hash=shown["hash"], view=view())
    assert stale["error"] == "hash_conflict"


def test_an_external_id_finds_its_view_and_is_unique(slack: LocalSlack, bot: WebClient, ana: Person) -> None:
    opened(slack, bot, view(external_id="draft-1"))
    bot.views_update(external_id="draft-1", view=view("Found", external_id="draft-1"))
    assert ana.wait_modal(title="Found").external_id == "draft-1"
    again = refused(bot, "views.open", trigger_id=trigger(slack), view=view(external_id="draft-1"))
    assert again["error"] == "duplicate_external_id"
    assert refused(bot, "views.update", external_id="draft-2", view=view())["error"] == "not_found"
    assert refused(bot, "views.update", view=view())["error"] == "invalid_arguments"


def test_a_closed_view_cannot_be_updated(slack: LocalSlack, bot: WebClient, ana: Person) -> None:
    shown = opened(slack, bot)
    ana.close()
    assert refused(bot, "views.update", view_id=shown["id"], view=view())["error"] == "not_found"


def test_the_home_tab_is_published_per_person_and_keeps_its_id(
    bot: WebClient, ana: Person, ben: Person
) -> None:
    def home(text: str) -> dict[str, Any]:
        return {"type": "home", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}

    first = bot.views_publish(user_id=ANA, view=home("One"))["view"]
    second = bot.views_publish(user_id=ANA, view=home("Two"), hash=first["hash"])["view"]
    assert first["id"] == second["id"]
    seen = ana.home()
    assert seen is not None
    assert seen.text == "Two"
    assert ben.home() is None
    stale = refused(bot, "views.publish", user_id=ANA, view=home("Three"), hash=first["hash"])
    assert stale["error"] == "hash_conflict"


def test_without_a_home_tab_in_the_manifest_nothing_can_be_published(
    slack: LocalSlack, bot: WebClient
) -> None:
    manifest = slack.world.app.manifest
    manifest.home_tab = False
    try:
        answer = refused(bot, "views.publish", user_id=ANA, view={"type": "home", "blocks": []})
    finally:
        manifest.home_tab = True
    assert answer["error"] == "not_enabled"
