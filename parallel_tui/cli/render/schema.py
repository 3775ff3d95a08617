"""Map model values to JSON, once for every `--json` and `--ndjson`. Pure.

One rule holds everywhere: a value that is `null` has a text `<key>_reason` beside it that says why
there is none: not looked yet, could not look, or nothing there. Times are epoch seconds, sizes
bytes, paths absolute.
"""

from __future__ import annotations

from parallel_tui.cli.render.schema_locks import put
from parallel_tui.model.fact import PENDING, Pending, Unknown, known, why_not
from parallel_tui.model.overlap.verdict import Level as OverlapLevel
from parallel_tui.model.overlap.words import (
    landing_order,
    names_of,
    notes,
    option_word,
    worst_first,
)
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.view.snapshot import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.agent.record import Agent
    from parallel_tui.model.fact import Fact
    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.overlap.verdict import PathOverlap, Span
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.session import Considered, Session
    from parallel_tui.model.view.snapshot import Health, Snapshot
    from parallel_tui.model.window.window import Pane, Resources, Window

NO_WORKTREE: Final = "the window stands in no worktree"
NO_WINDOW: Final = "it has no window"


def _facts(target: Json, fact: Fact[object], names: Mapping[str, str], reason: str) -> None:
    """Set keys from the attributes of a fact; without a value all are null with one reason."""
    missing = isinstance(fact, Pending | Unknown)
    for key, attribute in names.items():
        put(target, key, None if missing else getattr(fact, attribute), reason or why_not(fact))


def snapshot_json(snapshot: Snapshot) -> Json:
    """A whole snapshot."""
    repository = snapshot.repository
    made: Json = {
        "repository": {
            "name": repository.name,
            "path": repository.main_path,
            "common_dir": repository.common_dir,
            "bare": repository.bare,
        }
    }
    base = snapshot.base
    put(made, "base", None if isinstance(base, Pending | Unknown) else base_json(base),
        why_not(base))  # fmt: skip
    made["sessions"] = [session_json(session) for session in snapshot.sessions]
    made["proofs"] = _proofs(snapshot)
    owners = {window: session.name for session in snapshot.sessions for window in session.windows}
    made["windows"] = [window_json(window, owners.get(window.id)) for window in snapshot.windows]
    made["health"] = [health_json(health) for health in snapshot.health]
    made["watch"] = snapshot.watch.value
    made["paused"] = snapshot.paused
    return made


def _proofs(snapshot: Snapshot) -> list[Json]:
    """What is known of each session that was ever tried with others."""
    proofs = snapshot.proofs
    if proofs is None:
        return []
    from parallel_tui.cli.render.joint.marks import state_json

    return [
        {"session": each.name, **state_json(proofs.of(each.name))}
        for each in snapshot.sessions
        if each.name in proofs.tracked
    ]


def overlaps_json(snapshot: Snapshot) -> Json:
    """`overlaps`: all pairs that are not clear, worst first."""
    made: Json = {}
    found = known(snapshot.overlaps)
    names = names_of(snapshot.sessions)
    shown = [each for each in worst_first(found or ()) if each.level != OverlapLevel.CLEAR]
    put(made, "overlaps", None if found is None else [overlap_json(each, names) for each in shown],
        why_not(snapshot.overlaps))  # fmt: skip
    return made


def overlap_json(overlap: Overlap, names: Mapping[str, str]) -> Json:
    """One pair; the keys are the same for every command and whether known or not.

    `b` is null for a session against base. `level` is null where it is not known; `limited` says
    why a known one is a lower bound only.

    Args:
        overlap: The pair.
        names: Session names by key.
    """
    verdict, missing = known(overlap.verdict), why_not(overlap.verdict)
    made: Json = {"a": names.get(overlap.a, overlap.a)}
    put(made, "b", names.get(overlap.b, overlap.b) if overlap.b else None, "it is base")
    put(made, "level", int(verdict.level) if verdict else None, missing)
    made["name"] = option_word(overlap)
    made["limited"] = verdict.limited if verdict else ""
    made["stale"] = overlap.stale
    put(made, "since", overlap.since, "not known")
    made["kinds"] = [kind.value for kind in verdict.kinds] if verdict else []
    made["paths"] = [_path(path) for path in verdict.paths] if verdict else []
    put(made, "dirty", verdict.dirty if verdict else None, missing)
    put(made, "raw", verdict.raw if verdict else None, missing)
    made["order"] = list(landing_order(overlap, names))
    made["notes"] = list(notes(overlap, names))
    made["trees"] = list(verdict.trees) if verdict else []
    put(made, "proof", _proof(overlap), "they were never tried together")
    return made


def _proof(overlap: Overlap) -> Json | None:
    if overlap.proof is None:
        return None
    from parallel_tui.cli.render.joint.marks import state_json

    return state_json(overlap.proof)


def _path(path: PathOverlap) -> Json:
    return {
        "path": path.path,
        "level": int(path.level),
        "kind": path.kind.value if path.kind is not None else "",
        "hunks": {"a": _spans(path.ours), "b": _spans(path.theirs)},
        "text": path.text,
    }


def _spans(spans: tuple[Span, ...]) -> list[Json]:
    return [{"start": span.start, "count": span.count} for span in spans]


def base_json(base: Base) -> Json:
    """Base; `ahead` and `behind` are relative to its own upstream."""
    made: Json = {"name": base.name, "ref": base.ref, "oid": base.oid, "source": base.source}
    upstream = base.upstream
    put(made, "ahead", upstream.ahead if upstream else None, "it has no upstream")
    put(made, "behind", upstream.behind if upstream else None, "it has no upstream")
    return made


def session_json(session: Session) -> Json:
    """One session. `branch` is its own branch, even while a rebase has it detached."""
    tree = session.worktree
    made: Json = {"name": session.name, "key": session.key}
    lost = NO_WORKTREE if tree is None else ""
    put(made, "branch", tree.own_branch if tree else None, lost or _no_branch(session))
    put(made, "path", tree.path if tree else None, lost)
    put(made, "head", tree.head if tree else None, lost or "no commit is checked out")
    _facts(made, session.divergence, {"ahead": "ahead", "behind": "behind"}, lost)
    counts = ("staged", "modified", "untracked", "conflicted")
    _facts(made, session.status, {name: name for name in counts}, lost)

    evidence = session.evidence
    made["state"] = evidence.state.value
    made["state_source"] = evidence.source
    made["state_detail"] = evidence.detail
    put(made, "state_since", evidence.since, "not known")
    waits = evidence.waits_for
    lost_wait = "it waits for nobody" if session.state is not SessionState.WAITING else "not known"
    put(made, "waits_for", waits.value if waits is not None else None, lost_wait)
    put(made, "until", evidence.until, "no end of a limit is known")
    put(made, "agent", agent_json(session.agent) if session.agent else None, "none is known")

    unseen = "" if session.windows else no_window(session)
    put(made, "window", session.windows[0] if session.windows else None, unseen)
    made["windows"] = list(session.windows)
    put(made, "command", session.command or None, unseen or "the multiplexer cannot tell")
    used: Fact[Resources] = session.resources if session.windows else PENDING
    _facts(made, used, {"cpu": "cpu", "memory": "memory", "processes": "processes"}, unseen)
    put(made, "last_activity", session.last_activity, "no sign of life was seen")

    made["locked"] = tree is not None and tree.locked is not None
    made["prunable"] = tree is not None and tree.prunable is not None
    if tree is not None and tree.locked:
        made["locked_because"] = tree.locked
    if tree is not None and tree.prunable:
        made["prunable_because"] = tree.prunable
    made["missing"] = tree is not None and tree.missing
    put(made, "operation", _operation(session), "nothing is half done")
    made["detached"] = tree is not None and tree.detached
    made["main"] = tree is not None and tree.is_main
    made["bare"] = tree is not None and tree.bare
    made["managed"] = session.managed
    made["after"] = list(session.after)
    if session.page:
        made["page"] = session.page
    if (request := session.request) is not None:
        made["request"] = {
            "number": request.number,
            "state": request.state.value,
            "checks": request.checks.value,
            "title": request.title,
            "url": request.url,
            "seen": request.seen,
        }
    # Times at which parts of the above were last known to be right; only of those that are old.
    made["stale"] = {each.part.value: each.as_of for each in session.stale}
    return made


def agent_json(agent: Agent) -> Json:
    """An agent; `context` is percent of what fits, `cost` US dollars."""
    use, unread = agent.use, "its record does not tell"
    made: Json = {"kind": agent.kind.value, "pid": agent.pid}
    put(made, "conversation", agent.conversation or None, unread)
    put(made, "version", agent.version or None, unread)
    put(made, "tokens", use.tokens if use else None, unread)
    put(made, "context", use.context if use else None, unread)
    put(made, "cost", use.cost if use else None, unread)
    return made


def considered_json(item: Considered) -> Json:
    """Something that was seen of a session's state, and what came of it."""
    seen = item.evidence
    made: Json = {"source": seen.source, "state": seen.state.value, "detail": seen.detail}
    put(made, "since", seen.since, "not known")
    put(made, "seen_at", seen.seen_at, "not known")
    made["decided"] = item.decided
    made["why"] = item.why
    return made


def _no_branch(session: Session) -> str:
    bare = session.worktree is not None and session.worktree.bare
    return "a bare repository checks none out" if bare else "HEAD is detached"


def no_window(session: Session) -> str:
    """Why a session shows no window: it has none, or the multiplexer did not answer."""
    evidence = session.evidence
    if evidence.state is SessionState.UNKNOWN and evidence.source == Source.MUX.value:
        return f"could not look: {evidence.detail}"
    return NO_WINDOW


def _operation(session: Session) -> Json | None:
    operation = session.worktree.operation if session.worktree else None
    if operation is None:
        return None
    made: Json = {"kind": operation.kind.value}
    put(made, "branch", operation.branch, "git records none")
    put(made, "step", operation.step, "git records none")
    put(made, "total", operation.total, "git records none")
    return made


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
    made |= {"active": pane.active, "dead": pane.dead}
    made |= {"width": pane.width, "height": pane.height, "title": pane.title}
    return made


def health_json(health: Health) -> Json:
    """A source that has a problem."""
    return {
        "source": health.source.value,
        "level": health.level.value,
        "message": health.message,
        "since": health.since,
    }
