"""The process table against real processes, and the walk over any table."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.process import table as table_module
from parallel_tui.adapters.process.table import (
    ProcessEntry,
    ProcessTable,
    SharedPasses,
    linux_table,
    owners_below,
    psutil_table,
)
from tests.support.waiting import eventually


@pytest.fixture
def tree() -> Iterator[int]:
    """A shell with three sleeping children, one of them below another shell."""
    started = subprocess.Popen(
        ["sh", "-c", "sleep 900 & sleep 900 & sh -c 'sleep 900; :' & wait"], start_new_session=True
    )
    yield started.pid
    os.killpg(started.pid, 9)
    started.wait()


def test_a_tree_is_counted_whole_and_costs_nothing_while_it_sleeps(tree: int) -> None:
    table = ProcessTable()
    eventually(lambda: table.sample({"@1": [tree]})["@1"].processes == 5)
    used = table.sample({"@1": [tree], "@2": [], "@3": [2**22 + 1]})
    assert used["@1"].memory > 0
    assert used["@1"].memory % (1024 * 1024) == 0
    assert used["@2"].processes == used["@3"].processes == 0
    assert used["@3"].cpu == used["@3"].memory == 0


def test_cpu_is_what_was_spent_since_the_call_before(tree: int) -> None:
    busy = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    try:
        table = ProcessTable()
        first = table.sample({"@busy": [busy.pid], "@idle": [tree]})
        assert first["@busy"].cpu == 0
        eventually(lambda: table.sample({"@busy": [busy.pid]})["@busy"].cpu >= 1)
        assert table.sample({"@idle": [tree]})["@idle"].cpu <= 5
    finally:
        busy.kill()
        busy.wait()
    assert table.sample({"@busy": [busy.pid]})["@busy"].processes == 0


@pytest.mark.skipif(sys.platform != "linux", reason="compares with /proc")
def test_both_readers_of_the_table_agree(tree: int) -> None:
    table = ProcessTable()
    # the shell sleeps once its children are there; before, its memory is still moving
    eventually(lambda: table.sample({"@1": [tree]})["@1"].processes == 5)

    def agree() -> bool:
        quick, general = linux_table()[tree], psutil_table()[tree]
        return (
            quick.parent == general.parent
            and abs(quick.seconds - general.seconds) < 0.1
            and abs(quick.resident - general.resident) <= 0.2 * general.resident
        )

    eventually(agree)


def test_a_process_with_a_hostile_name_is_read(tmp_path: Path) -> None:
    program = tmp_path / "a) R 1 (b"
    program.symlink_to("/bin/sleep")
    started = subprocess.Popen([str(program), "900"])
    try:
        assert eventually(lambda: started.pid in linux_table())
        assert linux_table()[started.pid].parent == os.getpid()
    finally:
        started.kill()
        started.wait()


def test_who_stands_in_a_directory(tmp_path: Path) -> None:
    place = tmp_path / "wörk tree"
    below = place / "src"
    below.mkdir(parents=True)
    (tmp_path / "wörk tree 2").mkdir()
    started = [
        subprocess.Popen(["sleep", "900"], cwd=folder)
        for folder in (place, below, tmp_path / "wörk tree 2")
    ]
    before = Path.cwd()
    try:
        os.chdir(place)
        table = ProcessTable()
        eventually(lambda: len(table.standing_in(str(place))) == 2)
        found = {process.pid: process for process in table.standing_in(str(place) + "/")}
        assert set(found) == {started[0].pid, started[1].pid}, "never ourselves, no lookalikes"
        assert found[started[1].pid].cwd == str(below)
        assert found[started[1].pid].name == "sleep"
    finally:
        os.chdir(before)
        for process in started:
            process.kill()
            process.wait()


def test_a_directory_reached_by_a_link_or_deleted_meanwhile_is_still_found(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    started = subprocess.Popen(["sleep", "900"], cwd=real)
    try:
        table = ProcessTable()
        eventually(lambda: [p.pid for p in table.standing_in(str(link))] == [started.pid])
        real.rmdir()
        assert [p.pid for p in table.standing_in(str(real))] == [started.pid]
    finally:
        started.kill()
        started.wait()


@given(
    st.dictionaries(st.integers(1, 30), st.integers(0, 30)),
    st.dictionaries(
        st.sampled_from(["@1", "@2", "@3"]), st.lists(st.integers(1, 30), max_size=3), max_size=3
    ),
)
def test_any_table_even_one_with_loops_is_walked_to_its_end(
    parents: dict[int, int], roots: dict[str, list[int]]
) -> None:
    owners = owners_below(roots, parents)
    assert set(owners) <= set(parents)
    root_pids = {pid for pids in roots.values() for pid in pids}
    assert root_pids & set(parents) <= set(owners)
    for pid, window in owners.items():
        steps = pid
        for _ in range(len(parents) + 1):
            if steps in root_pids:
                break
            steps = parents[steps]
        assert steps in roots[window] or any(steps in pids for pids in roots.values())


def test_a_window_inside_another_counts_for_itself() -> None:
    parents = {10: 1, 11: 10, 20: 11, 21: 20}
    assert owners_below({"@outer": [10], "@inner": [20]}, parents) == {
        10: "@outer",
        11: "@outer",
        20: "@inner",
        21: "@inner",
    }


def test_several_tables_share_passes_but_none_uses_one_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second question of the same table, or one about a newer process, is a pass of its own."""
    read: list[int] = []
    real = table_module.whole_table

    def counted() -> dict[int, ProcessEntry]:
        read.append(1)
        return real()

    monkeypatch.setattr(table_module, "whole_table", counted)
    monkeypatch.setattr(table_module, "FRESH", 1e9)
    passes = SharedPasses()
    one, other = ProcessTable(passes), ProcessTable(passes)
    here = {"@1": (os.getpid(),)}
    assert one.sample(here)["@1"].memory == other.sample(here)["@1"].memory
    assert len(read) == 1
    one.sample(here)
    assert len(read) == 2
    with subprocess.Popen(["sleep", "60"]) as newer:
        try:
            assert other.sample({"@1": (newer.pid,)})["@1"].processes == 1
        finally:
            newer.kill()
    assert len(read) == 3
