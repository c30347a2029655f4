"""From what people chose and pasted to targets: found, not found, ambiguous, said twice."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.model.form import Said
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

    def among(self, things: Iterable[T]) -> "Register[T]":
        """Those things, to be found by their names."""
        by_id: dict[str, list[T]] = defaultdict(list)
        by_word: dict[str, list[T]] = defaultdict(list)
        for thing in things:
            by_id[folded(self.id_of(thing))].append(thing)
            for word in {folded(word) for word in self.words_of(thing) if word}:
                by_word[word].append(thing)
        return Register(self, by_id, by_word)

    def problem(self, text: str, matches: Sequence[T]) -> Problem:
        """Why that text does not name exactly one thing."""
        if not matches:
            return Problem(text, "not_found", f"Slack shows no {self.noun} with this id or exact name.")
        names = listed((self.describe(match) for match in matches), 4)
        sentence = f"This fits {count(len(matches), self.noun, self.plural)}: {names}. Use the id."
        return Problem(text, "ambiguous", sentence)


@dataclass(frozen=True)
class Register(Generic[T]):
    """Things by their ids and their words. Finding one takes the same time however many there are."""

    names: Names[T]
    by_id: Mapping[str, Sequence[T]]
    by_word: Mapping[str, Sequence[T]]

    def find(self, text: str) -> list[T]:
        """Everything that text names: by id alone if an id fits, else by any of its words."""
        wanted = folded(text).lstrip("#@")
        return list(self.by_id.get(wanted) or self.by_word.get(wanted) or ())

    def resolve(self, wanted: Iterable[Said]) -> "Resolved[T]":
        """Each text's one thing, each thing once; and a problem for every text that has not exactly one."""
        found: dict[str, T] = {}
        lines: dict[str, int] = {}
        problems: list[Problem] = []
        for said in wanted:
            matches = self.find(said.text)
            if len(matches) != 1:
                problems.append(replace(self.names.problem(said.text, matches), line=said.line))
                continue
            key = self.names.id_of(matches[0])
            if key in found:
                sentence = f"{self.names.describe(matches[0])} is in the list more than once."
                problems.append(Problem(said.text, "duplicate", sentence, line=said.line))
            found.setdefault(key, matches[0])
            lines.setdefault(key, said.line)
        return Resolved(list(found.values()), problems, lines)


@dataclass(frozen=True)
class Resolved(Generic[T]):
    """What was found, what was not, and by id in which line of the uploaded list it was first named."""

    found: list[T]
    problems: list[Problem]
    lines: Mapping[str, int]


def too_many(number: int, limit: int, noun: tuple[str, str]) -> Problem | None:
    """A problem when there are more items than the policy allows in one request."""
    if number <= limit:
        return None
    sentence = f"{count(number, *noun)} in one request; the policy allows {limit}. File several requests."
    return Problem("", "too_many_items", sentence)
