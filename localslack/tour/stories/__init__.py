"""The stories, in the order they are told: one per operation."""

from collections.abc import Callable
from dataclasses import dataclass

from localslack.tour.play import Play
from localslack.tour.stories import channel, organization, policy, usergroup, workspaces


@dataclass(frozen=True)
class Story:
    """A story: the command it is about, its title, and the function that plays it."""

    command: str
    title: str
    tell: Callable[[Play], None]


STORIES = {
    1: Story(organization.COMMAND, "The right Acme, twice confirmed", organization.tell),
    2: Story(channel.COMMAND, "A second person knows better", channel.tell),
    3: Story(usergroup.COMMAND, "Off, and on again", usergroup.tell),
    4: Story(workspaces.COMMAND, "Changed meanwhile, so not touched", workspaces.tell),
    5: Story(policy.COMMAND, "One bad id among good ones", policy.tell),
}
