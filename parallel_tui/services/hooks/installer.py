"""Install the hook in an agent's settings, and take it back to the byte."""

from __future__ import annotations

import hashlib

from parallel_tui.errors import CouldNotLookError, ParallelError, RefusedError
from parallel_tui.model.agent import hook_line, hook_text
from parallel_tui.model.agent.hook_state import (
    AGENT_SCOPES,
    HookFound,
    HookRecord,
    HookScope,
    HookStatus,
)
from parallel_tui.model.text.strict_json import NotJsonError
from parallel_tui.record import dataclass, field, replace
from parallel_tui.services.hooks.places import settings_file
from parallel_tui.services.receipt import Receipt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parallel_tui.model.session.repository import Repository
    from parallel_tui.ports.hooks import HookFiles


@dataclass(frozen=True, slots=True)
class HookInstaller:
    """Puts the hook into agents' settings.

    Attributes:
        files: Settings and records.
        repository: Whose main checkout has the local ones.
        worktree: Top of the worktree that the command is about; `None` in none.
        env: Says where the user's own are.
        spawned: Whether sessions that are started get the hook by themselves.
    """

    files: HookFiles
    repository: Repository
    worktree: str | None
    env: Mapping[str, str] = field(repr=False)
    spawned: bool = True

    def _path(self, agent: str, scope: HookScope) -> str:
        return settings_file(
            agent, scope, repository=self.repository, worktree=self.worktree, env=self.env
        )

    def install(self, agent: str, scope: HookScope) -> Receipt:
        """Install the hook; once more changes nothing, and mends one that is stale.

        Raises:
            UsageError: When the agent has no such settings.
            RefusedError: When they are no JSON, or cannot be written; they are as they were.
            CouldNotLookError: When they cannot be read.
        """
        if scope is HookScope.SESSION:
            return self._session(agent)
        path, place = self._path(agent, scope), self.files.here()
        found = self.files.read(path)
        text = _text(found, path)
        try:
            if found and hook_text.is_current(text, place, agent):
                return Receipt(f"The hooks of {agent} are installed already in {path}")
            text, before = self._without(path, found)
            made = hook_text.install(text, place, agent)
        except NotJsonError as error:
            raise _broken(path, error) from None
        self.files.hide()
        data = made.text.encode("utf-8", "surrogatepass")
        earlier = self.files.recorded(path)
        record = HookRecord(path, before is not None, _digest(data), made.added)
        if earlier is not None and earlier[1] == (before or b""):
            record = replace(record, existed=earlier[0].existed, folders=earlier[0].folders)
        self.files.record(record, before or b"")
        folders = self.files.write(path, data)
        if folders:
            self.files.record(replace(record, folders=folders), before or b"")
        return Receipt(
            f"Installed the hooks of {agent} in {path}", warnings=tuple(self._notes(agent, scope))
        )

    def _session(self, agent: str) -> Receipt:
        if agent not in AGENT_SCOPES or HookScope.SESSION not in AGENT_SCOPES[agent]:
            self._path(agent, HookScope.SESSION)  # says what it has
        if not self.spawned:
            raise RefusedError(
                "The setting `agent_hooks` turns hooks off for sessions that are started",
                hint="Set it to true, or install them in settings: --scope local.",
            )
        return Receipt("Sessions that pdev starts have the hooks already; no file is changed")

    def _notes(self, agent: str, scope: HookScope) -> Iterator[str]:
        if scope is HookScope.PROJECT:
            yield "that file is committed, and names programs of this machine"
        if agent == "codex":
            yield "codex runs them only when you have trusted them: type /hooks in it"
        if agent == "gemini":
            yield "gemini reads them when it starts"

    def _without(self, path: str, found: bytes | None) -> tuple[str, bytes | None]:
        """The settings without ours, as text and as they are to be given back."""
        text, before = _text(found, path), found
        if found is not None and any(True for _ in hook_text.handlers(text)):
            before = self._taken_out(path, found, text)
            text = _text(before, path)
        return text, before

    def _taken_out(self, path: str, found: bytes, text: str) -> bytes | None:
        known = self.files.recorded(path)
        if known is not None and known[0].after == _digest(found):
            return known[1] if known[0].existed else None
        left = hook_text.uninstall(text, known[0].added if known else ())
        if known is not None and not known[0].existed and left.split() == ["{}"]:
            return None
        return left.encode("utf-8", "surrogatepass")

    def uninstall(self, agent: str, scope: HookScope) -> Receipt:
        """Take the hook out again. What others wrote meanwhile stays.

        Raises:
            UsageError: When the agent has no such settings.
            RefusedError: When they are no JSON, or cannot be written; they are as they were.
            CouldNotLookError: When they cannot be read.
        """
        if scope is HookScope.SESSION:
            raise RefusedError(
                "Hooks of sessions that are started stand in no settings",
                hint="Turn them off for new ones: set `agent_hooks: false` in your configuration.",
            )
        path = self._path(agent, scope)
        found = self.files.read(path)
        try:
            text = _text(found, path)
            if found is None or not any(True for _ in hook_text.handlers(text)):
                self.files.forget(path)
                return Receipt(f"No hooks of {agent} are installed in {path}")
            left = self._taken_out(path, found, text)
        except NotJsonError as error:
            raise _broken(path, error) from None
        known = self.files.recorded(path)
        if left is None:
            self.files.remove(path, known[0].folders if known else ())
        else:
            self.files.write(path, left)
        self.files.forget(path)
        return Receipt(f"Took the hooks of {agent} out of {path}")

    def statuses(self, agent: str | None = None) -> tuple[HookStatus, ...]:
        """How the hook stands in the settings of one agent, or of all."""
        heard = self.files.heard()
        return tuple(
            self._status(each, scope, heard.get(each))
            for each, scopes in AGENT_SCOPES.items()
            if agent in (None, each)
            for scope in scopes
        )

    def _status(self, agent: str, scope: HookScope, heard: float | None) -> HookStatus:
        if scope is HookScope.SESSION:
            found = HookFound.INSTALLED if self.spawned else HookFound.ABSENT
            why = "" if self.spawned else "the setting agent_hooks turns them off"
            return HookStatus(agent, scope, "", found, why, heard=heard)
        path = ""
        try:
            path = self._path(agent, scope)
            found, why = self._look(agent, path)
        except NotJsonError as error:
            found, why = HookFound.UNREADABLE, str(error)
        except CouldNotLookError as error:
            found, why = HookFound.UNREADABLE, error.message
        except ParallelError as error:
            found, why = HookFound.ABSENT, error.message
        trusted = ""
        if found is HookFound.INSTALLED:
            trusted = "" if heard is not None else "nothing was heard of it yet: see /hooks in it"
        return HookStatus(agent, scope, path, found, why, trusted, heard)

    def _look(self, agent: str, path: str) -> tuple[HookFound, str]:
        found = self.files.read(path)
        text = _text(found, path)
        lines = [line for _, line in hook_text.handlers(text)]
        if not lines:
            return HookFound.ABSENT, ""
        if hook_text.is_current(text, self.files.here(), agent):
            return HookFound.INSTALLED, ""
        for line in lines:
            place = hook_line.place_in(line)
            if place is None and " hooks scan " in line:
                continue
            if place is None:
                return HookFound.STALE, "its command line is another than this version's"
            if self.files.read(f"{place.folder}/hook.py") is None:
                return HookFound.STALE, f"{place.folder}/hook.py is gone"
            if not self.files.runs(place.python):
                return HookFound.STALE, f"{place.python} is gone"
        return HookFound.STALE, "it calls another installation or version of pdev"


def _text(found: bytes | None, path: str) -> str:
    try:
        return (found or b"").decode()
    except UnicodeDecodeError as error:
        raise RefusedError(
            f"{path} is not UTF-8 (byte {error.start}); it was left as it is",
            hint="Correct it, then try again.",
        ) from None


def _broken(path: str, error: NotJsonError) -> RefusedError:
    return RefusedError(
        f"{path} cannot be changed safely: {error}; it was left as it is",
        hint="Correct the JSON there, then try again.",
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
