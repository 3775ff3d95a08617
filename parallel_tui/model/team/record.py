"""What starting a team has done so far, for the undo of it and for a run that goes on. Pure."""

from __future__ import annotations

from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.text.strict_json import Json


@dataclass(frozen=True, slots=True)
class MadeSession:
    """A session that was made, or was about to be.

    Attributes:
        name: Its name.
        branch: Its branch.
        directory: Its worktree.
        tip: Object id that the branch stood at.
        creates_branch: Whether the branch was made too.
    """

    name: str
    branch: str
    directory: str
    tip: str
    creates_branch: bool

    def as_json(self) -> dict[str, Json]:
        """As the record holds it."""
        return {
            "what": "session",
            "name": self.name,
            "branch": self.branch,
            "directory": self.directory,
            "tip": self.tip,
            "creates_branch": self.creates_branch,
        }


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """One start of a team, however often it was continued.

    Attributes:
        id: As for `pdev undo ID`.
        team: The team's name.
        when: Epoch seconds at which it was last begun or ended.
        sessions: Those that it made.
        windows: Windows opened for sessions that were there: session and window id.
        tasks: Tasks given, by session.
        config: Path of the file of boundaries, its text before (`None` for no file) and after.
        ended: Whether it came to its end.
        undone: Whether it was taken back.
    """

    id: str
    team: str
    when: float
    sessions: tuple[MadeSession, ...] = ()
    windows: tuple[tuple[str, str], ...] = ()
    tasks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    config: tuple[str, str | None, str] | None = None
    ended: bool = False
    undone: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Sessions that it did something to."""
        found = [each.name for each in self.sessions]
        return tuple(dict.fromkeys((*found, *(name for name, _ in self.windows))))

    @property
    def undoable(self) -> bool:
        """Whether there is anything to take back."""
        done = self.sessions or self.windows or self.tasks or self.config
        return bool(done) and not self.undone


def record_of(id: str, lines: Iterable[Mapping[str, Json]]) -> TeamRecord:
    """The record that the lines of a file make up.

    Args:
        id: Its name.
        lines: In order; what is not understood is left out.

    Raises:
        ValueError: When it has no beginning.
    """
    found: TeamRecord | None = None
    for line in lines:
        what = line.get("what")
        if what == "begin" and found is None:
            when = line.get("when")
            number = float(when) if isinstance(when, int | float) else 0.0
            found = TeamRecord(id, str(line.get("team")), number)
        elif found is not None:
            found = _further(found, str(what), line)
    if found is None:
        raise ValueError("it has no beginning")
    return found


def _further(so_far: TeamRecord, what: str, line: Mapping[str, Json]) -> TeamRecord:
    when = line.get("when")
    if isinstance(when, int | float):
        so_far = replace(so_far, when=float(when))
    match what:
        case "session":
            made = MadeSession(
                str(line.get("name")),
                str(line.get("branch")),
                str(line.get("directory")),
                str(line.get("tip")),
                line.get("creates_branch") is True,
            )
            others = tuple(each for each in so_far.sessions if each.name != made.name)
            return replace(so_far, sessions=(*others, made), ended=False)
        case "window":
            pair = (str(line.get("session")), str(line.get("window")))
            return replace(so_far, windows=(*so_far.windows, pair), ended=False)
        case "tasks":
            texts = line.get("texts")
            given = tuple(map(str, texts)) if isinstance(texts, list) else ()
            return replace(so_far, tasks=(*so_far.tasks, (str(line.get("session")), given)))
        case "boundaries":
            before = line.get("before")
            text = before if isinstance(before, str) else None
            if so_far.config is not None:
                text = so_far.config[1]
            return replace(so_far, config=(str(line.get("path")), text, str(line.get("after"))))
        case "end":
            return replace(so_far, ended=True)
        case "undone":
            return replace(so_far, undone=True)
        case _:
            return so_far
