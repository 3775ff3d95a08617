"""`pdev wait`: end when sessions have come to a state."""

from __future__ import annotations

import argparse
import threading

from parallel_tui.cli.commands.watch import Feed, signals
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.model.fact import known
from parallel_tui.model.state.condition import CONDITIONS, GONE, MERGED, conditions, met
from parallel_tui.model.text import duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.session.session import Session
    from parallel_tui.model.view.snapshot import Snapshot

NEVER: Final = 1
"""Exit status when a session ended and can come to no state any more."""

TOO_LATE: Final = 124
"""Exit status when the time was over, as `timeout` has it."""


def configure_wait(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev wait`."""
    parser.add_argument("names", nargs="+", metavar="SESSION", help="the sessions to wait for")
    parser.add_argument(
        "--until",
        action="append",
        required=True,
        metavar="STATE",
        help=f"what to wait for, several with commas between: {', '.join(CONDITIONS)}",
    )
    some = parser.add_mutually_exclusive_group()
    some.add_argument(
        "--all", action="store_true", help="until each session has been there once (the default)"
    )
    some.add_argument("--any", action="store_true", help="until one of the sessions is there")
    parser.add_argument("--timeout", metavar="TIME", help="give up after 90s, 5m, 2h (status 124)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_wait)


class _Wait:
    """What each session has come to so far.

    Args:
        core: The repository.
        names: The sessions.
        wanted: The conditions.
        one: Whether one session is enough.
    """

    def __init__(self, core: Core, names: Iterable[str], wanted: frozenset[str], one: bool) -> None:
        self._core = core
        self._wanted = wanted
        self._one = one
        self._judged: dict[str, tuple[object, bool]] = {}
        # By key: a session that is renamed is waited for all the same.
        there = {name: session for session in core.sessions.all() for name in (session.name,)}
        self.keys: dict[str, str] = {}
        for name in dict.fromkeys(names):
            if GONE in wanted and name not in there:
                self.keys[name] = name
            else:
                self.keys[name] = core.sessions.find(name).key
        self.met: dict[str, str] = {}
        self.states: dict[str, str] = {}

    def look(self, snapshot: Snapshot) -> int | None:
        """Judge each session; the exit status once that is clear."""
        if all(session.worktree is None for session in snapshot.sessions):
            return None  # git did not list the worktrees, of which there always is one
        lost = 0
        for name, key in self.keys.items():
            session = snapshot.session(key)
            if session is not None:
                self.states[name] = session.state.value
            if name in self.met:
                continue
            merged = MERGED in self._wanted and self._merged(snapshot, session)
            found = met(session, self._wanted, merged=merged)
            if found is not None:
                self.met[name] = found
            elif session is None:
                lost += 1
                self.states[name] = GONE
        if len(self.met) == len(self.keys) or (self._one and self.met):
            return 0
        if lost and (not self._one or lost == len(self.keys)):
            return NEVER
        return None

    def _merged(self, snapshot: Snapshot, session: Session | None) -> bool:
        """Whether a session's work is in base; git is asked when one of them has moved."""
        base, tree = known(snapshot.base), session.worktree if session is not None else None
        branch = tree.own_branch if tree is not None else None
        if base is None or tree is None or branch is None or branch == base.name:
            return False
        about = (branch, tree.head, base.oid)
        before = self._judged.get(tree.git_dir)
        if before is None or before[0] != about:
            proofs = self._core.cleaner.merged
            targets = proofs.targets(base)
            before = (about, proofs.judge_all([branch], targets)[branch].merged)
            self._judged[tree.git_dir] = before
        return before[1]


def run_wait(parsed: argparse.Namespace, output: Output) -> int:
    """Wait until the sessions are there, one is gone for good, or the time is over."""
    wanted = conditions(parsed.until)
    seconds = None if parsed.timeout is None else duration.parse(parsed.timeout)
    core = core_for(parsed, output)
    wait = _Wait(core, parsed.names, wanted, parsed.any)
    feed, engine = Feed(), core.engine(stays=True)
    ready, late = threading.Event(), threading.Event()

    def begin() -> None:
        """What is seen at first is not all yet: an agent's own word comes after its window's."""
        if engine.wait_idle(_LONGEST):
            ready.set()
            feed.publish(engine.snapshot)

    def end() -> None:
        late.set()
        feed.end()

    timer = None if seconds is None else threading.Timer(seconds, end)
    status: int | None = None
    try:
        with signals(feed):
            engine.start(feed.publish)
            threading.Thread(target=begin, daemon=True).start()
            if timer is not None:
                timer.daemon = True
                timer.start()
            for snapshot in feed.read(None):
                if ready.is_set() and (status := wait.look(snapshot)) is not None:
                    break
    finally:
        if timer is not None:
            timer.cancel()
        engine.stop()
        feed.close()
    if status is None:
        status = TOO_LATE if late.is_set() else 128 + (feed.signal or 0)
    _tell(wait, status, output)
    return status


_LONGEST: Final = 24 * 3600.0


def _tell(wait: _Wait, status: int, output: Output) -> None:
    if output.json:
        rows = [
            {"name": name, "met": wait.met.get(name), "state": wait.states.get(name)}
            for name in wait.keys
        ]
        output.data({"sessions": rows, "timed_out": status == TOO_LATE})
        return
    for name, found in wait.met.items():
        output.line(one_line(f"{name}: {found}"))
    if status in (NEVER, TOO_LATE):
        for name in wait.keys:
            if name not in wait.met:
                now = wait.states.get(name, "not known")
                late = f"the time is over, and {name} is not there yet (its state: {now})"
                output.talk(one_line(f"pdev: {f'{name} is gone' if now == GONE else late}"))
