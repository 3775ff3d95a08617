"""Every command and verb shows examples, and every example is understood."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator

import pytest

from parallel_tui.cli import examples, parser
from parallel_tui.cli.names import COMMANDS


def _all(whole: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield below
                yield from _all(below)


def test_every_help_ends_with_an_example() -> None:
    for each in _all(parser.build_whole()):
        text = each.format_help()
        assert f"examples:\n  {each.prog}" in text, each.prog
        assert max(map(len, text[text.index("examples:") :].splitlines())) <= 100
    assert set(examples.EXAMPLES) == {command.name for command in COMMANDS}
    assert "examples" not in parser.build().format_help()


@pytest.mark.parametrize(
    "line",
    [f"{name} {rest}".strip() for name, all_of in examples.EXAMPLES.items() for rest, _ in all_of],
)
def test_every_example_is_understood(line: str) -> None:
    words = shlex.split(line.split(" > ")[0])
    parsed = parser.parse(words)
    assert parsed is not None
    assert callable(parsed.run)
