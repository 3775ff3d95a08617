"""Render receipts: a sentence with advice, and JSON."""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.cli.render.output import one_line
from parallel_tui.services import receipt as done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.services.receipt import Receipt


def facts(receipt: Receipt) -> dict[str, object]:
    """A receipt's data as JSON, besides its sentence: the one mapping of every type."""
    match receipt:
        case done.Spawned():
            return {
                "name": receipt.name,
                "branch": receipt.branch,
                "directory": receipt.directory,
                "window": receipt.window,
            }
        case done.TeamStarted():
            return {
                "steps": list(receipt.steps),
                "sessions": list(receipt.sessions),
                "id": receipt.id or None,
            }
        case done.Opened():
            return {"name": receipt.name, "terminal": receipt.terminal}
        case done.Closed():
            return {"window": receipt.window, "name": receipt.name}
        case done.Removed():
            made: dict[str, object] = {
                "name": receipt.name,
                "directory": receipt.directory,
                "branch": receipt.branch,
            }
            made["branch_deleted"] = int(receipt.branch_deleted)
            made["windows_closed"] = receipt.windows_closed
            made["trash"] = receipt.trash
            return made
        case done.CleanedUp():
            return {"removed": len(receipt.removed)}
        case done.Repaired():
            return {"name": receipt.name, "directory": receipt.directory}
        case done.Restored():
            return {
                "id": receipt.id,
                "name": receipt.name,
                "directory": receipt.directory,
                "branch": receipt.branch,
            }
        case done.Emptied():
            made = {"deleted": receipt.deleted, "size": receipt.size}
            return made if receipt.syncs is None else {**made, "syncs": receipt.syncs}
        case done.Forgotten():
            return {"syncs": receipt.syncs}
        case done.Locked():
            return {"owner": receipt.owner, "locked": len(receipt.targets)}
        case done.Unlocked():
            return {"unlocked": len(receipt.targets)}
        case done.HandedOff():
            return {"id": receipt.id, "declined": receipt.declined}
        case done.Sent():
            return {"id": receipt.id}
        case done.Acknowledged():
            return {"acknowledged": receipt.new}
        case done.EventsCleaned():
            return {"removed": receipt.removed, "found": receipt.found}
        case done.Ended():
            return {"locks_released": receipt.locks, "handoffs_returned": receipt.handoffs}
        case done.Dealt():
            return {"added": receipt.added, "kept": receipt.kept}
        case done.SetAside():
            made = {"kept": receipt.kept}
            return made if receipt.events is None else {**made, "events": receipt.events}
        case _:
            return {}


def sentence(receipt: Receipt) -> str:
    """A receipt's sentence, with the command that undoes it where people need one."""
    match receipt:
        case done.Removed() if receipt.undo:
            from parallel_tui.command_lines import undo_line

            return f"{receipt.message}; {undo_line(receipt.undo[0])} brings it back"
        case done.CleanedUp() if len(receipt.removed) > 1:
            return f"{receipt.message}; `pdev undo` brings all back, `pdev undo NAME` one"
        case done.CleanedUp() if receipt.removed:
            return f"{receipt.message}; `pdev undo` brings it back"
        case _:
            return receipt.message


def show(receipt: Receipt, output: Output, **more: object) -> int:
    """Print a receipt; with `--json` with its data. Returns the exit status 0."""
    if output.json:
        output.data(
            {
                "done": sentence(receipt),
                "session": receipt.session,
                **facts(receipt),
                "warnings": list(receipt.warnings),
                **more,
            }
        )
        return 0
    for warning in receipt.warnings:
        output.talk(f"pdev: note: {warning}")
    output.line(one_line(sentence(receipt)))
    return 0


def together(receipts: Iterable[Receipt]) -> str:
    """One sentence for several receipts."""
    return "; ".join(sentence(each) for each in receipts)
