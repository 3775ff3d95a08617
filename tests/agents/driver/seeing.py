"""What the live view shows of the session `perf`."""

from __future__ import annotations

from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import Session, SessionState
from tests.engine.live import Live


def until(view: Live, state: SessionState, waits_for: WaitsFor | None = None) -> Session:
    """Wait until the session is in a state, and return it as it was then."""

    def seen(session: Session | None) -> bool:
        found = session.evidence if session else None
        return found is not None and (found.state, found.waits_for) == (state, waits_for)

    found = view.until(lambda now: seen(now.session("perf"))).session("perf")
    assert found is not None
    return found
