"""Map windows and problems of sources to JSON, by the rule of `schema`. Pure."""

from __future__ import annotations

from parallel_tui.cli.render.schema_locks import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.view.snapshot import Health
    from parallel_tui.model.window.window import Pane, Window


def window_json(window: Window, session: str | None) -> Json:
    """One window, with the session it belongs to.

    Args:
        window: The window.
        session: Name of that session.
    """
    made: Json = {"id": window.id, "name": window.name}
    put(made, "session", session, "it belongs to none")
    made["tmux_session"] = window.session_name
    made["index"] = window.index
    made["active"] = window.active
    made["attached"] = window.attached
    put(made, "activity", window.activity or None, "the multiplexer does not tell")
    made["bell"] = window.bell
    put(made, "owner", window.owner, "pdev did not make it")
    made["managed"] = window.ours
    made["panes"] = [_pane(pane) for pane in window.panes]
    return made


def _pane(pane: Pane) -> Json:
    made: Json = {"id": pane.id, "pid": pane.pid, "command": pane.command}
    put(made, "path", pane.path or None, "the multiplexer cannot tell")
    made["active"] = pane.active
    made["dead"] = pane.dead
    made["width"] = pane.width
    made["height"] = pane.height
    made["title"] = pane.title
    return made


def health_json(health: Health) -> Json:
    """A source that has a problem."""
    return {
        "source": health.source.value,
        "level": health.level.value,
        "message": health.message,
        "since": health.since,
    }
