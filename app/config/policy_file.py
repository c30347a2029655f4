"""Reads the policy file: TOML, every problem found at once and named by its key."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config.errors import ConfigError
from app.config.policy import BreakGlass, Policy, PolicyBook
from app.config.policy_values import Values
from app.config.rules import OperationPolicy

_KEYS = (
    "requesters",
    "approvers",
    "approvals",
    "approvals_from",
    "escalate_to",
    "expires_after",
    "execute_within",
    "cool_off",
    "quiet_hours",
    "ticket_pattern",
    "max_items",
    "protected_usergroups",
    "pacing",
    "delegation",
    "raise",
)
_GLASS_KEYS = ("people", "delay")
_LONGEST_DELAY = 3600


@dataclass(frozen=True)
class Terms:
    """What the file may say of one operation. traits: what conditions may name of its plans."""

    max_items: int
    traits: frozenset[str] = frozenset()


def read_policy(path: Path, terms: Mapping[str, Terms]) -> PolicyBook:
    """The policy file at `path`. terms: every operation there is, by key.

    Raises ConfigError with one line for each wrong key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path.name}: not valid TOML: it is not UTF-8 text"]) from error
    except OSError as error:
        problem = (
            f"POLICY_FILE: cannot read {path}: {error.strerror}. Copy policy.example.toml and fill it in"
        )
        raise ConfigError([problem]) from error
    return parse_policy(text, terms, str(path.name))


def parse_policy(text: str, terms: Mapping[str, Terms], name: str = "policy.toml") -> PolicyBook:
    """The policy in `text` (TOML); see `read_policy`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: not valid TOML: {error}"]) from error
    reader = _Reader(name, terms, hashlib.sha256(text.encode()).hexdigest())
    reader.tables(data, "")
    orgs = data.pop("orgs", {})
    layered = {key: _layered(data, table) for key, table in orgs.items()}
    book = PolicyBook(
        reader.policy(data, "", complete=not orgs),
        {key: reader.policy(table, f"orgs.{key}.", complete=True) for key, table in layered.items()},
    )
    if reader.problems:
        raise ConfigError(list(dict.fromkeys(reader.problems)))
    return book


def _layered(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base) | dict(over)
    operations = {key: dict(table) for key, table in base.get("operations", {}).items()}
    for key, table in over.get("operations", {}).items():
        operations[key] = operations.get(key, {}) | dict(table)
    merged["operations"] = operations
    return merged


class _Reader(Values):
    """Turns tables into the policies of organizations."""

    def __init__(self, name: str, terms: Mapping[str, Terms], digest: str) -> None:
        super().__init__(name)
        self.terms, self.digest = terms, digest
        self._traits = sorted(frozenset[str]().union(*(found.traits for found in terms.values())))

    def tables(self, data: dict[str, Any], where: str) -> None:
        """Take out, as a problem each, what should be a table and is none."""
        for name in ("orgs", "operations", "break_glass"):
            told = data.get(name, {})
            if not isinstance(told, dict):
                self.problem(f"{where}{name}", "must be a table")
                del data[name]
        for name in ("orgs", "operations"):
            told = data.get(name, {})
            for key in [key for key, table in told.items() if not isinstance(table, Mapping)]:
                self.problem(f"{where}{name}.{key}", "must be a table")
                del told[key]
        for key, table in data.get("orgs", {}).items():
            self.tables(table, f"{where}orgs.{key}.")

    def policy(self, data: Mapping[str, Any], where: str, *, complete: bool) -> Policy:
        tables = data.get("operations", {})
        self._unknown_keys(data, (*_KEYS, "admin_channel", "operations", "break_glass"), where)
        for key in tables.keys() - self.terms.keys():
            self.problem(f"{where}operations.{key}", f"unknown operation; there are {', '.join(self.terms)}")
        channel = data.get("admin_channel", "")
        if (complete or channel) and not re.fullmatch(r"[CG][A-Z0-9]+", str(channel)):
            self.problem(f"{where}admin_channel", "must be the id of the admin channel, such as C0123456789")
        operations = {}
        for key, terms in self.terms.items():
            own = tables.get(key, {})
            self._unknown_keys(own, _KEYS, f"{where}operations.{key}.")
            operations[key] = self._rules(dict(data) | dict(own), own, where, key, terms, complete=complete)
        glass = self._break_glass(data.get("break_glass", {}), f"{where}break_glass")
        return Policy(str(channel), operations, self.digest, glass)

    def _rules(
        self,
        table: Mapping[str, Any],
        own: Mapping[str, Any],
        where: str,
        key: str,
        terms: Terms,
        *,
        complete: bool,
    ) -> OperationPolicy:
        def at(name: str) -> str:
            return f"{where}operations.{key}.{name}" if name in own else f"{where}{name}"

        possible = {trait: trait in terms.traits for trait in self._traits}
        rules = OperationPolicy(
            requesters=self.principals(table.get("requesters", []), at("requesters")),
            approvers=self.principals(table.get("approvers", []), at("approvers")),
            approvals=self.count(table.get("approvals", 1), at("approvals")),
            approvals_from=self.seats(table.get("approvals_from", []), at("approvals_from")),
            escalate_to=self.principals(table.get("escalate_to", []), at("escalate_to")),
            expires_after=self.duration(table.get("expires_after", "24h"), at("expires_after")),
            execute_within=self.duration(table.get("execute_within", "24h"), at("execute_within")),
            cool_off=self.duration(table.get("cool_off", "0s"), at("cool_off"), zero=True),
            quiet_hours=self.quiet_hours(table.get("quiet_hours", []), at("quiet_hours")),
            ticket_pattern=self.pattern(table.get("ticket_pattern"), at("ticket_pattern")),
            max_items=self.count(table.get("max_items", terms.max_items), at("max_items")),
            protected_usergroups=self.groups(
                table.get("protected_usergroups", []), at("protected_usergroups")
            ),
            pacing=self.pacing(table.get("pacing", "documented"), at("pacing")),
            delegation=self.flag(table.get("delegation", False), at("delegation")),
            raises=self.raises(table.get("raise", []), at("raise"), possible),
        )
        if complete:
            self._reachable(rules, at)
        return rules

    def _reachable(self, rules: OperationPolicy, at: Callable[[str], str]) -> None:
        """Quorums nobody can meet, as far as the file alone tells; groups and roles are counted at start."""
        if not rules.requesters:
            return
        everybody = set(rules.with_raises(()).all_approvers())
        if not everybody:
            self.problem(at("approvers"), "nobody can approve: the list is empty or missing")
        elif all(principal.kind == "user" for principal in everybody):
            people = len(everybody)
            if people < rules.approvals:
                self.problem(
                    at("approvals"), f"{rules.approvals} approvals wanted, {people} people can approve"
                )
        demanded = sum(count for _, count in rules.approvals_from)
        if demanded > rules.approvals:
            self.problem(
                at("approvals_from"), f"demands {demanded} people, more than approvals = {rules.approvals}"
            )

    def _break_glass(self, table: Mapping[str, Any], where: str) -> BreakGlass:
        self._unknown_keys(table, _GLASS_KEYS, f"{where}.")
        return BreakGlass(
            people=self.people(table.get("people", []), f"{where}.people"),
            delay=self.duration(table.get("delay", "60s"), f"{where}.delay", most=_LONGEST_DELAY),
        )

    def _unknown_keys(self, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in table.keys() - set(known):
            self.problem(f"{where}{key}", "unknown key")
