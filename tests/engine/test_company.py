"""What live views of one program share: nothing is lost by it, and each fails and ends alone."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.shared.company import Company
from parallel_tui.engine.watching.shared.one_child import OneChild, SharedLink
from parallel_tui.engine.watching.shared.one_subscription import OneSubscription
from parallel_tui.engine.watching.ways import through_watchfiles
from parallel_tui.engine.working import crew as crews
from parallel_tui.engine.working.crew import Crew
from parallel_tui.engine.working.loop import Loop
from parallel_tui.errors import GitError
from parallel_tui.model.session.git_status import WorkStatus
from tests.engine.live import live
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


def _threads(crew: Crew) -> int:
    return len(crew._threads)


def _failed(name: str, error: Exception | None) -> None:
    raise AssertionError(f"{name}: {error}")


def test_many_loops_share_few_threads_and_what_is_asked_is_always_done() -> None:
    """The last thing said before an ask is what the last run after it sees."""
    crew, ledger = Crew(), Ledger()
    said, seen = [0] * 60, [0] * 60
    most = 0

    def job(number: int) -> Callable[[], None]:
        def look() -> None:
            nonlocal most
            seen[number] = said[number]
            most = max(most, _threads(crew))

        return look

    loops = [Loop(f"toy {n}", job(n), ledger, _failed, crew) for n in range(60)]
    for loop in loops:
        loop.start()

    def ask(first: int) -> None:
        for turn in range(1, 30):
            for number in range(first, 60, 3):
                said[number] = turn
                loops[number].ask()

    askers = [threading.Thread(target=ask, args=(first,)) for first in range(3)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert ledger.wait(PATIENCE)
    assert seen == [29] * 60
    assert most < 20
    for loop in loops:
        loop.stop()
        loop.join(PATIENCE)
    assert _threads(crew) == 0


def test_one_that_is_busy_keeps_none_waiting_and_its_thread_ends_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crews, "SPARE", 0.05)
    crew, ledger = Crew(), Ledger()
    go_on, done = threading.Event(), threading.Event()
    busy = [Loop(f"busy {n}", lambda: go_on.wait(PATIENCE) and None, ledger, _failed, crew)
            for n in range(5)]  # fmt: skip
    soon = Loop("soon", done.set, ledger, _failed, crew)
    for loop in (*busy, soon):
        loop.start()
    for loop in busy:
        loop.ask()
    soon.within(0.01)
    assert done.wait(PATIENCE), "five that hang hold up nobody"
    go_on.set()
    eventually(lambda: _threads(crew) == 1)
    soon.ask()
    assert ledger.wait(PATIENCE)
    for loop in (*busy, soon):
        loop.stop()
        loop.join(PATIENCE)
    assert _threads(crew) == 0


def test_a_moment_that_is_named_anew_counts() -> None:
    """Bringing a run forward works for a thread that sleeps until a later one."""
    ran = threading.Event()
    loop = Loop("toy", lambda: ran.set() or None, Ledger(), _failed)  # type: ignore[func-returns-value]
    loop.start()
    loop.within(1000)
    loop.within(0.01)
    assert ran.wait(PATIENCE)
    loop.stop()
    loop.join(PATIENCE)


def test_each_watcher_is_told_its_own(tmp_path: Path) -> None:
    one = OneSubscription(through_watchfiles)
    mine, its, both = (tmp_path / name for name in ("mine", "its", "both"))
    for each in (mine, its, both):
        each.mkdir()
    first, second = one.watcher(str(mine)), one.watcher(str(its))
    assert first.watch([str(mine), str(both)], [])
    assert second.watch([str(its), str(both)], [])
    assert not first.watch([str(mine), str(both)], []), "another one's set is no news"
    (mine / "a").touch()
    (its / "b").touch()
    (both / "c").touch()
    names = {event.name for event in first.drain() if not event.name.startswith(".seen")}
    assert names == {"a", "c"}
    assert {e.name for e in second.drain() if not e.name.startswith(".seen")} == {"b", "c"}
    with pytest.raises(ValueError, match="surrogates"):
        second.watch([os.fsdecode(b"/tmp/bad\xff")], [])
    first.close()  # whose folder the marks were in
    (its / "d").touch()
    assert "d" in {event.name for event in second.drain()}
    assert second.watch([str(its)], []) is False
    second.close()
    eventually(lambda: one._thread is None)


def test_the_end_of_the_subscription_is_the_end_for_all_and_a_new_one_begins(
    tmp_path: Path,
) -> None:
    one = OneSubscription(through_watchfiles)
    made = [one.watcher(str(tmp_path)) for _ in range(2)]
    for each in made:
        each.watch([str(tmp_path)], [])
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff"))
    bad.touch()
    for each in made:
        eventually(lambda each=each: each._error)  # type: ignore[misc]
        with pytest.raises(RuntimeError):
            each.drain()
    bad.unlink()
    again = one.watcher(str(tmp_path))
    assert again.watch([str(tmp_path)], [])
    (tmp_path / "new").touch()
    assert Event(str(tmp_path), "new", inotify.CREATE) in again.drain()
    again.close()


class Hearing:
    """One live view's side of the link."""

    def __init__(self, one: OneChild) -> None:
        self.told: list[dict[str, Any]] = []
        self.losses = 0
        link = one.link(_python, self.told.append, self._lost)
        assert isinstance(link, SharedLink)
        self.link = link

    def _lost(self) -> None:
        self.losses += 1

    def watch(self, root: Path) -> None:
        """Have a directory watched."""
        root.mkdir(exist_ok=True)
        self.link.send({"watch": str(root), "directories": [""], "mark": root.name})
        eventually(lambda: any("ready" in each for each in self.told))

    def hints(self) -> set[str]:
        """All that changed."""
        return {
            path for each in self.told for paths in each.get("hints", {}).values() for path in paths
        }


def _python(args: object) -> Any:
    assert isinstance(args, list)
    return Popen([sys.executable, "-I", "-S", *args], stdin=PIPE, stdout=PIPE)


def test_one_child_serves_all_and_each_comes_and_goes_alone(tmp_path: Path) -> None:
    one = OneChild()
    first, second = Hearing(one), Hearing(one)
    for each, name in ((first, "first"), (second, "second")):
        each.link.start()
        each.watch(tmp_path / name)
    assert first.link.pid == second.link.pid is not None
    (tmp_path / "first/a").touch()
    (tmp_path / "second/b").touch()
    eventually(lambda: first.hints() == {"a"} and second.hints() == {"b"})

    first.link.give_up()
    assert (first.losses, second.losses) == (1, 0)
    (tmp_path / "second/c").touch()
    eventually(lambda: second.hints() == {"b", "c"})

    first.link.start()
    first.watch(tmp_path / "third")
    assert first.link.pid == second.link.pid
    pid = first.link.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: (first.losses, second.losses) == (2, 1))
    first.link.start()
    second.link.start()
    assert one._child is not None
    assert {first.link.child, second.link.child} == {one._child}
    assert one._child.pid != pid
    first.link.end()
    second.link.end()
    assert one._child is None


def test_who_hangs_the_child_has_one_of_its_own_afterwards(tmp_path: Path) -> None:
    one = OneChild()
    good, bad = Hearing(one), Hearing(one)
    good.link.start()
    bad.link.start()
    good.watch(tmp_path / "good")
    assert good.link.pid is not None
    os.kill(good.link.pid, signal.SIGSTOP)  # as by a disk that gives no answer
    bad.link.send({"watch": "/dead", "directories": [""], "mark": "m"})
    good.link.kill()
    eventually(lambda: (good.losses, bad.losses) == (1, 1))
    for each in (good, bad):
        each.link.start()
    assert good.link.pid != bad.link.pid
    good.link.end()
    bad.link.end()


def test_two_live_views_see_their_own_and_the_end_of_one_is_none_of_the_other(
    world: World, tmp_path: Path
) -> None:
    """Edits and commits of either are seen by one child, few threads and one subscription."""
    company = Company()
    other = World(tmp_path / "other", world.env).init()
    auth, shop = world.worktree("auth"), other.worktree("shop")

    def changed(tree: Path, view: Any) -> bool:
        status = view.session(tree.name.removeprefix("myapp-")).status
        return isinstance(status, WorkStatus) and bool(status.entries)

    with live(world.repo, company=company) as first:
        with live(other.repo, company=company) as second:
            assert first.engine._trees.pid == second.engine._trees.pid is not None
            (auth / "README.md").write_text("other\n")
            first.until(lambda _: changed(auth, first))
            assert not changed(shop, second)
            (shop / "README.md").write_text("other\n")
            second.until(lambda _: changed(shop, second))
            other.commit("new.py", "x = 1\n", cwd=shop)
            head = other.git("rev-parse", "HEAD", cwd=shop).strip()
            second.until(lambda _: _head(second, "shop") == head)
            names = [each.name for each in threading.enumerate()]
            assert names.count("pdev-watched") == 1
        world.commit("new.py", "x = 1\n", cwd=auth)
        (auth / "README.md").write_text("third\n")
        head = world.git("rev-parse", "HEAD", cwd=auth).strip()
        first.until(lambda _: _head(first, "auth") == head and changed(auth, first))
    assert _threads(company.crew) == 0
    eventually(lambda: company.directories._thread is None)


def _head(view: Any, name: str) -> str | None:
    tree = view.session(name).worktree
    if tree is None:
        raise GitError("no worktree")
    found: str | None = tree.head
    return found


def test_what_is_looked_at_unasked_waits_longer_where_nobody_looks(world: World) -> None:
    """A slow view still sees what it is told of, and looks at once when it is the one meant."""
    with live(world.repo, trees=False) as view:
        view.engine.set_pace(1000)
        world.git("branch", "new")
        view.engine.wait_seen(PATIENCE)
        before = len(view.git.asked)
        began = time.monotonic()
        view.engine.set_pace(1)
        eventually(lambda: len(view.git.asked) > before)
        assert time.monotonic() - began < PATIENCE
