"""What Slack's error codes mean: one class, one sentence and one remedy for each.

    class         what is known                              what follows
    ------------  -----------------------------------------  ------------------------------------------
    already_done  the wanted state already holds             read back to confirm
    retry         nothing was done                           try again later, by ourselves
    verify_first  unknown: part may have happened            read the state before any repeat
    operator      Drawbridge or Slack is not set up for it   a person puts it right, then files again
    permanent     Slack refuses this for this target         a different request, or none

The texts live in ``errors.toml`` beside this module, with their sources. Besides Slack's codes it holds six
of ours, for answers that never came: ``answer_lost``, ``http_error``, ``no_token``, ``not_installed``,
``not_sent`` and ``timeout``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

_CATALOGUE_FILE = Path(__file__).with_name("errors.toml")
_LONGEST_QUOTED_CODE = 80
_FILE_AGAIN = re.compile(r"(?:[,;]? and|[,;] then|\. Then) file (?:the request )?again\.")


class ErrorClass(StrEnum):
    """What an error leaves behind, and so what may be done next."""

    ALREADY_DONE = "already_done"
    RETRY = "retry"
    VERIFY_FIRST = "verify_first"
    OPERATOR = "operator"
    PERMANENT = "permanent"

    @property
    def passes(self) -> bool:
        """Whether it may go away by itself, so that asking again can help."""
        return self in (ErrorClass.RETRY, ErrorClass.VERIFY_FIRST)


@dataclass(frozen=True, slots=True)
class SlackError:
    """An error code explained: texts for a person, a class for the program.

    ``code`` is safe to show; it differs from what Slack sent only when that held characters no code has.
    """

    code: str
    error_class: ErrorClass
    sentence: str
    remedy: str
    known: bool

    @property
    def repair(self) -> str:
        """The remedy where nothing has to be filed again: no request was, or it waits and goes on."""
        return _FILE_AGAIN.sub(".", self.remedy)


def explain(code: str, method: str | None = None) -> SlackError:
    """Explain a code, as it is meant by ``method`` (such as ``usergroups.disable``) when that is given.

    A code that is not in the catalogue comes back with ``known=False`` and an unknown outcome. Never raises.
    """
    catalogue = _load()
    special = catalogue.by_method.get(method, {}) if method else {}
    return special.get(code) or catalogue.general.get(code) or _unknown(code, catalogue.unknown)


def catalogued_codes(method: str | None = None) -> frozenset[str]:
    """All codes in the catalogue, or those that have a text of their own for ``method``."""
    catalogue = _load()
    return frozenset(catalogue.general if method is None else catalogue.by_method.get(method, {}))


@dataclass(frozen=True, slots=True)
class _Catalogue:
    general: Mapping[str, SlackError]
    by_method: Mapping[str, Mapping[str, SlackError]]
    unknown: Mapping[str, str]


@cache
def _load() -> _Catalogue:
    data = tomllib.loads(_CATALOGUE_FILE.read_text(encoding="utf-8"))
    defaults = {error_class: str(data[error_class]["remedy"]) for error_class in ErrorClass}
    general = {error.code: error for error_class in ErrorClass for error in _entries(error_class, data)}
    overrides: dict[str, dict[str, dict[str, str]]] = {
        method: dict(data["reads"]["codes"]) for method in data["reads"]["methods"]
    }
    for method, codes in data["methods"].items():
        overrides.setdefault(method, {}).update(codes)
    by_method = {
        method: {code: _overridden(general[code], texts, defaults) for code, texts in codes.items()}
        for method, codes in overrides.items()
    }
    return _Catalogue(general, by_method, data["unknown"])


def _entries(error_class: ErrorClass, data: Mapping[str, Any]) -> list[SlackError]:
    """The codes of one class: every group in its table, each with the group's remedy or the class's."""
    section = data[error_class]
    return [
        SlackError(code, error_class, sentence, group.get("remedy", section["remedy"]), known=True)
        for group in section.values()
        if isinstance(group, dict)
        for code, sentence in group.items()
        if code != "remedy"
    ]


def _overridden(
    error: SlackError, texts: Mapping[str, str], defaults: Mapping[ErrorClass, str]
) -> SlackError:
    """What a method changes about a code. A changed class does not keep the old class's remedy."""
    error_class = ErrorClass(texts.get("class", error.error_class))
    inherited = error.remedy if error_class is error.error_class else defaults[error_class]
    return SlackError(
        error.code,
        error_class,
        texts.get("sentence", error.sentence),
        texts.get("remedy", inherited),
        known=True,
    )


def _unknown(code: str, texts: Mapping[str, str]) -> SlackError:
    shown = _quotable(code)
    return SlackError(
        shown,
        ErrorClass(texts["class"]),
        texts["sentence"].replace("{code}", shown),
        texts["remedy"],
        known=False,
    )


def _quotable(code: str) -> str:
    """The code without anything that could pass for formatting, a mention or a second line."""
    return re.sub(r"[^A-Za-z0-9_.:-]+", "?", code)[:_LONGEST_QUOTED_CODE] or "(empty)"
