"""How somebody likes to see the dashboard, kept from one start to the next."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """What was chosen last.

    Attributes:
        theme: Name of the theme; empty where none was chosen by key.
        zoom: Id of the pane that has the whole screen; empty for none.
        tab: Name of the detail pane's tab; empty for the first.
        order: What sessions are sorted by; empty for what needs somebody first.
        machines: How sessions of several machines are listed; empty for below a heading each.
        folded_machines: Names of those of which only the heading is shown.
        repository: Directory of the repository with the cursor, where there were several.
        session: Key of the session under it; empty on a heading.
        folded: Directories of the repositories of which only the heading is shown.
        repositories: Directories of all that were ever opened, as far as they are still there.
    """

    theme: str = ""
    zoom: str = ""
    tab: str = ""
    order: str = ""
    machines: str = ""
    folded_machines: tuple[str, ...] = ()
    repository: str = ""
    session: str = ""
    folded: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
