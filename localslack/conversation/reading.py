"""Text as a person reads it: mentions by name, dates in a time zone, markup gone, hostile text kept as it is.

Source: docs.slack.dev/messaging/formatting-message-text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localslack.org.model import Org

JSON = dict[str, Any]

_TOKEN = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
_STYLES = [re.compile(rf"(?<![\w{m}]){m}(?=\S)([^{m}\n]+?)(?<=\S){m}(?![\w{m}])") for m in (r"\*", "_", "~")]
_KEPT = re.compile("\ue000(\\d+)\ue001")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_DATE_FORMATS: dict[str, Callable[[datetime], str]] = {
    "date_num": lambda d: f"{d:%Y-%m-%d}",
    "date": lambda d: f"{d:%B} {d.day}, {d.year}",
    "date_short": lambda d: f"{d:%b} {d.day}, {d.year}",
    "date_long": lambda d: f"{d:%A}, {d:%B} {d.day}, {d.year}",
    "date_pretty": lambda d: f"{d:%B} {d.day}, {d.year}",
    "date_short_pretty": lambda d: f"{d:%b} {d.day}, {d.year}",
    "date_long_pretty": lambda d: f"{d:%A}, {d:%B} {d.day}, {d.year}",
    "time": lambda d: f"{d:%H:%M}",
    "time_secs": lambda d: f"{d:%H:%M:%S}",
}


@dataclass
class Reader:
    """Reads text for a person; collects in ``mentions`` who would be notified by it."""

    org: "Org"
    zone: tzinfo = UTC
    mentions: list[str] = field(default_factory=list)

    def text(self, value: JSON | None) -> str:
        """A text object: plain text as it stands, mrkdwn interpreted."""
        if not value:
            return ""
        content = str(value.get("text", ""))
        return content if value.get("type") == "plain_text" else self.mrkdwn(content)

    def mrkdwn(self, content: str) -> str:
        """Slack's mark-up language, read."""
        kept: list[str] = []

        def keep(read: str) -> str:
            kept.append(read)
            return f"\ue000{len(kept) - 1}\ue001"

        content = _TOKEN.sub(lambda match: keep(self._token(match[1])), content)
        content = _CODE.sub(lambda match: keep(_unescape(match[1] or match[2])), content)
        for style in _STYLES:
            content = style.sub(r"\1", content)
        content = _unescape(content)
        while _KEPT.search(content):
            content = _KEPT.sub(lambda match: kept[int(match[1])], content)
        return content

    def name(self, user_id: str) -> str:
        """A person's name, the id when unknown."""
        user = self.org.users.get(user_id)
        return user.real_name if user else user_id

    def _token(self, token: str) -> str:
        target, _, label = token.partition("|")
        label = _unescape(label)
        if target.startswith("@"):
            self.mentions.append(target[1:])
            return f"@{self.name(target[1:])}"
        if target.startswith("#"):
            channel = self.org.channels.get(target[1:])
            return f"#{channel.name if channel else label or target[1:]}"
        if target.startswith("!"):
            return self._special(target[1:], label)
        return label or _unescape(target.removeprefix("mailto:"))

    def _special(self, target: str, label: str) -> str:
        if target.startswith("date^"):
            return self._date(target, label)
        if target.startswith("subteam^"):
            group = self.org.usergroups.get(target.removeprefix("subteam^"))
            self.mentions.append(target.removeprefix("subteam^"))
            return f"@{group.handle}" if group else label or target
        if target in ("channel", "here", "everyone"):
            self.mentions.append(target)
            return f"@{target}"
        return label or f"<!{target}>"

    def _date(self, target: str, fallback: str) -> str:
        _, stamp, pattern, *_ = [*target.split("^"), "", ""]
        try:
            moment = datetime.fromtimestamp(int(stamp), self.zone)
        except ValueError:
            return fallback
        read = re.sub(r"\{(\w+)\}", lambda m: _date_part(m, moment), pattern)
        return _unescape(read)


def _date_part(match: re.Match[str], moment: datetime) -> str:
    write = _DATE_FORMATS.get(match[1])
    return write(moment) if write else match[0]


def _unescape(content: str) -> str:
    for escaped, plain in _ESCAPES:
        content = content.replace(escaped, plain)
    return content
