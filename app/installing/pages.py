"""The pages at the end of an install, in the installer's browser. They load nothing and run nothing."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from slack_bolt.response import BoltResponse

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--soft:#5a6675;--paper:#fff;--ground:#eef1f5;--edge:#d5dbe3;
--blue:#1f3a5f;--good:#1c7a4a;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#a5b0bd;--paper:#1b222b;--ground:#12171d;
--edge:#323c48;--blue:#8fb4e3;--good:#5fcf94;--bad:#ff8a80}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);
font:1rem/1.55 system-ui,sans-serif}
main{box-sizing:border-box;width:min(40rem,100% - 2rem);margin:2rem 0;padding:2rem 2.25rem;
background:var(--paper);border:1px solid var(--edge);border-top:4px solid var(--tone);border-radius:10px}
main.good{--tone:var(--good)}main.bad{--tone:var(--bad)}
.brand{margin:0;color:var(--soft);font-size:.875rem;letter-spacing:.04em;text-transform:uppercase}
h1{margin:.35rem 0 1rem;font-size:1.5rem;line-height:1.25}
h2{margin:1.5rem 0 .5rem;font-size:1rem}
p{margin:.5rem 0}
ol{margin:.5rem 0 0;padding-left:1.4rem}
li{margin:.6rem 0;padding-left:.25rem}
code{padding:.1em .35em;border-radius:4px;background:var(--ground);font-size:.9em;white-space:nowrap}
a{color:var(--blue)}
.go{display:inline-block;margin-top:1rem;padding:.55rem 1.1rem;border:1px solid var(--blue);
border-radius:6px;font-weight:600;text-decoration:none}
""".strip()
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def installed(organization: str, notes: Sequence[str], add_page: str | None) -> BoltResponse:
    """It is done: what to do next. notes: what the installer should know, as sentences.

    add_page: where Slack lets an org admin add the app to workspaces, if that is known.
    """
    place = "Organization settings → Integrations → Installed apps → Drawbridge → Add to more workspaces"
    where = f'<a href="{escape(add_page)}">{place}</a>' if add_page else place
    told = "".join(f"<p>{escape(note)}</p>" for note in notes)
    steps = (
        f"Add Drawbridge to the workspace where your admins are: {where}.",
        "Invite the bot into the private admin channel: <code>/invite @Drawbridge</code>",
        "Let a second org admin open this same install page. When one admin leaves or is demoted, Drawbridge "
        "goes on with the other one's token.",
        "On the machine that runs it: <code>python -m app doctor</code>. Look at every line.",
        "In Slack: <code>/drawbridge status</code>",
    )
    listed = "".join(f"<li>{step}</li>" for step in steps)
    title = f"Drawbridge is installed in {organization}"
    return _page(200, "good", title, f"{told}<h2>Next</h2><ol>{listed}</ol>")


def not_installed(status: int, reason: str) -> BoltResponse:
    """It was refused or broken off: why, and the way to begin again."""
    again = '<p><a class="go" href="/slack/install">Begin again</a></p>'
    kept = "<p>Nothing was kept.</p>"
    return _page(status, "bad", "Drawbridge was not installed", f"<p>{escape(reason)}</p>{kept}{again}")


def _page(status: int, tone: str, title: str, body: str) -> BoltResponse:
    head = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    )
    shown = (
        f'<main class="{tone}"><p class="brand">Drawbridge</p><h1>{escape(title)}</h1>{body}</main></html>'
    )
    policy = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'"
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "cache-control": "no-store",  # the address holds a code and a state
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return BoltResponse(status=status, body=head + shown, headers=headers)
