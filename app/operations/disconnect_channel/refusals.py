"""Which channels and teams were meant, and what Slack would refuse, said before anybody approves it."""

from app.model.form import Entries
from app.model.preview import Problem
from app.operations.channels import guarded
from app.slack.directory import Channel


def pasted_lines(entries: Entries) -> tuple[str, ...]:
    """The pasted list's lines: a channel and a leaving team each, whatever separates them."""
    text = entries.text("pasted").replace(",", " ").replace(";", " ")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def pairs(entries: Entries) -> tuple[dict[tuple[str, str], int], list[Problem]]:
    """(channel as said, leaving id) with the line of the uploaded list it stands in; each pair once."""
    channel = entries.one("channel")
    wanted = [(channel, leaving, 0) for leaving in entries.ids("leaving") if channel]
    wanted += [(said, leaving, 0) for said, leaving in map(str.split, pasted_lines(entries))]
    wanted += [(row.cell("channel"), row.cell("leaving_team"), row.line) for row in entries.rows()]
    found: dict[tuple[str, str], int] = {}
    problems = []
    for said, leaving, line in wanted:
        if (said, leaving) in found:
            sentence = "This line is in the list more than once."
            problems.append(Problem(f"{said} {leaving}", "duplicate", sentence, line=line))
        found.setdefault((said, leaving), line)
    return found, problems


def refusal(channel: Channel, leaving: str, enterprise_id: str) -> Problem | None:
    """Why that team cannot be taken out of that channel, or None."""
    subject = f"#{channel.name} ({channel.id})"
    if leaving not in channel.connected | channel.workspaces:
        return Problem(subject, "already", f"{leaving} is not in this channel, nothing is left to cut.")
    if channel.direct:
        sentence = "Slack does not disconnect DMs or group DMs this way."
        return Problem(subject, "channel_type_not_supported", sentence)
    standing = guarded(channel)
    if standing is not None:
        return standing
    if not channel.hosted_by(enterprise_id):
        return Problem(
            subject,
            "cannot_kick_team",
            f"{channel.host} hosts this channel, and only the host may take others out. "
            "Ask them, or disconnect their organization as a whole.",
        )
    if leaving in (channel.host, channel.home, enterprise_id):
        sentence = "The channel was created here, and Slack never takes its home out of it."
        return Problem(subject, "cannot_kick_home_team", sentence)
    return None
