"""Look at what a session really changed when its agent stops, and tell it what is not its own.

An edit tool is judged before it writes; a shell is not. What it wrote is found here, told the agent
with its next prompt, and refused at the commit.
"""

from __future__ import annotations

import hashlib

from parallel_tui.model.session import naming
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.ports.hooks import HookFiles
    from parallel_tui.ports.system import Clock
    from parallel_tui.services.policy.check import BoundaryChecker

_MOST: Final = 8
_ROOM: Final = 1500


@dataclass(frozen=True, slots=True)
class StopScan:
    """Scans one session.

    Attributes:
        checker: Judges what sessions changed.
        files: Keeps what was told, and the messages that wait.
        root: The coordination root.
        clock: Time.
        lines: By act what to do about a path, in words.
    """

    checker: BoundaryChecker
    files: HookFiles
    root: str
    clock: Clock
    lines: Mapping[str, str]

    def scan(self, session: str | None = None) -> tuple[Touch, ...]:
        """What the session changed that it may not; it is told once, until that changes.

        Args:
            session: Which; `None` to find out.

        Raises:
            UsageError: When it is not clear which session this is for.
            CouldNotLookError: When git or the locks gave no answer.
            RefusedError: When the message cannot be written.
        """
        self.files.sweep(self.clock())
        report = self.checker.check(session=session or self.checker.identity.name())
        found = tuple(each for each in report.touches if each.action in ("deny", "ask"))
        for name in report.sessions:
            tidy = naming.slugify(name).value
            kept = f"{self.root}/pdev/scans/{tidy}"
            digest = _digest(found)
            if self.files.read(kept) == digest or not (found or self.files.read(kept)):
                continue
            if found:
                self._queue(tidy, self._words(found))
            self.files.write(kept, digest)
        return found

    def _words(self, found: tuple[Touch, ...]) -> str:
        if not found:
            return ""
        words = [f"- {each.worded(self.lines)}" for each in found[:_MOST]]
        more = len(found) - len(words)
        words += [f"- and {more} more"] if more else []
        head = "You have changed what is not yours, perhaps through a shell; commits of it are"
        return f"{head} refused. Take it back, or ask:\n" + "\n".join(words)[:_ROOM]

    def _queue(self, tidy: str, text: str) -> None:
        now = self.clock()
        name = f"{int(now * 1000)}-scan"
        message: dict[str, strict_json.Json] = {
            "schema": 1,
            "id": name,
            "kind": "event",
            "from": "the boundaries of this repository",
            "text": text,
            "at": now,
        }
        path = f"{self.root}/pdev/outbox/{tidy}/{name}.json"
        self.files.write(path, strict_json.document(message))


def _digest(found: tuple[Touch, ...]) -> bytes:
    """What is found, whenever that is: a sentence says for how long a lock is held already."""
    named = [(each.path, each.verdict, each.action, each.owner, each.pattern) for each in found]
    return hashlib.sha256(repr(named).encode("utf-8", "surrogateescape")).hexdigest().encode()
