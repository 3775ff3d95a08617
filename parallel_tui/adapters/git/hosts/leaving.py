"""What of a session may leave this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.model.text import globs


class Leaving:
    """Judges paths by `share.never`, and takes them out of trees.

    Args:
        runner: The gateway to git.
        quarantine: Where trees go.
        never: Patterns of paths that may not leave.
    """

    def __init__(self, runner: Runner, quarantine: Quarantine, never: Sequence[str]) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self._never = [globs.compile_pattern(each) for each in never]
        self._may_go: set[str] = set()

    def never(self, path: str) -> bool:
        """Whether a path may not leave."""
        return any(each.matches(path) for each in self._never)

    def why_not(self, head: str, remote: str) -> str:
        """Why the history of a commit may not be pushed; empty when it may.

        What the remote has already leaves nobody. One process a commit, asked once.

        Args:
            head: The commit.
            remote: Where it would go.

        Raises:
            GitError: When git gave no answer.
        """
        if not self._never or head in self._may_go:
            return ""
        args = ["-c", "log.showRoot=true", "log", "-z", "-m", "--no-renames", "--name-only"]
        args += ["--no-ext-diff", "--format=", head, "--not", f"--remotes={remote}", "--"]
        for path in self._runner.run(args).fields():
            if path.strip("\n") and self.never(path.strip("\n")):
                return f"its commits change {path}, which share.never names"
        if len(self._may_go) > 10_000:
            self._may_go.clear()
        self._may_go.add(head)
        return ""

    def without(self, head_tree: str, tree: str, keep_back: Callable[[str, bool], bool]) -> str:
        """A tree in which some paths are as HEAD has them.

        One process where there is none of them, four otherwise.

        Args:
            head_tree: Tree of HEAD.
            tree: Tree with the uncommitted work.
            keep_back: Says which paths, also told whether HEAD has none of that name.

        Raises:
            GitError: When git gave no answer.
        """
        env = self._quarantine.env
        args = ["diff-tree", "-r", "-z", "--no-renames", "--raw", head_tree, tree]
        fields = self._runner.run(args, env=env).stdout.split(b"\0")
        lines: list[bytes] = []
        for told, name in zip(fields[::2], fields[1::2], strict=False):
            mode, _, oid, *_ = told.lstrip(b":").split(b" ")
            if not keep_back(text(name), not mode.strip(b"0")):
                continue
            lines.append(b"%s %s\t%s\0" % (mode.lstrip(b"0") or b"0", oid, name))
        if not lines:
            return tree
        index = self._quarantine.path / "index-leaving"
        index.unlink(missing_ok=True)
        room = {**env, "GIT_INDEX_FILE": str(index)}
        try:
            self._runner.run([*OPTIONS, "read-tree", tree], env=room)
            change = [*OPTIONS, "update-index", "--add", "--replace", "-z", "--index-info"]
            self._runner.run(change, stdin=b"".join(lines), env=room)
            return self._runner.run([*OPTIONS, "write-tree"], env=room).text.strip()
        finally:
            index.unlink(missing_ok=True)
