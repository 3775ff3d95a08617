"""Steps of starting a session, in order, each with its undo."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from parallel_tui.errors import HalfMadeError, RefusedError
from parallel_tui.model.lifecycle.carried import Carried
from parallel_tui.model.lifecycle.prepared import variables
from parallel_tui.model.lifecycle.runtime_files import CONTEXT, context
from parallel_tui.model.scope import MUX, TOPOLOGY
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import Config
from parallel_tui.model.settings.consent import Approved, ApprovedPane, Ready
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.text.words import plural
from parallel_tui.ports.disk import CarryOver, Disk, ExcludeBlock, Shell
from parallel_tui.ports.git import GitReader, GitWriter
from parallel_tui.ports.mux import Arranging, Mux
from parallel_tui.ports.system import Clock
from parallel_tui.record import dataclass
from parallel_tui.services.machine.ports import SessionPorts
from parallel_tui.services.receipt import Spawned
from parallel_tui.services.spawn.plan import Prepared
from parallel_tui.services.spawn.rollback import InTrash, Undo
from parallel_tui.services.spawn.way_back import FailedStart, remove_empty
from parallel_tui.services.spawn.windows import open_windows

Progress = Callable[[str], None]
"""Told each step as it begins, in words."""


@dataclass(frozen=True, slots=True)
class Furnishing:
    """Files and context that a new worktree gets.

    Attributes:
        disk: Single files.
        carrying: Carries local files over.
        exclude: Keeps runtime files out of every status.
        shell: Runs setup commands.
        ports: Gives it what is its own of this machine.
    """

    disk: Disk
    carrying: CarryOver
    exclude: ExcludeBlock
    shell: Shell
    ports: SessionPorts


@dataclass(frozen=True, slots=True)
class SpawnSteps:
    """Carries out one spawn plan.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        mux: Where the window opens.
        arranging: Gives what opens several of them.
        outside: Files of the new worktree, and its setup commands.
        config: Effective settings.
        clock: For the context file.
        undo: Gets the way back of each step.
        back: The way back of worktree and branch.
        progress: Told each step as it begins.
        finished: Told each step when it is done.
    """

    git: GitReader
    writer: GitWriter
    mux: Mux
    arranging: Callable[[], Arranging]
    outside: Furnishing
    config: Config
    clock: Clock
    undo: Undo
    back: FailedStart
    progress: Progress
    finished: Callable[..., None] = lambda step, lasting=True: None

    def worktree(self, prepared: Prepared) -> Worktree:
        """Make branch and worktree and record the session's name. The caller holds the guard."""
        plan = prepared.plan
        common = Path(self.git.repository.common_dir)
        before = self.outside.exclude.contents(common)
        self.undo.push("a block in info/exclude", lambda: self._unexclude(common, before))
        self.outside.exclude.add(common)

        self.progress(f"branch {plan.branch} and worktree {plan.directory}")
        folders = self.outside.disk.missing_parents(Path(plan.directory))
        self.undo.push(f"folders above {plan.directory}", lambda: remove_empty(folders))
        try:
            made = self.writer.add_worktree(
                plan.directory, plan.branch, start=prepared.start, track=prepared.track
            )
        except HalfMadeError:
            self._push_worktree(prepared)
            raise
        except Exception:
            # The writer has taken back what was its own. What stands there now is somebody
            # else's, who was faster: not ours to take back.
            raise
        except BaseException:
            self._push_worktree(prepared)
            raise
        self._push_worktree(prepared)
        self.finished("worktree", lasting=False)
        self.writer.name_session(made, plan.name)
        self.finished("named")
        return made

    def _push_worktree(self, prepared: Prepared) -> None:
        plan = prepared.plan
        if prepared.creates_branch:
            self.undo.push(f"the branch {plan.branch}", lambda: self.back.branch(prepared))
        self.undo.push(f"the worktree {plan.directory}", lambda: self._unmake(prepared))

    def furnish(self, prepared: Prepared, worktree: Worktree, ready: Ready) -> Spawned:
        """Copy files, write the context, run the setup, and open the window.

        Raises:
            RefusedError: When another commit was checked out than the one whose files were shown.
        """
        if worktree.head != prepared.tip and prepared.wanted.foreign:
            raise RefusedError(
                f"The branch {prepared.plan.branch} moved while the session was made, so that "
                "the repository's commands would run on other files than they were looked at.",
                hint="Try again.",
            )
        plan = prepared.plan
        warnings = [*plan.warnings, *self._carry(prepared, worktree)]
        if plan.changes:
            warnings.insert(0, f"it is called {plan.name}: {'; '.join(plan.changes)}")
        own, told = self.outside.ports.start(plan.name, worktree)
        warnings += told
        self.finished("carried", lasting=False)
        self._set_up(prepared, ready.setup, own)
        self.finished("set up", lasting=False)
        window: str | None = None
        if plan.window is not None:
            window, unset = self._open(prepared, worktree, ready, own)
            warnings += unset
        self.finished("complete")
        return Spawned(
            message=f"Started {plan.name} on {plan.branch} in {plan.directory}",
            scopes=(TOPOLOGY, MUX),
            warnings=tuple(warnings),
            name=plan.name,
            branch=plan.branch,
            directory=plan.directory,
            window=window,
            undo=(UndoAction(UndoKind.REMOVE, plan.name),),
            session=plan.name,
        )

    def _open(
        self, prepared: Prepared, worktree: Worktree, ready: Ready, own: Mapping[str, str]
    ) -> tuple[str, Sequence[str]]:
        """Open the session's windows; returns the id of the first, and what could not be set."""
        name = prepared.plan.name
        self.progress(f"window {prepared.plan.window}")
        opened: list[str] = []
        self.undo.push(f"the window {prepared.plan.window}", lambda: self._close(name, opened))
        panes = self._panes(prepared, worktree, ready)
        ids, told = open_windows(
            self.mux, self.arranging, prepared.layout, panes, name, prepared.plan.directory, own
        )
        opened.extend(ids)
        return ids[0], told

    def _panes(
        self, prepared: Prepared, worktree: Worktree, ready: Ready
    ) -> tuple[ApprovedPane, ...]:
        file: str | None = None
        if agent_command.needs_file(prepared.prompt):
            file = f"{worktree.git_dir}/pdev-prompt"
            text = agent_command.prompt_word(prepared.prompt)
            self.outside.disk.write(Path(file), text.encode("utf-8", "surrogateescape"))
        return ready.window(prepared.prompt, file)

    def _carry(self, prepared: Prepared, worktree: Worktree) -> list[str]:
        """Copy local files and write the context file; both are removed with the worktree."""
        target = Path(prepared.plan.directory)
        carrying, carried = self.outside.carrying, Carried()
        if not self.git.repository.bare:
            main = Path(self.git.repository.main_path)
            patterns = (*carrying.include_patterns(main), *self.config.copy)
            copies = [
                *carrying.local_settings(main, self.git.tracked_in_claude()),
                *self.git.untracked_matching(patterns),
            ]
            links = self._links(main)
            if copies or links:
                self.progress(f"copying {plural(len(copies) + len(links), 'local file')}")
            carried = carrying.carry(main, target, copies=copies, links=links, report=self.progress)
        if carried.marks:  # at once: what was brought is known again, should a later step fail
            carrying.record(Path(worktree.git_dir), carried.marks)
        warning = self._write_context(prepared, target)
        if warning:
            carried.warnings.append(warning)
        else:
            carried.marks[CONTEXT] = self.outside.disk.mark(target / CONTEXT) or ""
        carrying.record(Path(worktree.git_dir), carried.marks)
        return carried.warnings

    def _links(self, main: Path) -> list[str]:
        """Paths to link: a folder named as such as a whole, anything else file by file."""
        whole: list[str] = []
        patterns: list[str] = []
        tracked: frozenset[str] | None = None
        for pattern in self.config.symlink:
            path = pattern.strip("/")
            parts = Path(path).parts
            if parts and not set(parts) & {"..", ".git"} and (main / path).is_dir():
                if tracked is None:
                    tracked = self._tracked_folders()
                if path not in tracked:
                    whole.append(path)
                    continue
            patterns.append(pattern)
        return [*whole, *self.git.untracked_matching(tuple(patterns))]

    def _tracked_folders(self) -> frozenset[str]:
        main = next(tree for tree in self.git.worktrees() if tree.is_main)
        return self.git.tracked_directories(main)

    def _write_context(self, prepared: Prepared, target: Path) -> str | None:
        path = target / CONTEXT
        if os.path.lexists(path):
            return f"{CONTEXT} is part of the branch and stays as it is"
        if not self.outside.disk.real_parent(target, CONTEXT):
            return f"{CONTEXT} was not written: .claude is a link"
        plan = prepared.plan
        created = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(self.clock()))
        text = context(
            name=prepared.title,
            branch=plan.branch,
            created=created,
            base=plan.start,
            session=plan.name,
            prompt=prepared.prompt,
        )
        self.outside.disk.write(path, text.encode("utf-8", "surrogateescape"))
        return None

    def _set_up(
        self, prepared: Prepared, lines: Iterable[Approved], own: Mapping[str, str]
    ) -> None:
        plan, main = prepared.plan, self.git.repository.main_path
        for line in lines:
            self.progress(f"setup: {line.text}")
            self.outside.shell.run_line(
                line,
                directory=plan.directory,
                env={
                    **agent_command.environment(plan.name),
                    **variables(plan.directory, main, plan.name, plan.start),
                    **own,
                    "PDEV_WORKTREE": plan.directory,
                    "PDEV_MAIN": main,
                    "PDEV_BRANCH": plan.branch,
                },
            )

    def _unmake(self, prepared: Prepared) -> InTrash | None:
        directory = prepared.plan.directory
        real = os.path.realpath(directory)
        kept: InTrash | None = None
        for tree in self.git.worktrees():
            if os.path.realpath(tree.path) == real and not tree.is_main:
                kept = self.back.worktree(tree, prepared)
        if os.path.lexists(directory):
            raise RefusedError("its directory is still there")
        return kept

    def _unexclude(self, common: Path, before: bytes | None) -> None:
        if self.outside.exclude.has_block(before):
            return
        # Another session started in the meantime may count on the block by now.
        if any(Path(tree.path, CONTEXT).exists() for tree in self.git.worktrees()):
            return
        try:
            self.outside.exclude.remove(common, before)
        except FileNotFoundError:
            return

    def _close(self, name: str, opened: Sequence[str]) -> None:
        """Close the opened window; when its id is unknown, every window of that name.

        The name was free, so that nobody else had windows of it.
        """
        for window in self.mux.listing().windows:
            if window.ours and window.owner == name and (not opened or window.id in opened):
                self.mux.close_window(window.id)
