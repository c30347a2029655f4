"""The form, from entries to a plan, the guardrails, and the way back."""

from collections.abc import Mapping, Sequence

from app.config import OperationPolicy
from app.model.canonical import Json
from app.model.form import Entries, Form, Said, Select, Text
from app.model.plan import Item, Plan
from app.model.preview import Problem
from app.model.table import Column
from app.operations.contract import Finished, Operation, Planned, Rails, Risk, Site
from app.operations.remove_policy_users.move import Assign, Remove
from app.operations.remove_policy_users.people import ASKED_SINGLY, facts_of, roles
from app.operations.remove_policy_users.preview import preview, undo_preview
from app.operations.targets import too_many
from app.operations.traits import Trait
from app.slack.directory import Account, Live

_TRAITS = {"owner": Trait.PRIVILEGED_USER, "admin": Trait.PRIVILEGED_USER, "guest": Trait.GUEST}


class RemovePolicyUsers(Operation):
    """Take people off the e-mail and password policy."""

    key = "remove-policy-users"
    title = "Remove from policy"
    verb = "Take off the e-mail and password policy"
    noun = ("person", "people")
    summary = "Take people off the e-mail and password policy, so that they sign in by SSO."
    usage = "[e-mail addresses or ids]"
    risk = Risk.OURS
    reads = ("admin.auth.policy.getEntities", "admin.users.list", "users.info")
    sources = ("policy_users",)
    max_items = 10_000
    columns = (Column("user", "user id or e-mail address", "W0123ABCD"),)
    do = Remove()
    undo = Assign()
    traits = frozenset({Trait.PRIVILEGED_USER, Trait.GUEST})

    def traits_of(self, item: Item) -> frozenset[Trait]:
        """Whether the person is an org owner, an org admin or a guest."""
        found = _TRAITS.get(str(item.facts.get("role")))
        return frozenset() if found is None else frozenset({found})

    def form(self, entries: Entries, rules: OperationPolicy) -> Form:
        """People by search among the policy's, or as a pasted list."""
        return Form(
            self.title,
            (
                "They will sign in by the organization's default, usually SSO. Anybody without a working SSO "
                "account is locked out. It can be undone by a second request.",
            ),
            (
                Select(
                    "users",
                    "People on the policy",
                    "policy_users",
                    many=rules.max_items,
                    hint="Search by name, e-mail address or id.",
                    placeholder="Name, e-mail or id",
                    optional=True,
                ),
                Text(
                    "pasted",
                    "Or paste a list",
                    multiline=True,
                    hint="E-mail addresses or user ids, one per line.",
                    optional=True,
                ),
            ),
        )

    def missing(self, entries: Entries) -> dict[str, str]:
        """At least one person."""
        if entries.named("users"):
            return {}
        return {"users": "Choose at least one person, or paste a list below."}

    def prefill(self, text: str, site: Site) -> dict[str, Json]:
        """Addresses and ids go into the list; a single name known to the directory is chosen."""
        found = site.snapshots.exact(site.enterprise_id, "policy_users", text)
        if len(found) != 1:
            return {"pasted": "\n".join(text.replace(",", " ").split())}
        return {"users": [{"value": found[0].key, "text": found[0].name}]}

    def plan(self, entries: Entries, site: Site) -> Planned:
        """Everybody read live: on the policy or not, and in which role."""
        since = site.live.policy_members()
        said = entries.said("users", "user")
        many = len(said) > ASKED_SINGLY
        known = site.live.accounts_of((entry.text for entry in said), site.progress) if many else {}
        users, problems = _users(said, known, site.live)
        going = [user for user in users if user in since]
        absent = {user: line for user, line in users.items() if user not in since}
        problems += _absent(absent, known, site.live)
        over = too_many(len(going), site.rules.max_items, self.noun)
        if over is not None or not going:
            return Planned(None, None, (*problems, *filter(None, [over])))
        known = {user: known[user] for user in going if user in known} or site.live.accounts_of(going)
        role_of = roles(site.live, going, len(going), known)
        items = tuple(
            _item(user, known[user].name if user in known else user, on_policy=True, role=role_of[user])
            for user in going
        )
        plan = Plan(site.enterprise_id, self.key, {"policy": "email_password"}, items)
        return Planned(plan, preview(items, known, since, site), tuple(problems))

    def guard(self, plan: Plan, rails: Rails, live: Live) -> list[Problem]:
        """Never an account Drawbridge acts with, never an approver, never the last owner."""
        if plan.undo_of is not None:
            return []
        problems = []
        for item in plan.items:
            if item.key in rails.admin_ids:
                sentence = "Drawbridge acts with this account; locked out, it could not even undo this."
                problems.append(Problem(item.label, "admin_account", sentence))
            elif item.key in rails.approvers:
                sentence = "An approver; nobody who decides here may be locked out from here."
                problems.append(Problem(item.label, "approver", sentence))
        return problems + _last_owners(plan, live)

    def plan_undo(self, finished: Finished, site: Site) -> Planned:
        """Put back those who are off now."""
        members = site.live.policy_members()
        problems = [
            Problem(finished.plan.item(key).label, "already", "Is on the policy again: nothing to undo.")
            for key in finished.keys
            if key in members
        ]
        going = [key for key in finished.keys if key not in members]
        if not going:
            return Planned(None, None, tuple(problems))
        role_of = roles(site.live, going, len(going))
        items = tuple(
            _item(key, finished.plan.item(key).label, on_policy=False, role=role_of[key]) for key in going
        )
        plan = Plan(site.enterprise_id, self.key, {"policy": "email_password"}, items, finished.request_id)
        return Planned(plan, undo_preview(items), tuple(problems))


def _item(user: str, name: str, *, on_policy: bool, role: str) -> Item:
    return Item(user, name, {"user": user}, facts_of(on_policy, role), (f"policy-user:{user}",))


def _last_owners(plan: Plan, live: Live) -> list[Problem]:
    """Owners in the plan, when no owner would stay on the policy: the way in if SSO fails."""
    leaving = {item.key: item for item in plan.items if item.facts["role"] == "owner"}
    if not leaving:
        return []
    members = live.policy_members()
    staying = [
        owner.id
        for owner in live.accounts(include_owners=True)
        if owner.role == "owner" and owner.id in members and owner.id not in leaving
    ]
    if staying:
        return []
    sentence = "The last org owner who could sign in without SSO; keep one on the policy."
    return [Problem(item.label, "last_owner", sentence) for item in leaving.values()]


def _users(
    said: Sequence[Said], known: Mapping[str, Account], live: Live
) -> tuple[dict[str, int], list[Problem]]:
    """Ids of everybody named, each once, with the line of the uploaded list.

    Choices may be addresses too, when looked up. known: accounts read already.
    """
    emails = [entry.text for entry in said if "@" in entry.text]
    accounts = known or (live.accounts_of(emails) if emails else {})
    by_email = {account.email.casefold(): account.id for account in accounts.values()}
    users: dict[str, int] = {}
    problems = []
    for entry in said:
        user = by_email.get(entry.text.casefold()) if "@" in entry.text else entry.text
        if user is None:
            sentence = "Nobody active in the organization has this address."
            problems.append(Problem(entry.text, "not_found", sentence, line=entry.line))
        elif not _is_user_id(user):
            sentence = "Neither an e-mail address nor a user id (U… or W…)."
            problems.append(Problem(entry.text, "invalid_id", sentence, line=entry.line))
        elif user in users:
            problems.append(Problem(entry.text, "duplicate", "In the list more than once.", line=entry.line))
        else:
            users[user] = entry.line
    return users, problems


def _absent(users: Mapping[str, int], known: Mapping[str, Account], live: Live) -> list[Problem]:
    """People who are not on the policy: typos, or nothing left to do.

    A few who are in no list are asked for by id; more are said to be unknown or deactivated.
    """
    unlisted = [user for user in users if user not in known]
    people = {user: live.person(user) for user in unlisted} if len(unlisted) <= ASKED_SINGLY else {}
    names = {user: person.name for user, person in people.items() if person is not None}
    names |= {user: account.name for user, account in known.items()}
    unknown = (
        "Slack knows nobody with this id in the organization."
        if len(people) == len(unlisted)
        else "Not on the policy, and no active account has this id."
    )
    problems = []
    for user, line in users.items():
        if user in names:
            sentence = "Not on the policy, so nothing is left to remove."
            problems.append(Problem(f"{names[user]} ({user})", "already", sentence, line=line))
        else:
            problems.append(Problem(user, "not_found", unknown, line=line))
    return problems


def _is_user_id(text: str) -> bool:
    return text[:1] in ("U", "W") and text.isascii() and text.isalnum() and text.isupper() and len(text) > 5
