"""What the checker finds, worded as Slack words it in ``response_metadata.messages``."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One reason for Slack to refuse a payload: where (JSON pointer), which rule, and the limit if any."""

    path: str
    rule: str
    message: str
    limit: int | None = None

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.path}]"


@dataclass
class Findings:
    """Collects problems while one surface (message, modal or home) is walked."""

    surface: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, rule: str, message: str, limit: int | None = None) -> None:
        """Note one problem at ``path``."""
        self.problems.append(Problem(path, rule, message, limit))
