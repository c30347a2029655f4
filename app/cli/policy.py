"""`policy check | explain`: reads the policy file as the running app would, and says what it means."""

import argparse
import sys

from app.cli.setting_up import Commands, connected
from app.config import ConfigError, Policy, read_policy, read_settings
from app.model.clock import system_clock
from app.operations import OPERATIONS, TERMS
from app.requests import records
from app.requests.explaining import Explaining
from app.requests.policies import Policies
from app.slack.directory import Live
from app.slack.gateway import ReadFailed
from app.slack.pace import Lane

_SIGN = {True: "✓", False: "✗", None: "·"}


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("policy", help="check the policy file, or explain what it allows")
    verbs = command.add_subparsers(dest="verb", required=True, metavar="verb")
    check = verbs.add_parser("check", help="read it, and print who may request and approve what")
    check.set_defaults(run=_check)
    explain = verbs.add_parser("explain", help="ask Slack, and say which rule allows or refuses")
    explain.add_argument("--user", help="whose rights: a user id")
    explain.add_argument("--operation", choices=sorted(OPERATIONS), help="to do what")
    explain.add_argument("--request", help="the id of a request: why it stands where it stands")
    explain.add_argument("--org", help="which organization (E…), when several are installed")
    explain.set_defaults(run=_explain)


def _check(_: argparse.Namespace) -> int:
    settings = read_settings(credentials=False)
    book = read_policy(settings.policy_file, TERMS)
    policies = dict(book.orgs) or {"": book.default}
    for org, policy in policies.items():
        _print(org, policy)
    print("The file is sound. Whether groups exist and quorums can be met, `doctor` asks Slack.")
    return 0


def _print(org: str, policy: Policy) -> None:
    print(f"{org or 'every organization'}: admin channel {policy.admin_channel}")
    glass = ", ".join(map(str, policy.break_glass.people)) or "nobody"
    print(f"  break-glass: {glass}, after {policy.break_glass.delay} s")
    for key, rules in policy.operations.items():
        requesters = ", ".join(map(str, rules.requesters)) or "nobody"
        approvers = ", ".join(map(str, rules.approvers)) or "nobody"
        print(f"  {key}: {requesters} may request; {rules.approvals} of {approvers} approve")
        for principal, number in rules.approvals_from:
            print(f"    among them {number} of {principal}")
        if rules.escalate_to:
            print(f"    when late: {', '.join(map(str, rules.escalate_to))} may approve too")
        if rules.quiet_hours:
            print(f"    quiet hours: {', '.join(map(str, rules.quiet_hours))}")
        if rules.delegation:
            print("    an approver who is away may have somebody else decide it for them")
        for found in rules.raises:
            raised = rules.with_raises((found,))
            among = ", ".join(f"{number} of {who}" for who, number in raised.approvals_from)
            told = f"{raised.approvals} approve" + (f", among them {among}" if among else "")
            print(f"    when {found.when}: {told}; cool-off {raised.cool_off} s")


def _explain(chosen: argparse.Namespace) -> int:
    if not chosen.request and not (chosen.user and chosen.operation):
        raise ConfigError(["policy explain: give --user and --operation, or --request"])
    with connected(chosen.org) as (settings, database, gateway, enterprise_id):
        live = Live(gateway, enterprise_id, Lane.INTERACTIVE)
        book = read_policy(settings.policy_file, TERMS)
        explaining = Explaining(database, system_clock)
        try:
            policy = Policies(book, database, system_clock).resolve(live)
            if chosen.request:
                with database.read() as connection:
                    record = records.record(connection, enterprise_id, chosen.request)
                if record is None:
                    print(f"There is no request {chosen.request} in {enterprise_id}.", file=sys.stderr)
                    return 1
                found = explaining.request(record, policy, live, chosen.user)
            else:
                found = explaining.person(chosen.user, chosen.operation, policy, live)
        except ReadFailed as failed:
            error = failed.answer.error
            told = f"Slack could not be read ({failed.answer.method}: {error.code}). {error.sentence}"
            print(f"{told} {error.remedy}", file=sys.stderr)
            return 2
    print(found.subject)
    for point in found.points:
        print(f"  {_SIGN[point.fine]} {point.text}")
    return 0
