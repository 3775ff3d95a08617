"""Install git's pre-commit hook, in front of whatever hook is there already."""

from __future__ import annotations

import hashlib
import shlex

from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.agent.hook_line import MARK
from parallel_tui.model.agent.hook_state import HookFound, HookRecord, HookStatus
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Receipt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.session.repository import Repository
    from parallel_tui.ports.hooks import HookFiles

_KEPT: Final = "before-pdev"


@dataclass(frozen=True, slots=True)
class GitHook:
    """Git's pre-commit hook of one repository.

    Attributes:
        files: Where it stands.
        repository: Which.
        python: The interpreter that has this program.
        check: The command that is to run before a commit, as a person types it.
        undo: The command that takes the hook back.
    """

    files: HookFiles
    repository: Repository
    python: str
    check: str
    undo: str

    def _path(self) -> str:
        """Where the hook goes.

        Raises:
            RefusedError: When git is told to look elsewhere, with what to add there instead.
        """
        own, used = f"{self.repository.common_dir}/hooks", self.files.git_hooks()
        if used == own:
            return f"{own}/pre-commit"
        if "/.husky" in used:
            where = f"{used.partition('/.husky')[0]}/.husky/pre-commit"
            how = "Husky runs hooks from"
        else:
            where, how = f"{used}/pre-commit", "Git is told by core.hooksPath to run hooks from"
        raise RefusedError(
            f"{how} {used}, which are not ours to change",
            hint=f"Add this line to {where}:\n{self.check} || exit 1",
        )

    def script(self, kept: str) -> str:
        """The hook, which runs the one before it too.

        Args:
            kept: Where that is, should there be one.
        """
        code = "import sys; from parallel_tui.cli.main import main; sys.exit(main())"
        arguments = self.check.partition(" ")[2]
        check = f"{shlex.quote(self.python)} -c {shlex.quote(code)} {arguments}"
        return (
            "#!/bin/sh\n"
            f"# {MARK}: refuses what another session has locked, or what is beyond a boundary.\n"
            f"# `{self.undo}` gives back what was here before.\n"
            f"if [ -x {shlex.quote(self.python)} ]; then\n"
            f"  {check} >&2 || exit 1\n"
            "else\n"
            f"  echo {shlex.quote(f'pdev: {self.python} is gone: nothing was checked')} >&2\n"
            "fi\n"
            f"[ -x {shlex.quote(kept)} ] || exit 0\n"
            f'exec {shlex.quote(kept)} "$@"\n'
        )

    def install(self) -> Receipt:
        """Install it; once more changes nothing, and mends one that is stale.

        Raises:
            RefusedError: When git's hooks are another program's, with what to add there.
            CouldNotLookError: When what is there cannot be read.
        """
        path = self._path()
        kept = f"{path}.{_KEPT}"
        wanted = self.script(kept).encode("utf-8", "surrogateescape")
        found = self.files.read(path)
        if found == wanted:
            return Receipt(f"The pre-commit hook is installed already: {path}")
        if found is not None and b"pre-commit.com" in found:
            raise RefusedError(
                f"{path} is made by pre-commit, which would overwrite it",
                hint="Add this to .pre-commit-config.yaml:\n"
                "- repo: local\n"
                "  hooks:\n"
                "  - id: pdev\n"
                "    name: locks and boundaries\n"
                f"    entry: {self.check}\n"
                "    language: system\n"
                "    always_run: true\n"
                "    pass_filenames: false",
            )
        ours = found is not None and _is_ours(found)
        if found is not None and not ours:
            self.files.rename(path, kept)
        record = HookRecord(path, found is not None and not ours, _digest(wanted))
        earlier = self.files.recorded(path)
        if ours and earlier is not None:
            record = HookRecord(path, earlier[0].existed, _digest(wanted))
        self.files.record(record, b"")
        try:
            self.files.write(path, wanted, program=True)
        except ParallelError:
            if found is not None and not ours:
                self.files.rename(kept, path)
            raise
        more = "; the hook that was there runs after it" if self.files.runs(kept) else ""
        return Receipt(f"Installed the pre-commit hook {path}{more}")

    def uninstall(self) -> Receipt:
        """Take it away, and put back the one before it, as it was.

        Raises:
            RefusedError: When somebody changed it since, or the disk refuses.
        """
        path = f"{self.repository.common_dir}/hooks/pre-commit"
        kept = f"{path}.{_KEPT}"
        found, known = self.files.read(path), self.files.recorded(path)
        if found is None or not _is_ours(found):
            return Receipt(f"No pre-commit hook of pdev is installed in {path}")
        if known is None or known[0].after != _digest(found):
            raise RefusedError(
                f"{path} was changed since pdev made it; it was left as it is",
                hint="Take the lines of pdev out by hand; the hook before it, if there was one, "
                f"is {kept}",
            )
        self.files.remove(path)
        if self.files.read(kept) is not None:
            self.files.rename(kept, path)
        self.files.forget(path)
        return Receipt(f"Took the pre-commit hook away: {path}")

    def status(self) -> HookStatus:
        """How it stands."""
        try:
            path = self._path()
            found = self.files.read(path)
        except ParallelError as error:
            return HookStatus("git", "pre-commit", "", HookFound.ABSENT, error.message)
        if found is None or not _is_ours(found):
            return HookStatus("git", "pre-commit", path, HookFound.ABSENT)
        if found != self.script(f"{path}.{_KEPT}").encode("utf-8", "surrogateescape"):
            why = "it was changed, or calls another installation of pdev"
            return HookStatus("git", "pre-commit", path, HookFound.STALE, why)
        if not self.files.runs(path):
            return HookStatus("git", "pre-commit", path, HookFound.STALE, "it cannot be run")
        return HookStatus("git", "pre-commit", path, HookFound.INSTALLED)


def _is_ours(found: bytes) -> bool:
    return f"# {MARK}: ".encode() in found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
