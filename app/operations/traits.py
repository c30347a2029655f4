"""What can be special about an item, so that a policy may ask for more: the words of its conditions."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from app.operations.wording import count


class Trait(StrEnum):
    """A word a policy's `raise` may name."""

    ORG_WIDE = "org_wide"  # a channel becomes visible to every workspace
    PRIVATE_CHANNEL = "private_channel"
    PRIVILEGED_USER = "privileged_user"  # an org owner or org admin
    GUEST = "guest"


_NOUNS = {
    Trait.ORG_WIDE: ("channel becomes org-wide", "channels become org-wide"),
    Trait.PRIVATE_CHANNEL: ("private channel", "private channels"),
    Trait.PRIVILEGED_USER: ("org owner or admin", "org owners or admins"),
    Trait.GUEST: ("guest", "guests"),
}


def told(traits: Iterable[Trait]) -> dict[str, str]:
    """Every trait among those of all items, in words with its number: `3 private channels`."""
    return {str(trait): count(number, *_NOUNS[trait]) for trait, number in Counter(traits).items()}
