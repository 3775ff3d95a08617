"""What the live views of several repositories in one program have in common."""

from __future__ import annotations

from parallel_tui.engine.watching.shared.one_child import OneChild
from parallel_tui.engine.watching.shared.one_subscription import OneSubscription
from parallel_tui.engine.watching.ways import through_watchfiles
from parallel_tui.engine.working.crew import Crew


class Company:
    """Threads, a subscription to changes, and a child that watches working trees.

    Each view begins, fails and ends by itself; what is shared begins with the first that needs it
    and ends with the last.

    Attributes:
        crew: The threads.
        directories: Watches directories.
        child: Watches working trees.
    """

    def __init__(self) -> None:
        self.crew = Crew()
        self.directories = OneSubscription(through_watchfiles)
        self.child = OneChild()
