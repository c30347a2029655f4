"""Requests as they come over the wire, signed or not: stale clicks, double submits, forgeries, rubbish."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from localslack.org.seeds import SIGNING_SECRET
from localslack.outbound.signing import headers
from tests.support.people import ADMIN
from tests.support.running import RunningApp

FORM = "application/x-www-form-urlencoded"
JSON = dict[str, Any]


def post(
    app: RunningApp,
    body: str | bytes,
    *,
    secret: str = SIGNING_SECRET,
    age: float = 0,
    kind: str = FORM,
    more: dict[str, str] | None = None,
) -> tuple[int, str]:
    """Status and body of the answer to a request signed `age` seconds ago."""
    raw = body if isinstance(body, bytes) else body.encode()
    signed = headers(secret, str(int(time.time() - age)), raw.decode("utf-8", "replace"), kind)
    return send(app, raw, signed | (more or {}))


def send(app: RunningApp, body: bytes, with_headers: dict[str, str]) -> tuple[int, str]:
    """Status and body of the answer to a request with exactly these headers; status 0 when nobody answers."""
    request = urllib.request.Request(f"{app.url}/slack/events", data=body, headers=with_headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""


def interaction(app: RunningApp, payload: JSON, **how: Any) -> tuple[int, str]:
    """Send an interaction payload, signed."""
    return post(app, urllib.parse.urlencode({"payload": json.dumps(payload)}), **how)


def person(user_id: str, enterprise_id: str = "E0MERIDIAN") -> JSON:
    """The part of a payload that says who acts."""
    return {
        "user": {"id": user_id, "username": "x", "name": "x", "team_id": "T0HQ000001"},
        "api_app_id": "A0DRAWBRDG",
        "token": "verification",
        "team": None,
        "enterprise": {"id": enterprise_id, "name": "Meridian"},
        "is_enterprise_install": True,
    }


def click(user_id: str, action_id: str, value: str, response_url: str = "", **more: Any) -> JSON:
    """A button pressed on a message in the admin channel, whether that message still has it or not."""
    return {
        "type": "block_actions",
        **person(user_id, more.pop("enterprise_id", "E0MERIDIAN")),
        "container": {"type": "message", "message_ts": "1.1", "channel_id": ADMIN, "is_ephemeral": False},
        "trigger_id": "1.2.3",
        "channel": {"id": ADMIN, "name": "admin-approvals"},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [
            {
                "type": "button",
                "action_id": action_id,
                "block_id": "decide",
                "value": value,
                "action_ts": f"{time.time():.6f}",
            }
        ],
        **more,
    }


def submission(user_id: str, callback_id: str, metadata: str, values: JSON | None = None) -> JSON:
    """A modal submitted."""
    view = {
        "id": "V0FORGED001",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "state": {"values": values or {}},
        "hash": "1.abc",
        "blocks": [],
        "title": {"type": "plain_text", "text": "x"},
        "app_installed_team_id": "E0MERIDIAN",
    }
    return {
        "type": "view_submission",
        **person(user_id),
        "trigger_id": "1.2.3",
        "view": view,
        "response_urls": [],
    }


def command(user_id: str, name: str, text: str = "", enterprise_id: str = "E0MERIDIAN") -> str:
    """A slash command's form body."""
    return urllib.parse.urlencode(
        {
            "token": "verification",
            "team_id": "T0HQ000001",
            "team_domain": "meridian",
            "enterprise_id": enterprise_id,
            "enterprise_name": "Meridian",
            "is_enterprise_install": "true",
            "channel_id": "C0LOBBY0001",
            "channel_name": "lobby",
            "user_id": user_id,
            "user_name": "x",
            "command": name,
            "text": text,
            "api_app_id": "A0DRAWBRDG",
            "response_url": "",
            "trigger_id": "1.2.3",
        }
    )


def suggestion(user_id: str, draft_id: str, field: str, typed: str) -> JSON:
    """Somebody types into a select of that form."""
    return {
        "type": "block_suggestion",
        **person(user_id),
        "action_id": "choose",
        "block_id": field,
        "value": typed,
        "view": {"id": "V0FORGED001", "type": "modal", "private_metadata": draft_id},
        "container": {"type": "view", "view_id": "V0FORGED001"},
    }


def event(inner: JSON) -> JSON:
    """An event as Slack sends it for an org-wide install."""
    authorization = {
        "enterprise_id": "E0MERIDIAN",
        "team_id": None,
        "user_id": "U0DRAWBRDG",
        "is_bot": True,
        "is_enterprise_install": True,
    }
    return {
        "type": "event_callback",
        "token": "verification",
        "team_id": "T0HQ000001",
        "enterprise_id": "E0MERIDIAN",
        "api_app_id": "A0DRAWBRDG",
        "event": inner,
        "event_id": f"Ev{time.time_ns()}",
        "event_time": int(time.time()),
        "is_enterprise_install": True,
        "authorizations": [authorization],
    }
