"""Names a tired person could take for one another: the first fear is hitting the wrong organization."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

from app.slack.directory import ExternalOrg

_ALIKE = 0.85
_TELLING = 6  # letters from which one name at the beginning of another is worth a warning

# Letters of other scripts drawn like Latin ones: the usual ones of Unicode's table of confusables (UTS #39).
_DRAWN_LIKE = str.maketrans(
    "аеорсхуікмтвнԁѕјґαενορτυικμβηζⅼ0135",
    "aeopcxyikmtbhdsjraevoptuikmbnzloles",
)


def skeleton(name: str) -> str:
    """A name reduced to what the eye takes in: `Аcme, Inc.` → `acmeinc`."""
    text = unicodedata.normalize("NFKD", name).casefold().translate(_DRAWN_LIKE)
    return re.sub(r"[\W_]+", "", text).replace("rn", "m")


def lookalikes(org: ExternalOrg, others: Iterable[ExternalOrg]) -> list[ExternalOrg]:
    """The other organizations whose name or domain could pass for that one's, the most deceptive first."""
    name, domain = skeleton(org.name), skeleton(org.domain)
    alike = [
        other
        for other in others
        if other.id != org.id
        and (_alike(name, skeleton(other.name)) or _alike(domain, skeleton(other.domain)))
    ]
    return sorted(alike, key=lambda other: (skeleton(other.name) != name, other.name.isascii(), other.id))


def _alike(one: str, other: str) -> bool:
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    if one == other or (len(shorter) >= _TELLING and longer.startswith(shorter)):
        return True
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    )
