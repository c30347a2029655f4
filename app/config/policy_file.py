"""Reads the policy file: TOML, every problem found at once and named by its key."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.config.errors import ConfigError
from app.config.policy import Group, OperationPolicy, Policy, PolicyBook, Principal

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PRINCIPAL = re.compile(
    r"role:(?P<role>org_owner|org_admin)"
    r"|usergroup:(?:(?P<team>T[A-Z0-9]+)/)?(?P<group>S[A-Z0-9]+)"
    r"|user:(?P<user>[UW][A-Z0-9]+)"
)
_LATER = ("quiet_hours", "escalate_to", "break_glass")
_KEYS = (
    "requesters",
    "approvers",
    "approvals",
    "approvals_from",
    "expires_after",
    "execute_within",
    "cool_off",
    "ticket_pattern",
    "max_items",
    "protected_usergroups",
    "pacing",
)


def read_policy(path: Path, max_items: Mapping[str, int]) -> PolicyBook:
    """The policy file at `path`.

    max_items: operation key → its default limit; its keys are all the operations there are.
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
    return parse_policy(text, max_items, str(path.name))


def parse_policy(text: str, max_items: Mapping[str, int], name: str = "policy.toml") -> PolicyBook:
    """The policy in `text` (TOML); see `read_policy`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: not valid TOML: {error}"]) from error
    reader = _Reader(name, max_items, hashlib.sha256(text.encode()).hexdigest())
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


class _Reader:
    """Turns tables into rules and remembers every problem instead of stopping at the first."""

    def __init__(self, name: str, max_items: Mapping[str, int], digest: str) -> None:
        self.name, self.max_items, self.digest = name, max_items, digest
        self.problems: list[str] = []

    def tables(self, data: dict[str, Any], where: str) -> None:
        """Take out, as a problem each, what should be a table and is none."""
        for name in ("orgs", "operations"):
            told = data.get(name, {})
            if not isinstance(told, dict):
                self._problem(f"{where}{name}", "must be a table")
                del data[name]
                continue
            for key in [key for key, table in told.items() if not isinstance(table, Mapping)]:
                self._problem(f"{where}{name}.{key}", "must be a table")
                del told[key]
        for key, table in data.get("orgs", {}).items():
            self.tables(table, f"{where}orgs.{key}.")

    def policy(self, data: Mapping[str, Any], where: str, *, complete: bool) -> Policy:
        tables = data.get("operations", {})
        self._unknown_keys(data, (*_KEYS, "admin_channel", "operations"), where)
        for key in tables.keys() - self.max_items.keys():
            self._problem(
                f"{where}operations.{key}", f"unknown operation; there are {', '.join(self.max_items)}"
            )
        channel = data.get("admin_channel", "")
        if (complete or channel) and not re.fullmatch(r"[CG][A-Z0-9]+", str(channel)):
            self._problem(f"{where}admin_channel", "must be the id of the admin channel, such as C0123456789")
        operations = {}
        for key, limit in self.max_items.items():
            own = tables.get(key, {})
            self._unknown_keys(own, _KEYS, f"{where}operations.{key}.")
            operations[key] = self._rules(data | own, own, where, key, limit, complete=complete)
        return Policy(str(channel), operations, self.digest)

    def _rules(
        self,
        table: Mapping[str, Any],
        own: Mapping[str, Any],
        where: str,
        key: str,
        limit: int,
        *,
        complete: bool,
    ) -> OperationPolicy:
        def at(name: str) -> str:
            return f"{where}operations.{key}.{name}" if name in own else f"{where}{name}"

        rules = OperationPolicy(
            requesters=self._principals(table.get("requesters", []), at("requesters")),
            approvers=self._principals(table.get("approvers", []), at("approvers")),
            approvals=self._count(table.get("approvals", 1), at("approvals")),
            approvals_from=self._demands(table.get("approvals_from", []), at("approvals_from")),
            expires_after=self._duration(table.get("expires_after", "24h"), at("expires_after")),
            execute_within=self._duration(table.get("execute_within", "24h"), at("execute_within")),
            cool_off=self._duration(table.get("cool_off", "0s"), at("cool_off"), zero=True),
            ticket_pattern=self._pattern(table.get("ticket_pattern"), at("ticket_pattern")),
            max_items=self._count(table.get("max_items", limit), at("max_items")),
            protected_usergroups=self._groups(
                table.get("protected_usergroups", []), at("protected_usergroups")
            ),
            pacing=self._pacing(table.get("pacing", "documented"), at("pacing")),
        )
        if complete:
            self._reachable(rules, at)
        return rules

    def _reachable(self, rules: OperationPolicy, at: Callable[[str], str]) -> None:
        """Quorums nobody can meet, as far as the file alone tells; groups and roles are counted at start."""
        if not rules.requesters:
            return
        everybody = set(rules.all_approvers())
        if not everybody:
            self._problem(at("approvers"), "nobody can approve: the list is empty or missing")
        elif all(principal.kind == "user" for principal in everybody):
            people = len(everybody)
            if people < rules.approvals:
                self._problem(
                    at("approvals"), f"{rules.approvals} approvals wanted, {people} people can approve"
                )
        demanded = sum(count for _, count in rules.approvals_from)
        if demanded > rules.approvals:
            self._problem(
                at("approvals_from"), f"demands {demanded} people, more than approvals = {rules.approvals}"
            )

    def _unknown_keys(self, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in table.keys() - set(known):
            if key in _LATER:
                self._problem(
                    f"{where}{key}", "not supported by this version; take it out rather than rely on it"
                )
            else:
                self._problem(f"{where}{key}", "unknown key")

    def _principals(self, value: Any, where: str) -> tuple[Principal, ...]:
        if not isinstance(value, list):
            self._problem(where, 'must be a list such as ["role:org_admin"]')
            return ()
        return tuple(found for entry in value if (found := self._principal(entry, where)) is not None)

    def _principal(self, entry: Any, where: str) -> Principal | None:
        match = _PRINCIPAL.fullmatch(entry) if isinstance(entry, str) else None
        if match is None:
            self._problem(
                where, f"{entry!r} is not a role:org_owner, role:org_admin, usergroup:[T…/]S… or user:U…"
            )
            return None
        if match["role"]:
            return Principal("role", match["role"])
        if match["group"]:
            return Principal("usergroup", match["group"], match["team"] or "")
        return Principal("user", match["user"])

    def _demands(self, value: Any, where: str) -> tuple[tuple[Principal, int], ...]:
        demands = []
        for entry in value if isinstance(value, list) else [value]:
            if not (isinstance(entry, list) and len(entry) == 2):
                self._problem(where, 'must be pairs such as [["usergroup:S1", 1], ["role:org_owner", 1]]')
                continue
            principal = self._principal(entry[0], where)
            if principal is not None:
                demands.append((principal, self._count(entry[1], where)))
        return tuple(demands)

    def _groups(self, value: Any, where: str) -> tuple[Group, ...]:
        groups = []
        for entry in value if isinstance(value, list) else [value]:
            match = re.fullmatch(r"(?:usergroup:)?(?:(T[A-Z0-9]+)/)?(S[A-Z0-9]+)", str(entry))
            if match is None:
                self._problem(where, f"{entry!r} is not a user group id such as S0123456789")
            else:
                groups.append(Group(match[2], match[1] or ""))
        return tuple(groups)

    def _count(self, value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self._problem(where, "must be a whole number, 1 or more")
            return 1
        return value

    def _duration(self, value: Any, where: str, *, zero: bool = False) -> int:
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        seconds = int(match[1]) * _UNIT[match[2]] if match else -1
        if seconds < (0 if zero else 1):
            self._problem(where, f"{value!r} is not a duration such as 90s, 15m, 24h or 7d")
            return 86400
        return seconds

    def _pattern(self, value: Any, where: str) -> str | None:
        if value is None:
            return None
        try:
            re.compile(value)
        except (re.error, TypeError):
            self._problem(where, f"{value!r} is not a regular expression")
            return None
        return str(value)

    def _pacing(self, value: Any, where: str) -> str:
        if value not in ("documented", "adaptive"):
            self._problem(where, 'must be "documented" or "adaptive"')
            return "documented"
        return str(value)

    def _problem(self, key: str, sentence: str) -> None:
        self.problems.append(f"{self.name}: {key}: {sentence}")
