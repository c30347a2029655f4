"""From what people chose and pasted to targets: found, not found, ambiguous, said twice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.model.preview import Problem
from app.operations.wording import count, listed
from app.slack.directory.snapshot import folded

T = TypeVar("T")


@dataclass(frozen=True)
class Names(Generic[T]):
    """How one kind of thing is named: by id, and by words people use (name, domain, handle)."""

    noun: str
    plural: str
    id_of: Callable[[T], str]
    words_of: Callable[[T], Sequence[str]]
    describe: Callable[[T], str]

    def find(self, text: str, among: Iterable[T]) -> list[T]:
        """Everything that text names: by id alone if an id fits, else by any of its words."""
        wanted = folded(text).lstrip("#@")
        every = list(among)
        by_id = [thing for thing in every if folded(self.id_of(thing)) == wanted]
        return by_id or [
            thing for thing in every if wanted in {folded(word) for word in self.words_of(thing) if word}
        ]

    def resolve(self, wanted: Iterable[str], among: Iterable[T]) -> tuple[list[T], list[Problem]]:
        """Each text's one thing, each thing once; and a problem for every text that has not exactly one."""
        every = list(among)
        found: dict[str, T] = {}
        problems: list[Problem] = []
        for text in wanted:
            matches = self.find(text, every)
            if len(matches) != 1:
                problems.append(self._problem(text, matches))
                continue
            key = self.id_of(matches[0])
            if key in found:
                problems.append(
                    Problem(text, "duplicate", f"{self.describe(matches[0])} is in the list more than once.")
                )
            found[key] = matches[0]
        return list(found.values()), problems

    def _problem(self, text: str, matches: list[T]) -> Problem:
        if not matches:
            return Problem(text, "not_found", f"Slack shows no {self.noun} with this id or exact name.")
        names = listed((self.describe(match) for match in matches), 4)
        sentence = f"This fits {count(len(matches), self.noun, self.plural)}: {names}. Use the id."
        return Problem(text, "ambiguous", sentence)


def too_many(number: int, limit: int, noun: tuple[str, str]) -> Problem | None:
    """A problem when there are more items than the policy allows in one request."""
    if number <= limit:
        return None
    sentence = f"{count(number, *noun)} in one request; the policy allows {limit}. File several requests."
    return Problem("", "too_many_items", sentence)
