"""Every command is documented: on the command line, in Slack, and in the Makefile."""

import argparse
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import app.cli
from app.manifest import manifest
from tests.unit.docs.pages import files, quoted, read, section


def leaves(parser: argparse.ArgumentParser, path: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command at the end of a branch, with its parser."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield path, parser
    for group in groups:
        for name, child in group.choices.items():
            yield from leaves(child, f"{path} {name}")


def command_line() -> dict[str, argparse.ArgumentParser]:
    parser = argparse.ArgumentParser(prog="python -m app")
    commands = parser.add_subparsers()
    for found in pkgutil.iter_modules(app.cli.__path__):
        module = importlib.import_module(f"app.cli.{found.name}")
        if hasattr(module, "declare"):
            module.declare(commands)
    return dict(leaves(parser, "python -m app"))


COMMANDS = command_line()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_documents_each_command_with_its_options(command: str) -> None:
    row = next(
        (line for line in section(read("README.md"), "Command line").splitlines() if f"`{command}" in line),
        "",
    )
    assert row, f"{command} is not in the README's table of commands"
    options = [name for action in COMMANDS[command]._actions for name in action.option_strings]
    missing = [name for name in options if name not in ("-h", "--help") and name not in row]
    assert missing == []


def test_the_docs_name_no_command_that_is_not_there() -> None:
    for path in files("*.md"):
        for text in re.findall(r"python -m app( [a-z]+)( [a-z]+)?", path.read_text(encoding="utf-8")):
            one, two = f"python -m app{text[0]}", f"python -m app{''.join(text)}"
            known = one in COMMANDS or two in COMMANDS or any(name.startswith(f"{one} ") for name in COMMANDS)
            assert known, f"{path.name} names {two}"


def test_the_readme_documents_every_slash_command() -> None:
    commands = {command["command"] for command in manifest()["features"]["slash_commands"]}
    readme = read("README.md")
    assert {command for command in commands if f"### `{command}`" not in readme} == set()


def test_the_docs_name_no_slash_command_that_is_not_there() -> None:
    commands = {command["command"] for command in manifest()["features"]["slash_commands"]}
    others = {"/invite", "/healthz", "/readyz", "/metrics"}
    for path in files("*.md"):
        if path.parent.name != "localslack":
            told = {text.split()[0] for text in quoted(path.read_text(encoding="utf-8"))}
            slashed = {text for text in told if re.fullmatch(r"/[a-z-]*[a-z]", text)}
            assert slashed <= commands | others, path.name


def test_make_targets_that_the_docs_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for path in files("*.md"):
        named = set(re.findall(r"(?:^    |`)make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, path.name
