"""What has happened to base since somebody followed it, told by whichever command comes next."""

from __future__ import annotations

from parallel_tui.errors import ParallelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output


def tell_moves(core: Core, output: Output) -> None:
    """Tell sessions, and whoever asked, whom a move of base concerns. Never a failure.

    Args:
        core: The repository.
        output: For a note.
    """
    try:
        found = core.reaching.follower.follow()
    except (ParallelError, OSError):
        return  # what was asked for says what is wrong, and the next command tries again
    if not found.concerned:
        return
    from parallel_tui.cli.render.output import one_line
    from parallel_tui.command_lines import quoted
    from parallel_tui.model.view.after_landing import meeting_words

    first = quoted(found.concerned[0].name)
    offer = f"pdev sync {first} brings it up to date"
    if found.queued:
        offer = f"synced once their agents rest: {', '.join(found.queued)}"
    said = meeting_words(found.base, found.concerned)
    output.talk(one_line(f"pdev: note: {said}; {offer}"))
