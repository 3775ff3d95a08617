"""What a git command answered."""

from __future__ import annotations

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.git.run.failed_children import Child


@dataclass(frozen=True, slots=True)
class GitOutput:
    """What a command answered.

    Attributes:
        status: Exit status.
        stdout: Bytes as printed.
        stderr: Error output as text.
        failed: Programs that a change started (hooks, filters, signers) and that failed; known
            when it failed itself.
    """

    status: int
    stdout: bytes
    stderr: str
    failed: tuple[Child, ...] = ()

    @property
    def text(self) -> str:
        """Standard output as text; other bytes than UTF-8 as surrogate escapes."""
        return text(self.stdout)

    def fields(self) -> list[str]:
        """The NUL-terminated fields of standard output."""
        fields = self.text.split("\0")
        return fields[:-1] if not fields[-1] else fields
