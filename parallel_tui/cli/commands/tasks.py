"""`pdev distribute`, `pdev tasks` and `pdev task`: distribute tasks and tick them off."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


def configure_distribute(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev distribute`."""
    parser.add_argument("file", metavar="FILE", help="file with one task per line")
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument(
        "-n", type=int, metavar="N", dest="count", help="distribute to sessions 1 to N"
    )
    whom.add_argument("--sessions", metavar="A,B,C", help="distribute to these sessions")
    parser.add_argument("--dry-run", action="store_true", help="only show what would change")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_distribute)


def run_distribute(parsed: argparse.Namespace, output: Output) -> int:
    """Distribute tasks round robin; existing tasks stay with their sessions."""
    if parsed.count is not None and not 1 <= parsed.count <= 99:
        raise UsageError(f"-n {parsed.count} is not between 1 and 99")
    sessions = (
        [str(number) for number in range(1, parsed.count + 1)]
        if parsed.count is not None
        else [name for name in parsed.sessions.split(",") if name.strip()]
    )
    from pathlib import Path

    core = core_for(parsed, output, brief=True)
    file = Path(parsed.file)
    plan = core.shared.tasks.plan(file, sessions)
    if not output.json:
        for name, texts in plan.added.items():
            output.line(one_line(f"=== Session {name} ==="))
            for text in texts:
                output.line(one_line(f"  - {text}"))
    if parsed.dry_run:
        if output.json:
            output.data({"added": {k: list(v) for k, v in plan.added.items()}, "kept": plan.kept})
        return 0
    return receipts.show(core.shared.tasks.deal(file, sessions), output)


def configure_tasks(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev tasks`."""
    parser.add_argument("session", metavar="SESSION", nargs="?", help="only this session's")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_tasks)


def run_tasks(parsed: argparse.Namespace, output: Output) -> int:
    """Show every session's tasks and its progress."""
    shared = core_for(parsed, output, brief=True).shared
    if parsed.session is not None:
        shared.identity.told(parsed.session)
    tasks = shared.tasks
    lists = [each for each in tasks.all() if parsed.session in (None, each.session)]
    problems = tasks.unreadable()
    if output.json:
        output.data(
            {
                "tasks": [
                    {
                        "session": each.session,
                        "done": each.done,
                        "total": len(each.tasks),
                        "tasks": [{"text": task.text, "done": task.done} for task in each.tasks],
                    }
                    for each in lists
                ],
                "problems": [problem.reason for problem in problems],
            }
        )
        return 0
    for each in lists:
        output.line(one_line(f"{each.session}  {each.done}/{len(each.tasks)}"))
        for number, task in enumerate(each.tasks, start=1):
            output.line(one_line(f"  {number}. [{'x' if task.done else ' '}] {task.text}"))
    for problem in problems:
        output.talk(f"Not read: {problem.reason}")
    if not lists and not problems:
        output.talk("No tasks.")
    return 0


def configure_task(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev task`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    done = verbs.add_parser("done", help="tick a task by number, or report one by its text")
    done.add_argument(
        "task", metavar="NUMBER|TEXT", help="number of the task in `pdev tasks`, or what was done"
    )
    again = verbs.add_parser("undo", help="untick a task")
    again.add_argument("task", metavar="NUMBER", help="number of the task in `pdev tasks`")
    move = verbs.add_parser("pass-on", help="give an ended session's open tasks to others")
    move.add_argument("task", metavar="ENDED", help="the session that has ended")
    move.add_argument("--to", required=True, metavar="A,B,C", help="the sessions that get them")
    add = verbs.add_parser("add", help="add a task to the session's list")
    add.add_argument("task", metavar="TEXT", help="what is to be done")
    give = verbs.add_parser("move", help="move a task to another session's list")
    give.add_argument("task", metavar="NUMBER", help="number of the task in `pdev tasks`")
    give.add_argument("--to", required=True, metavar="SESSION", help="the session that gets it")
    for made in verbs.choices.values():
        made.add_argument("--session", metavar="SESSION", help="the session")
        made.add_argument("--json", action="store_true", help="print one JSON object")
        made.set_defaults(run=run_task)


def run_task(parsed: argparse.Namespace, output: Output) -> int:
    """Add, tick, untick, report, move or reassign tasks."""
    core = core_for(parsed, output, brief=True)
    if parsed.verb == "pass-on":
        to = [name for name in parsed.to.split(",") if name.strip()]
        return receipts.show(core.shared.tasks.pass_on(parsed.task, to), output)
    if parsed.verb == "add":
        return receipts.show(core.shared.tasks.add(parsed.task, session=parsed.session), output)
    if parsed.verb == "move":
        if not parsed.task.isdigit():
            raise UsageError(f"{parsed.task!r} is not a number of a task", hint="See: pdev tasks")
        move = core.shared.tasks.move
        return receipts.show(move(int(parsed.task), parsed.to, session=parsed.session), output)
    if parsed.task.isdigit():
        done = parsed.verb == "done"
        receipt = core.shared.tasks.tick(int(parsed.task), session=parsed.session, done=done)
    elif parsed.verb == "done":
        receipt = core.shared.registry.complete(parsed.task, parsed.session)
    else:
        raise UsageError(f"{parsed.task!r} is not a number of a task", hint="See: pdev tasks")
    return receipts.show(receipt, output)
