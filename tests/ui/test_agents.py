"""What agents do, on the screen: who needs somebody, for what, and why that is believed."""

from __future__ import annotations

from dataclasses import replace

from parallel_tui.model.agent.record import Agent, AgentKind, Use
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import Considered, Evidence, Session, SessionState
from parallel_tui.model.view.snapshot import Snapshot
from tests.ui import samples
from tests.ui.harness import core_of, on_screen, running
from tests.ui.settling import settled

NOW = samples.NOW

ASKS = Evidence(
    SessionState.WAITING,
    "hook",
    "it asks for permission to run Bash: rm -rf [b]build[/b]",
    NOW - 65,
    WaitsFor.PERMISSION,
)
FILE = Evidence(SessionState.WAITING, "claude", "it asks for permission to run a tool", NOW - 64)
PANE = Evidence(SessionState.WORKING, "pane", "claude is printing")


def turned(snapshot: Snapshot, **evidence: Evidence) -> Snapshot:
    def turn(session: Session) -> Session:
        found = evidence.get(session.name)
        if found is None:
            return session
        agent = Agent(AgentKind.CLAUDE, 77, "c", "2.1.332", Use(412_000, 1_000_000, 3.5, NOW))
        considered = (
            Considered(found, True, "decides: it says so itself"),
            Considered(FILE, False, "it says the same, and less exactly"),
            Considered(PANE, False, "its agent says more"),
        )
        return replace(session, evidence=found, agent=agent, considered=considered)

    return replace(snapshot, sessions=tuple(turn(each) for each in snapshot.sessions))


def state(name: SessionState, detail: str = "because") -> Evidence:
    return Evidence(name, "claude", detail, NOW - 65)


def agents() -> Snapshot:
    return turned(
        samples.typical(),
        auth=ASKS,
        api=state(SessionState.DONE),
        search=state(SessionState.CRASHED),
        tests=state(SessionState.FAILED, "the model's server does not answer"),
        bisect=Evidence(SessionState.LIMITED, "hook", "its limit", until=NOW + 600),
    )


async def test_who_needs_somebody_is_counted_and_comes_first_in_order_of_urgency() -> None:
    async with running(core_of(agents())) as (pilot, dashboard):
        assert "4 need you" in on_screen(pilot).splitlines()[0]
        names = [row.cells["name"][0][0] for row in dashboard.sessions_pane.table.rows]
        assert names == ["auth", "tests", "search", "api", "bisect", "main", "old"]
        seen = []
        for _ in range(5):
            await pilot.press("w")
            assert dashboard.situation.session is not None
            seen.append(dashboard.situation.session.name)
        assert seen == ["tests", "search", "api", "auth", "tests"]


async def test_the_list_says_what_for_and_until_when() -> None:
    async with running(core_of(agents()), size=(300, 40)) as (pilot, dashboard):
        rows = {row.cells["name"][0][0]: row for row in dashboard.sessions_pane.table.rows}
        assert rows["auth"].cells["doing"][0][0] == "allow: Bash: rm -rf [b]build[/b]"
        assert rows["tests"].cells["doing"][0][0] == "the model's server does not answer"
        assert rows["bisect"].cells["doing"][0][0].startswith("until ")
        assert rows["main"].cells["doing"][0][0] == ""
        assert "[b]build" in on_screen(pilot)


async def test_why_lists_all_that_was_seen_what_decided_and_what_would_change_it() -> None:
    async with running(core_of(agents()), size=(300, 40)) as (pilot, dashboard):
        await pilot.press("W")
        await settled(pilot)
        assert dashboard.detail.tab == "why"
        shown = " ".join(on_screen(pilot).split())
        for words in ("▸ hook", "rm -rf [b]build[/b]", "decides:", "and less exactly",
                      "claude is printing", "Changes by", "Waits for"):  # fmt: skip
            assert words in shown, words
        assert on_screen(pilot).count("▸ ") == 1


async def test_info_shows_how_full_the_context_is_and_what_it_cost() -> None:
    async with running(core_of(agents()), size=(300, 50)) as (pilot, _):
        await pilot.press("i")
        await settled(pilot)
        shown = on_screen(pilot)
        assert "41% (412k of 1M tokens)" in shown
        assert "$3.50" in shown


async def test_a_session_counts_as_looked_at_when_somebody_goes_to_it() -> None:
    core = core_of(agents())
    async with running(core) as (pilot, dashboard):
        assert core.live.looked == [], "that the cursor begins somewhere is no look"
        await pilot.press("down")
        assert dashboard.situation.session is not None
        await settled(pilot)
        assert core.live.looked == [samples.key("tests")]
        left = tuple(each for each in core.live.snapshot.sessions if each.name != "tests")
        core.live.publish(replace(core.live.snapshot, sessions=left))
        await settled(pilot)
        assert core.live.looked == [samples.key("tests")], "nor that its row went"
