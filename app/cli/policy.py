"""`policy check`: reads the policy file as the running app would, without asking Slack."""

import argparse

from app.cli.setting_up import Commands
from app.config import read_policy, read_settings
from app.operations import TERMS


def declare(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("policy", help="check the policy file")
    verbs = command.add_subparsers(dest="verb", required=True, metavar="verb")
    check = verbs.add_parser("check", help="read it, and print who may request and approve what")
    check.set_defaults(run=_check)


def _check(_: argparse.Namespace) -> int:
    settings = read_settings(credentials=False)
    book = read_policy(settings.policy_file, TERMS)
    policies = dict(book.orgs) or {"": book.default}
    for org, policy in policies.items():
        print(f"{org or 'every organization'}: admin channel {policy.admin_channel}")
        for key, rules in policy.operations.items():
            requesters = ", ".join(map(str, rules.requesters)) or "nobody"
            approvers = ", ".join(map(str, rules.approvers)) or "nobody"
            print(f"  {key}: {requesters} may request; {rules.approvals} of {approvers} approve")
            for principal, number in rules.approvals_from:
                print(f"    among them {number} of {principal}")
            for found in rules.raises:
                raised = rules.with_raises((found,))
                among = ", ".join(f"{number} of {who}" for who, number in raised.approvals_from)
                told = f"{raised.approvals} approve" + (f", among them {among}" if among else "")
                print(f"    when {found.when}: {told}; cool-off {raised.cool_off} s")
    print("The file is sound. Whether groups exist and quorums can be met, `doctor` asks Slack.")
    return 0
