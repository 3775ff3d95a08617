"""Parse task files, and distribute tasks among sessions.

The guide's `distribute-tasks.sh` deals lines round robin into `.claude/session-N-tasks.md`, one
`- [ ] task` a line. Dealing again must never lose a tick, duplicate a task or reorder what a
session already works on, so the result is a merge with what stands there.
"""

from __future__ import annotations

from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

_ITEM: Final = pattern(r"^(?P<indent>[ \t]*)[-*+] \[(?P<mark>[ xX])\] (?P<text>.*?)\s*$")
_BULLET: Final = pattern(r"^[-*+] (?:\[(?P<mark>[ xX])\] )?(?P<text>.+?)\s*$")
_NUMBER: Final = pattern(r"^\d+[.)] (?P<text>.+?)\s*$")


LIST_PREFIX: Final = "session-"
LIST_SUFFIX: Final = "-tasks.md"
"""How a session's task file is named around its session (guide: distribute-tasks)."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Attributes:
        text: What to do, first line.
        done: Whether it is ticked.
        details: Lines that belong to it (nested bullets), as written, without line ends.
    """

    text: str
    done: bool = False
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskList:
    """The tasks of one session.

    Attributes:
        session: Whose.
        tasks: In order.
    """

    session: str
    tasks: tuple[Task, ...] = ()

    @property
    def done(self) -> int:
        """How many are ticked."""
        return sum(task.done for task in self.tasks)


def is_task_list(name: str) -> bool:
    """Whether a file is a session's task file by its name."""
    return name.startswith(LIST_PREFIX) and name.endswith(LIST_SUFFIX)


def parse_backlog(text: str) -> tuple[Task, ...]:
    """Read a file of tasks to be dealt out.

    One task a line; bullets, numbers and tick boxes are taken off. Blank lines, headings (`#`) and
    HTML comments are no tasks; indented lines belong to the task above. CRLF and a byte order mark
    are fine.
    """
    tasks: list[Task] = []
    comment = False
    for line in text.removeprefix("\ufeff").splitlines():
        if comment or line.lstrip().startswith("<!--"):
            comment = "-->" not in line
            continue
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t" and tasks:
            last = tasks[-1]
            tasks[-1] = Task(last.text, last.done, (*last.details, line.rstrip()))
            continue
        match = _BULLET.match(line.strip()) or _NUMBER.match(line.strip())
        if match is None:
            tasks.append(Task(line.strip()))
        else:
            mark = match.groupdict().get("mark")
            tasks.append(Task(match["text"], done=mark in ("x", "X")))
    return tuple(tasks)


def parse_list(session: str, text: str) -> TaskList:
    """Read a session's task file; indented lines belong to the task above them."""
    tasks: list[Task] = []
    for line in text.removeprefix("\ufeff").splitlines():
        match = _ITEM.match(line)
        if match is not None and not match["indent"]:
            tasks.append(Task(match["text"], done=match["mark"] != " "))
        elif tasks and line.strip() and line[0] in " \t":
            last = tasks[-1]
            tasks[-1] = Task(last.text, last.done, (*last.details, line.rstrip()))
    return TaskList(session, tuple(tasks))


def tick(text: str, number: int, *, done: bool) -> tuple[str, str | None]:
    """Set the tick of one task in a task file's text.

    Args:
        text: The file.
        number: Which top-level task, counted from 1.
        done: Ticked or not.

    Returns:
        The text with that one character changed, and the task; the text as it was and `None` when
        there is no such task.
    """
    lines = text.splitlines(keepends=True)
    seen = 0
    for place, line in enumerate(lines):
        match = _ITEM.match(line.removeprefix("\ufeff").rstrip("\r\n"))
        if match is None or match["indent"]:
            continue
        seen += 1
        if seen == number:
            at = line.index("[") + 1
            lines[place] = f"{line[:at]}{'x' if done else ' '}{line[at + 1 :]}"
            return "".join(lines), match["text"]
    return text, None


def take_out(text: str, number: int) -> tuple[str, Task | None]:
    """Take one task with its details out of a task file's text, every other byte as it was.

    Args:
        text: The file.
        number: Which top-level task, counted from 1.

    Returns:
        The rest and the task; the text as it was and `None` when there is no such task.
    """
    lines = text.splitlines(keepends=True)
    starts = [
        place
        for place, line in enumerate(lines)
        if (match := _ITEM.match(line.removeprefix("\ufeff").rstrip("\r\n"))) is not None
        and not match["indent"]
    ]
    if not 1 <= number <= len(starts):
        return text, None
    first = starts[number - 1]
    end = first + 1
    while end < len(lines) and lines[end].strip() and lines[end][0] in " \t":
        end += 1
    found = parse_list("", "".join(lines[first:end])).tasks[0]
    kept = "\ufeff" if lines[first].startswith("\ufeff") else ""
    return "".join((*lines[:first], kept, *lines[end:])), found


def render_list(title: str, tasks: Sequence[Task]) -> str:
    """A task file in the guide's form."""
    lines = [f"# {title} Tasks", ""]
    for task in tasks:
        lines.append(f"- [{'x' if task.done else ' '}] {task.text}")
        lines.extend(task.details)
    return "\n".join(lines) + "\n"


def add_tasks(text: str, tasks: Sequence[Task]) -> str:
    """A task file's text with tasks added at its end, every byte before them as it was."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = [
        line
        for task in tasks
        for line in (f"- [{'x' if task.done else ' '}] {task.text}", *task.details)
    ]
    joint = "" if not text or text.endswith("\n") else end
    return text + joint + end.join(lines) + end


def deal(tasks: Sequence[Task], count: int) -> tuple[tuple[Task, ...], ...]:
    """Round robin, as the guide does it: task `i` goes to session `i mod count`."""
    return tuple(tuple(tasks[start::count]) for start in range(count))


@dataclass(frozen=True, slots=True)
class Distribution:
    """What dealing would change.

    Attributes:
        lists: The resulting lists, by session, in dealing order.
        added: Tasks each session gets that no session had; only sessions that get any.
        kept: How many tasks stayed where they were.
    """

    lists: tuple[TaskList, ...]
    added: Mapping[str, tuple[Task, ...]]
    kept: int


def distribute(
    backlog: Sequence[Task], sessions: Sequence[str], standing: Mapping[str, TaskList]
) -> Distribution:
    """Deal a backlog to sessions around what they already have.

    A task that stands in any list stays there with its tick, whoever would get it now; new ones
    are dealt round robin by their place in the backlog. The same input gives the same result, and
    dealing twice changes nothing. A text that occurs twice in the backlog is two tasks.
    """
    owned: dict[str, list[str]] = {}
    for name, tasks in standing.items():
        for task in tasks.tasks:
            owned.setdefault(task.text, []).append(name)
    lists: dict[str, list[Task]] = {
        name: list(standing[name].tasks) if name in standing else [] for name in sessions
    }
    added: dict[str, list[Task]] = {name: [] for name in sessions}
    kept = 0
    for place, task in enumerate(backlog):
        if owned.get(task.text):
            owned[task.text].pop(0)
            kept += 1
            continue
        name = sessions[place % len(sessions)]
        lists[name].append(task)
        added[name].append(task)
    return Distribution(
        tuple(TaskList(name, tuple(lists[name])) for name in sessions),
        {name: tuple(tasks) for name, tasks in added.items() if tasks},
        kept,
    )
