"""Whether something stands in an agent's input, from its screen."""

from __future__ import annotations

import pytest

from parallel_tui.model.agent.drafts import drafting

GREY = "\x1b[38;5;246m"
RULE = "\x1b[38;5;244m────────"


def seen(row: str, column: int) -> tuple[str, tuple[int, int]]:
    """A screen with the cursor in its second row."""
    return f"{RULE}\n{row}\n{RULE}", (column, 1)


EMPTY = {
    "2.1.332 at first": ("\x1b[39m❯\N{NO-BREAK SPACE}\x1b[7m", 2),
    "with an ordinary blank": ("\x1b[39m❯ \x1b[7m", 2),
    "2.1.332 later": ("\x1b[39m❯ \x1b[7m \x1b[0m\x1b[39m\x1b[49m", 2),
    "a suggestion in grey": (f'\x1b[39m❯ {GREY}Try "fix lint errors"\x1b[39m', 2),
    "a faint suggestion": ("❯ \x1b[2mrun the tests\x1b[22m", 2),
    "in a box": ("│ > \x1b[7m \x1b[0m                │", 4),
}
TAKEN = {
    "a draft": ("\x1b[39m❯ half a dra\x1b[7m", 12),
    "the cursor at the beginning of a draft": ("\x1b[39m❯ half a dra\x1b[7m", 2),
    "a command": ("\x1b[39m❯ /\x1b[7m", 3),
    "shell mode": ("\x1b[38;5;211m! \x1b[7m\x1b[39m \x1b[0m", 2),
    "a draft behind a blank that does not break": ("\x1b[39m❯\N{NO-BREAK SPACE}dra\x1b[7m", 5),
    "blanks": ("❯    ", 5),
    "a second line": ("  more of it", 12),
    "a question": (" ❯ 1. Yes", 3),
    "a draft behind grey": (f"❯ {GREY}Try\x1b[39m this", 2),
    "a light draft": ("❯ \x1b[38;2;10;10;10mthis\x1b[39m", 2),
    "nothing known": ("$ ", 2),
    "nothing": ("", 0),
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_input_is_known(name: str) -> None:
    assert not drafting("claude", *seen(*EMPTY[name]))


@pytest.mark.parametrize("name", TAKEN)
def test_anything_else_may_be_a_draft(name: str) -> None:
    assert drafting("claude", *seen(*TAKEN[name]))


def test_what_is_not_known_may_be_a_draft() -> None:
    row, column = EMPTY["2.1.332 later"]
    assert drafting("codex", *seen(row, column))
    assert drafting("claude", "", (0, 50))
