"""What the approver sees of each person: those who may be locked out first."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.model.plan import Item
from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from app.operations.contract import Site
from app.operations.wording import ago, count, listed
from app.slack.directory import Account


def preview(
    items: Sequence[Item], accounts: Mapping[str, Account], since: Mapping[str, int], site: Site
) -> Preview:
    """The preview of taking those people off; `since` tells from when each is on the policy (seconds)."""
    cards = [_card(item, accounts.get(item.key), since[item.key], site) for item in items]
    cards.sort(key=lambda card: card.rank)
    risky = [card for card in cards if any(warning.severity is Severity.DANGER for warning in card.warnings)]
    roles = Counter(str(item.facts["role"]) for item in items)
    warnings = []
    if risky:
        who = listed((card.title for card in risky), 5)
        text = f"{count(len(risky), 'person', 'people')} may be locked out: {who}."
        warnings.append(Warning(Severity.DANGER, text))
    return Preview(
        headline=f"Take {count(len(items), 'person', 'people')} off the e-mail and password policy",
        items=tuple(cards),
        effects=(
            "From their next sign-in on they use the organization's default, usually SSO.",
            "Whoever has no working SSO account is locked out then, perhaps days from now.",
        ),
        warnings=tuple(warnings),
        coverage=("When somebody was last active is not in what Slack tells admins here.",),
        proof="Proved when none of them is on any page of the policy, read back.",
        snapshot={"since": {item.key: since[item.key] for item in items}},
        totals=(
            Fact("People", f"{len(items):,}"),
            Fact("May be locked out", f"{len(risky):,}"),
            *(Fact(f"Org role: {role}", f"{number:,}") for role, number in sorted(roles.items())),
        ),
    )


def undo_preview(items: Sequence[Item]) -> Preview:
    """The preview of putting people back."""
    return Preview(
        headline=f"Put {count(len(items), 'person', 'people')} back on the e-mail and password policy",
        items=tuple(ItemPreview(item.key, f"{item.label} ({item.key})") for item in items),
        effects=("They can sign in with e-mail and password again.",),
        proof="Proved when all of them are on the policy, read back.",
    )


def _card(item: Item, account: Account | None, since: int, site: Site) -> ItemPreview:
    facts = [Fact("Role", str(item.facts["role"]))]
    if account is not None:
        facts += [
            Fact("E-mail", account.email or "none"),
            Fact("SSO account bound", "yes" if account.has_sso else "no"),
            Fact("Second factor", "yes" if account.has_2fa else "no"),
        ]
    facts.append(Fact("On the policy since", ago(site.now, since)))
    return ItemPreview(item.key, f"{item.label} ({item.key})", tuple(facts), _warnings(item, account))


def _warnings(item: Item, account: Account | None) -> tuple[Warning, ...]:
    warnings = []
    if account is None:
        text = "Deactivated, or not shown to this token: whether SSO would work is unknown."
        warnings.append(Warning(Severity.DANGER, text))
    elif not account.has_sso:
        warnings.append(Warning(Severity.DANGER, "No SSO account is bound: may be locked out."))
    if item.facts["role"] in ("owner", "admin"):
        warnings.append(Warning(Severity.CAUTION, f"An org {item.facts['role']}."))
    if item.facts["role"] == "guest":
        warnings.append(Warning(Severity.CAUTION, "A guest; guests often have no SSO account."))
    return tuple(warnings)
