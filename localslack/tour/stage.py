"""What the audience sees: rules, panels, lines and tables. Knows how things look, nothing about stories."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from localslack.seen import Message, Modal
from localslack.tour.cast import PLACES, Actor
from localslack.tour.facts import Facts
from localslack.tour.layout import Hanging, Indented, hanging
from localslack.tour.reading import BlockReader, Line, folded, tidy

JSON = dict[str, Any]

_DASHED = box.Box("┌╌╌┐\n╎ ╎╎\n├╌┼┤\n╎ ╎╎\n├╌┼┤\n├╌┼┤\n╎ ╎╎\n└╌╌┘\n")


class Stage:
    """Shows one thing after the other. pace: seconds to rest after each, for people who read along."""

    def __init__(self, console: Console, pace: float = 0.0) -> None:
        self._console, self._pace = console, pace
        self._reader: BlockReader | None = None
        self._known: set[str] = set()
        self.doing = "the tour begins"

    def reads_with(self, reader: BlockReader) -> None:
        """From now on messages can be shown."""
        self._reader = reader

    # Structure.

    def title(self, name: str, motto: str) -> None:
        """The very beginning."""
        self._show(Hanging(Text.assemble((name, "bold"), f" — {motto}")), gap=True)

    def story(self, heading: str, title: str = "") -> None:
        """Begin a story: what was shown before is forgotten."""
        self._known.clear()
        self._console.print()
        self._console.print(Rule(Text(f" {heading} ", "bold"), characters="━", style="blue"))
        if title:
            self._console.print(Text(title, "bold"), justify="center")

    def scene(self, title: str) -> None:
        """A part of a story."""
        self._console.print()
        self._console.print(Rule(Text(f"{title} ", "bold"), characters="─", style="dim", align="left"))

    # Lines.

    def tell(self, text: str) -> None:
        """The narrator: what this is about."""
        self._show(Hanging(Text(text)), gap=True)

    def does(self, actor: Actor, text: str) -> None:
        """Somebody does something."""
        self.doing = f"{actor.name} {text}"
        self._show(hanging(Text.assemble((f"▸ {actor.name} ", f"bold {actor.style}"), tidy(text))), gap=True)

    def told(self, actor: Actor, text: str) -> None:
        """A short answer that only needs a line."""
        told = Text.assemble((f"{actor.name} reads: ", "dim"), tidy(" ".join(text.split())))
        self._show(Hanging(told, 2), indent=2)

    def behind(self, text: str) -> None:
        """Something happens that the app does not see."""
        self.doing = text
        self._show(hanging(Text.assemble(("⚡ Meanwhile ", "bold red"), tidy(text))), gap=True)

    def shell(self, command: str) -> None:
        """A command line, as somebody would type it."""
        self.doing = f"running {command}"
        self._show(Text.assemble(("$ ", "dim"), (command, "bold")), gap=True)

    def output(self, text: str) -> None:
        """What a command printed."""
        self._show(Group(*(Hanging(Text(tidy(line)), 4) for line in text.splitlines())), indent=2)

    def stopped(self) -> None:
        """Somebody ended the tour."""
        self._show(Text("Stopped. Nothing is left behind.", "yellow"), gap=True)

    # What people see in Slack.

    def offered(self, options: Sequence[tuple[str, bool]], total: int) -> None:
        """What a select offers; those with True are chosen. total: how many there are, shown or not."""
        lines = [
            Text(f"{'●' if chosen else '○'} {tidy(label)}", "bold" if chosen else "dim")
            for label, chosen in options
        ]
        if total > len(options):
            lines.append(Text(f"⋯ and {total - len(options)} more", "dim"))
        self._show(Group(*map(hanging, lines)), indent=4)

    def form(self, actor: Actor, modal: Modal) -> None:
        """A form as it is filled in: only what has a value."""
        grid = Table.grid(padding=(0, 2), pad_edge=False)
        grid.add_column(ratio=1)
        grid.add_column(ratio=2)
        for label, value in modal.values.items():
            if value:
                shown = "\n".join(value) if isinstance(value, list) else str(value)
                grid.add_row(Text(tidy(label), "dim"), Text(tidy(shown)))
        intro = self._fresh(self._read(modal.blocks[:1], modal.state))
        self._modal(actor, modal, [*intro, Text(), grid])

    def modal(self, actor: Actor, modal: Modal, *, whole: bool = False) -> None:
        """A modal as that person reads it, with its inline errors. whole: nothing is folded."""
        lines = self._read(modal.blocks, modal.state)
        shown = [hanging(line.text) for line in lines] if whole else self._fresh(lines)
        errors = [Text(f"✗ {tidy(error)}", "bold red") for error in modal.errors.values()]
        self._modal(actor, modal, [*shown, *errors])

    def dialog(self, actor: Actor, confirm: JSON) -> None:
        """The question a button asks before it is pressed."""
        title, text = (tidy(str(confirm[part]["text"])) for part in ("title", "text"))
        answers = f"[ {confirm['deny']['text']} ] [ {confirm['confirm']['text']} ]"
        self._panel([Text(text)], f"{title} · only {actor.name} sees this", "none", box.HEAVY, answers)

    def message(self, message: Message) -> None:
        """A message in a channel."""
        title = f"{_place(message)} · {_author(message)}"
        if message.is_edited:
            title += " · updated in place"
        self._panel(self._fresh(self._of(message)), title, "blue")

    def ephemeral(self, actor: Actor, message: Message) -> None:
        """A message nobody else sees."""
        title = f"{_place(message)} · {_author(message)} · only {actor.name} sees this"
        self._panel(self._fresh(self._of(message)), title, "yellow", _DASHED)

    def direct(self, actor: Actor, message: Message) -> None:
        """A direct message from the app."""
        title = f"direct message to {actor.name} · {_author(message)}"
        self._panel(self._fresh(self._of(message)), title, "magenta")

    def thread(self, replies: Sequence[Message]) -> None:
        """Replies below a card."""
        lines: list[RenderableType] = [Text("in the card's thread", "dim italic")]
        for reply in replies:
            text = Text(" ").join(line.text for line in self._of(reply) if line.text.plain)
            lines.append(Hanging(Text.assemble(("└ ", "dim"), text), 5))
        self._show(Group(*lines), indent=6)

    # What local Slack knows.

    def calls(self, calls: Sequence[JSON], read: str) -> None:
        """Calls that changed something or tried to, as local Slack logged them; what was read, in words."""
        lines = [_call(call) for call in calls] or [Text("→ nothing that changes anything", "dim")]
        lines += [Text(f"← {read}", "dim")] if read else []
        head = Text("local Slack's log of calls", "dim italic")
        self._show(Group(head, *(Hanging(line, 4) for line in lines)), indent=4, gap=True)

    def facts(self, facts: Facts, *headings: str) -> None:
        """The facts in the named columns (all, unless named), with a tick for what changed in the last."""
        columns = [column for column in facts.columns if not headings or column.heading in headings]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
        table.add_column(facts.about)
        for column in columns:
            table.add_column(column.heading)
        if len(columns) > 1:
            table.add_column("", no_wrap=True)
        for label in facts.reads:
            table.add_row(*_row(label, [column.values[label] for column in columns]))
        self._show(table, indent=2, gap=True)

    def rows(self, rows: Iterable[tuple[RenderableType, ...]]) -> None:
        """A plain grid."""
        grid = Table.grid(padding=(0, 2), pad_edge=False)
        for row in rows:
            grid.add_row(*row)
        self._show(grid, indent=2, gap=True)

    def failed(self, sentence: str, log: Sequence[str]) -> None:
        """The tour has ended early."""
        lines: list[RenderableType] = [Text(tidy(sentence)), Text(f"At that moment: {self.doing}", "dim")]
        if log:
            lines += [Text(), Text("The app's last words:", "dim")]
            lines += [Hanging(Text(tidy(line), "dim"), 2) for line in log]
        self._console.print()
        self._panel(lines, "The tour failed", "red", box.HEAVY)

    def _of(self, message: Message) -> list[Line]:
        return self._read(message.blocks, {}) if message.blocks else self._reading.plain(message.text)

    def _read(self, blocks: list[JSON], values: JSON) -> list[Line]:
        return self._reading.lines(blocks, values)

    @property
    def _reading(self) -> BlockReader:
        if self._reader is None:
            raise LookupError("no reader yet")
        return self._reader

    def _fresh(self, lines: list[Line]) -> list[RenderableType]:
        """What is new in this story; what was shown before is folded."""
        shown = [hanging(line.text) for line in folded(lines, self._known)]
        self._known |= {line.text.plain for line in lines}
        return list(shown)

    def _modal(self, actor: Actor, modal: Modal, lines: Sequence[RenderableType]) -> None:
        buttons = [modal.close_label, *([modal.submit_label] if modal.submit_label else [])]
        below = " ".join(f"[ {tidy(label)} ]" for label in buttons)
        self._panel(lines, f"{tidy(modal.title)} · {actor.name}'s screen", "none", box.HEAVY, below)

    def _panel(
        self,
        lines: Sequence[RenderableType],
        title: str,
        style: str,
        frame: box.Box = box.ROUNDED,
        below: str = "",
    ) -> None:
        panel = Panel(
            Group(*lines),
            box=frame,
            title=Text(f" {title} ", "bold"),
            title_align="left",
            subtitle=Text(f" {tidy(below)} ", "bold") if below else None,
            subtitle_align="right",
            border_style=style,
            padding=(0, 1),
        )
        self._show(panel, indent=2)

    def _show(self, what: RenderableType, *, indent: int = 0, gap: bool = False) -> None:
        if gap:
            self._console.print()
        self._console.print(Indented(what, indent) if indent else what, end="" if indent else "\n")
        if self._pace:
            time.sleep(self._pace)


def _place(message: Message) -> str:
    return PLACES.get(message.channel, message.channel)


def _author(message: Message) -> str:
    return f"{tidy(message.author)} (app)" if message.raw["is_app"] else tidy(message.author)


def _call(call: JSON) -> Text:
    line = Text.assemble(("→ ", "dim"), (str(call["method"]), "cyan"))
    for name, value in call["args"].items():
        shown = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        line.append(f" {name}=", "dim").append(tidy(shown), "dim")
    told = ("  ok", "bold green") if call["ok"] else (f"  {call['error']}", "bold red")
    return line.append(*told)


def _row(label: str, values: Sequence[str]) -> list[RenderableType]:
    cells: list[RenderableType] = [Text(label), *(Text(value) for value in values)]
    if len(values) > 1:
        changed = values[-1] != values[-2]
        cells[-1] = Text(values[-1], "bold" if changed else "dim")
        cells.append(Text("✓ changed", "green") if changed else Text("= as it was", "dim"))
    return cells
