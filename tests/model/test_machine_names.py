"""What machines are called of which several sources know something."""

from __future__ import annotations

from parallel_tui.model.hosts.machines import KnownMachine, called, joined
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.hosts.view import HostsView, SharedWork, Sharing


def test_a_machine_is_one_row_whatever_knows_it() -> None:
    names = called([("red.3d1219c7", ""), ("green.3d1219c7", "")])
    assert names == ["red", "green"]
    sharing = Sharing(ShareMode.WORK, "origin", "green-2", "abc")
    theirs = SharedSession("red", "auth", "c", "t", "h", pushed=5)
    view = HostsView(sharing, SharedWork(("api",)), (theirs,), ())
    seen = [KnownMachine("red", heard=1.0), KnownMachine("green", heard=0.0, here=True)]
    rows = joined(view, seen, {"red": "me@red"})
    told = [(each.name, each.here, each.sessions, each.heard, each.ssh) for each in rows]
    assert told == [("green-2", True, 1, 0.0, ""), ("red", False, 1, 1.0, "me@red")]
    (alone,) = joined(None, seen[1:], {})
    assert alone.here


def test_two_of_one_name_keep_what_tells_them_apart() -> None:
    twins = [("vm.00000001", ""), ("vm.00000002", ""), ("x.00000003", "")]
    assert called(twins) == ["vm.00000001", "vm.00000002", "x"]
    assert called([("vm.00000001", ""), ("y.00000002", "vm")]) == ["vm.00000001", "vm"]
