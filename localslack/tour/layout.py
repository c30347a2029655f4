"""Two renderables that rich lacks: lines that hang below their sign, and indentation without padding."""

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.text import Text

from localslack.tour.reading import LABEL, SIGN

_NARROWEST = 8


class Hanging:
    """A line of text whose continuation lines are indented."""

    def __init__(self, text: Text, indent: int = 0) -> None:
        self.text, self.indent = text, indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The wrapped lines."""
        width = max(_NARROWEST, options.max_width - self.indent)
        for number, line in enumerate(self.text.wrap(console, width)):
            line.rstrip()
            yield line if number == 0 else Text(" " * self.indent).append_text(line)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """It takes all it can get."""
        return Measurement(min(_NARROWEST, options.max_width), options.max_width)


class Indented:
    """Something moved to the right; unlike rich's Padding it leaves no blanks at the ends of lines."""

    def __init__(self, what: RenderableType, indent: int) -> None:
        self.what, self.indent = what, indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines, each after its blanks."""
        narrower = options.update_width(max(_NARROWEST, options.max_width - self.indent))
        for line in console.render_lines(self.what, narrower, pad=False):
            yield Segment(" " * self.indent)
            yield from line
            yield Segment.line()


def hanging(text: Text) -> Hanging:
    """A line that hangs below its sign (a bullet, an emoji) or a little to the right of its label."""
    if (sign := SIGN.match(text.plain)) is not None:
        return Hanging(text, cell_len(sign[0]))
    return Hanging(text, 2 if LABEL.match(text.plain) else 0)
