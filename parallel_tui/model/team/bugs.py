"""A team of a session for each bug of a list. Pure."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.session.naming import slugify
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.team.presets import BUGS, PRESETS
from parallel_tui.model.team.reading import team_of
from parallel_tui.model.team.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


def bugs_team(bugs: tuple[tuple[str, tuple[str, ...]], ...]) -> Team:
    """A team with a session for each bug.

    Args:
        bugs: Each with its first line, and the lines that belong to it.

    Raises:
        UsageError: When there is none, or too many.
    """
    if not bugs:
        raise UsageError("There is no bug in the list", hint="Write one bug a line.")
    sessions: dict[str, object] = {}
    for text, details in bugs:
        short, about = _name_of(text)
        name, number = f"fix-{short}", 2
        while name in sessions:
            name, number = f"fix-{short}-{number}", number + 1
        more = "".join(f"\n{line.strip()}" for line in details)
        sessions[name] = {
            "branch": f"fix/{name.removeprefix('fix-')}",
            "prompt": f"Bug: {about}{more}\nFind the cause, show it by a test, and fix this bug.",
        }
    try:
        return team_of({"summary": PRESETS[BUGS]["summary"], "sessions": sessions}, name=BUGS)
    except WrongValueError as error:
        raise UsageError(f"The list of bugs cannot be used: it must have {error.allowed}") from None


_WORDS: Final = 4
"""Words of a bug that become its session's name, where it brings none."""


def _name_of(text: str) -> tuple[str, str]:
    """The name that a bug brings (`auth-timeout: users …`), or one of its first words.

    Words that no name can be made of, as those of another script, become a number.
    """
    head, colon, rest = text.partition(": ")
    if colon and rest.strip() and len(head.split()) <= _WORDS:
        try:
            return slugify(head).value.removeprefix("fix-"), rest.strip()
        except UsageError:
            pass
    try:
        slug = slugify(text).value
    except UsageError:
        # Of its words alone, so that it is the same bug when the list around it changes.
        from zlib import crc32

        return f"bug-{crc32(text.encode('utf-8', 'surrogatepass')):08x}", text
    return "-".join(slug.split("-")[:_WORDS]).strip("-._"), text
