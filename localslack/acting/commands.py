"""Slash commands, global shortcuts, plain messages, opening the Home tab."""

import re
from typing import Any

from localslack.acting.outcome import Impossible, Outcome
from localslack.acting.place import joined_channel, person
from localslack.blocks import check_command_response
from localslack.conversation import messages, modals
from localslack.conversation.direct import find_or_open
from localslack.conversation.messages import Content
from localslack.conversation.response_urls import answer
from localslack.conversation.store import Message
from localslack.engine import Engine
from localslack.logs import Delivery
from localslack.org.model import Channel, Org, User
from localslack.outbound import events, payloads
from localslack.outbound.courier import Kind
from localslack.world import World

JSON = dict[str, Any]
_MENTION = re.compile(r"<?([@#])([\w.\-]+)(?:\|[^>]*)?>?")


async def command(engine: Engine, body: JSON) -> Outcome:
    """Type a slash command; Slackbot explains when it cannot be run or the app does not answer."""
    world = engine.world
    with world.lock:
        user = person(world, body["user"])
        channel = joined_channel(world, user, body["channel"])
        name, text = body["command"], body.get("text") or ""
        team_id = messages.team_of(world, channel, user)
        if refusal := _refusal(world, user, channel, team_id, name):
            return Outcome(error=refusal, messages=[_slackbot(world, channel, user, refusal)])
        text = _escaped(world.org, text) if _escapes(world, name) else _plain(world.org, text)
        payload = payloads.slash_command(world, user, channel, team_id, name, text)
    delivery = await engine.courier.deliver(Kind.COMMAND, name, payload)
    with world.lock:
        return _interpret(world, user, channel, name, delivery)


def _refusal(world: World, user: User, channel: Channel, team_id: str, name: str) -> str:
    workspace = world.org.workspaces.get(team_id)
    commands = world.app.manifest.commands
    reachable = workspace is not None and workspace.has_app and world.app.installed
    if user.external_org is not None or not reachable or (commands is not None and name not in commands):
        return f"{name} is not a valid command. Messages that start with / are interpreted as commands."
    return "This channel is archived." if channel.is_archived else ""


def _escapes(world: World, name: str) -> bool:
    commands = world.app.manifest.commands
    return commands is not None and commands[name].should_escape


def _escaped(org: Org, text: str) -> str:
    """Mentions as ``<@U…|name>`` and ``<#C…|name>`` (docs.slack.dev/interactivity/implementing-slash-
    commands).
    """

    def escape(match: re.Match[str]) -> str:
        if match[1] == "@":
            user = _user_called(org, match[2])
            return f"<@{user.id}|{user.name}>" if user else match[0]
        channel = _channel_called(org, match[2])
        name = "" if channel is None or channel.is_private else channel.name
        return f"<#{channel.id}|{name}>" if channel else match[0]

    return _MENTION.sub(escape, text)


def _plain(org: Org, text: str) -> str:
    """Without escaping, mentions arrive as typed names."""

    def unescape(match: re.Match[str]) -> str:
        found = _user_called(org, match[2]) if match[1] == "@" else _channel_called(org, match[2])
        return f"{match[1]}{found.name}" if found else match[0]

    return _MENTION.sub(unescape, text)


def _user_called(org: Org, name: str) -> User | None:
    return org.users.get(name) or next((u for u in org.users.values() if u.name == name), None)


def _channel_called(org: Org, name: str) -> Channel | None:
    return org.channels.get(name) or next((c for c in org.channels.values() if c.name == name), None)


def _interpret(world: World, user: User, channel: Channel, name: str, delivery: Delivery) -> Outcome:
    outcome = Outcome.of(delivery)
    if delivery.error:
        code = "operation_timeout" if delivery.error == "timeout" else "dispatch_failed"
        outcome.error = f'{name} failed with the error "{code}"'
    answer_body = {"text": delivery.ack} if isinstance(delivery.ack, str) else delivery.ack
    if not delivery.error and isinstance(answer_body, dict) and answer_body:
        outcome.problems = [f"{name} ack: {problem}" for problem in check_command_response(answer_body)]
        world.ledger.problems.extend(outcome.problems)
        if outcome.problems:
            outcome.error = f'{name} failed with the error "dispatch_failed"'
        else:
            outcome.messages = [answer(world, user.id, channel, answer_body)]
    if outcome.error:
        outcome.messages = [_slackbot(world, channel, user, outcome.error)]
    return outcome


def _slackbot(world: World, channel: Channel, user: User, text: str) -> Message:
    slackbot = world.org.users["USLACKBOT"]
    return messages.post(world, channel, slackbot, Content(text=text), ephemeral_to=user.id)


async def shortcut(engine: Engine, body: JSON) -> Outcome:
    """Run a global shortcut of the manifest."""
    world, callback_id = engine.world, body["callback_id"]
    with world.lock:
        user = person(world, body["user"])
        if callback_id not in world.app.manifest.shortcuts or not user.teams:
            raise Impossible(f"no shortcut {callback_id!r}; known: {world.app.manifest.shortcuts}")
        payload = payloads.shortcut(world, user, user.teams[0], callback_id)
    return Outcome.of(await engine.courier.deliver(Kind.INTERACTION, callback_id, payload))


async def say(engine: Engine, body: JSON) -> Message:
    """Post a plain message; in the DM with the app, the app is told."""
    world = engine.world
    with world.lock:
        user = person(world, body["user"])
        channel = joined_channel(world, user, body["channel"])
        if channel.is_archived:
            raise Impossible(f"{channel.id} is archived")
        message = messages.post(
            world, channel, user, Content(text=body["text"], thread_ts=body.get("thread_ts"))
        )
        if channel.is_direct and world.app.bot_user in channel.members:
            events.message_im(world, user, channel.id, message.team_id, message.ts, message.text)
        return message


async def open_home(engine: Engine, body: JSON) -> Outcome:
    """Open the app's Home tab: the app hears of it by an event, in the background."""
    world = engine.world
    with world.lock:
        user = person(world, body["user"])
        if not world.app.manifest.home_tab:
            raise Impossible("the app has no Home tab")
        channel, _ = find_or_open(world, [world.app.bot_user, user.id])
        view = world.talk.views.get(world.talk.homes.get(user.id, ""))
        shown = modals.wire_form(world, view) if view else None
        team_id = messages.team_of(world, channel, user)
        events.app_home_opened(world, user, channel.id, team_id, shown)
        return Outcome(sent=True)
