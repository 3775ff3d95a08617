"""Snapshots made by hand, for tests of the screen. No git, no tmux, no clock."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.fact import PENDING, Fact, Pending, Unknown
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.hosts.view import HostsView, SharedWork, Sharing
from parallel_tui.model.machine.lease import Lease
from parallel_tui.model.overlap.pairs import Author, Hunk, Overlap, PathDetail, Side
from parallel_tui.model.overlap.verdict import ConflictKind, PathOverlap, Span, Verdict
from parallel_tui.model.overlap.verdict import Level as OverlapLevel
from parallel_tui.model.session.git_status import StatusEntry, StatusKind, WorkStatus
from parallel_tui.model.session.repository import Base, Divergence, Repository
from parallel_tui.model.session.session import Evidence, Session, SessionState
from parallel_tui.model.session.worktree import Operation, OperationKind, Worktree
from parallel_tui.model.sharing.coordination import (
    Coordination,
    Event,
    Handoff,
    HandoffState,
    SessionRecord,
)
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import Task, TaskList
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source, WatchMode
from parallel_tui.model.window.window import Pane, Resources, Screen, Window

NOW: Final = 1_750_000_000.0
"""The moment at which every sample is looked at, in epoch seconds."""

MIB: Final = 1 << 20

REPOSITORY: Final = Repository(
    name="myapp",
    common_dir="/work/myapp/.git",
    main_path="/work/myapp",
    bare=False,
    coordination_root="/work/myapp/.claude",
)
BASE: Final = Base("main", "refs/heads/main", "a" * 40, "remote HEAD", Divergence(0, 2))


def work(staged: int = 0, modified: int = 0, untracked: int = 0, conflicted: int = 0) -> WorkStatus:
    """A status with that many paths of each kind."""
    entries = [
        *(StatusEntry(f"src/s{n}.py", StatusKind.CHANGED, index="M") for n in range(staged)),
        *(StatusEntry(f"src/m{n}.py", StatusKind.CHANGED, worktree="M") for n in range(modified)),
        *(StatusEntry(f"new/u{n}.txt", StatusKind.UNTRACKED) for n in range(untracked)),
        *(StatusEntry(f"src/c{n}.py", StatusKind.UNMERGED, "U", "U") for n in range(conflicted)),
    ]
    return WorkStatus.of(entries)


def tree(name: str, branch: str | None, **facts: object) -> Worktree:
    """A worktree beside the main one."""
    given: dict[str, object] = {
        "path": f"/work/myapp-{name}",
        "git_dir": f"/work/myapp/.git/worktrees/{name}",
        "head": "c0ffee" + "0" * 34,
        "branch": branch,
        "assigned_name": None,
        **facts,
    }
    return Worktree(**given)  # type: ignore[arg-type]


def window(number: int, name: str, path: str, command: str = "claude", **facts: object) -> Window:
    """A window of the repository's own tmux session with one pane."""
    given: dict[str, object] = {
        "id": f"@{number}",
        "session_id": "$1",
        "session_name": "myapp",
        "index": number,
        "name": name,
        "panes": (Pane(f"%{number}", 1000 + number, command, path),),
        "activity": int(NOW) - 60 * number,
        "owner": name,
        "ours": True,
        **facts,
    }
    return Window(**given)  # type: ignore[arg-type]


def session(
    home: Worktree,
    name: str,
    state: SessionState,
    *,
    windows: tuple[str, ...] = (),
    status: Fact[WorkStatus] = PENDING,
    divergence: Fact[Divergence] = PENDING,
    resources: Fact[Resources] = PENDING,
    command: str = "",
    quiet_for: float | None = None,
    detail: str = "seen in the sample",
    managed: bool = True,
) -> Session:
    """A session in a worktree."""
    return Session(
        key=home.git_dir,
        name=name,
        worktree=home,
        windows=windows,
        evidence=Evidence(state, "pane", detail, NOW - (quiet_for or 0)),
        status=status,
        divergence=divergence,
        resources=resources,
        command=command,
        last_activity=None if quiet_for is None else NOW - quiet_for,
        managed=managed,
    )


def _main(**facts: object) -> Session:
    home = tree("", "main", path="/work/myapp", git_dir="/work/myapp/.git", is_main=True)
    given: dict[str, object] = {
        "status": work(),
        "divergence": Divergence(0, 0),
        "resources": Resources(0, 0, 0),
        "managed": False,
        **facts,
    }
    return session(home, "main", SessionState.NO_WINDOW, **given)  # type: ignore[arg-type]


def typical() -> Snapshot:
    """A usual afternoon: one session waits, others work, rest, are half done or gone."""
    auth, api = tree("auth", "feature/auth"), tree("api", "feature/api")
    tests = tree("tests", "fix/login", locked="")
    search = tree("search", None, operation=Operation(OperationKind.REBASE, "feature/search", 2, 5))
    bisect = tree("bisect", None, locked="a benchmark runs here")
    old = tree("old", "feature/old", missing=True, prunable="gitdir file points nowhere")
    windows = (
        window(1, "auth", auth.path, active=True, attached=1, bell=True),
        window(2, "api", api.path),
        window(3, "tests", tests.path, "zsh"),
        window(
            4,
            "search",
            search.path,
            "vim",
            session_id="$2",
            session_name="scratch",
            index=0,
            owner=None,
            ours=False,
            panes=(
                Pane("%4", 1004, "vim", search.path),
                Pane("%5", 1005, "zsh", search.path, active=False),
            ),
        ),
    )
    sessions = (
        _main(),
        session(
            auth,
            "auth",
            SessionState.WAITING,
            windows=("@1",),
            status=work(staged=1, modified=3, untracked=2),
            divergence=Divergence(3, 1),
            resources=Resources(4, 310 * MIB, 5),
            command="claude",
            quiet_for=180,
            detail="asks: Do you want to proceed?",
        ),
        session(
            api,
            "api",
            SessionState.WORKING,
            windows=("@2",),
            status=work(modified=2),
            divergence=Divergence(1, 0),
            resources=Resources(31, 420 * MIB, 7),
            command="claude",
            quiet_for=4,
        ),
        session(
            tests,
            "tests",
            SessionState.IDLE,
            windows=("@3",),
            status=work(),
            divergence=Divergence(0, 4),
            resources=Resources(0, 6 * MIB, 1),
            command="zsh",
            quiet_for=3600 * 5,
        ),
        session(
            search,
            "search",
            SessionState.QUIET,
            windows=("@4",),
            status=work(staged=1, conflicted=2),
            divergence=Divergence(2, 2),
            resources=Resources(0, 24 * MIB, 2),
            command="vim",
            quiet_for=700,
            managed=False,
        ),
        session(
            bisect,
            "bisect",
            SessionState.NO_WINDOW,
            status=PENDING,
            divergence=Unknown("git did not answer in 20 s"),
            resources=Resources(0, 0, 0),
            quiet_for=86400 * 3,
            managed=False,
        ),
        session(
            old,
            "old",
            SessionState.MISSING,
            status=Unknown("its directory is gone"),
            divergence=Divergence(7, 0),
            resources=Resources(0, 0, 0),
        ),
    )
    return Snapshot(
        REPOSITORY, BASE, sessions, windows, watch=WatchMode.TREE, coordination=Coordination()
    )


def empty() -> Snapshot:
    """A repository with its main worktree only and no tmux server."""
    return Snapshot(REPOSITORY, BASE, (_main(),), watch=WatchMode.TREE, coordination=Coordination())


HOSTILE: Final = (
    "[red]not red[/red]",
    "[/closing]",
    "#{pid}",
    "#(touch x)",
    "$(touch x)",
    "tab\there",
    "new\nline",
    "\x1b]0;title\x07",
    "bidi \u202eesrever",
    "emoji 🎉 party",
    "漢字の名前",
    "-dash",
    "bytes \udcff\udcfe",
    "x" * 200,
)
"""Names as the world has them."""


def crowded() -> Snapshot:
    """Thirty sessions with hostile branches, and a window without a worktree."""
    states = (
        SessionState.WORKING,
        SessionState.WAITING,
        SessionState.IDLE,
        SessionState.EXITED,
        SessionState.QUIET,
        SessionState.NO_WINDOW,
    )
    sessions, windows = [_main()], []
    for number in range(1, 31):
        odd = HOSTILE[number % len(HOSTILE)]
        home = tree(
            f"s{number:02}",
            f"feature/{odd}" if number % 2 else f"feature/s{number:02}",
            path=f"/work/{odd}/{number}",
        )
        state = states[number % len(states)]
        own: tuple[str, ...] = ()
        if state is not SessionState.NO_WINDOW:
            windows.append(window(number, odd, home.path, odd[:20]))
            own = (f"@{number}",)
        sessions.append(
            session(
                home,
                f"s{number:02}",
                state,
                windows=own,
                status=work(modified=number % 4, untracked=number % 3),
                divergence=Divergence(number, number % 5),
                resources=Resources(number % 7, number * MIB, 1),
                command=odd[:20] if own else "",
                quiet_for=number * 90.0,
                detail=odd,
            )
        )
    windows.append(window(90, "lonely", "/elsewhere", "htop"))
    sessions.append(
        Session(
            key="window:@90",
            name="lonely",
            worktree=None,
            windows=("@90",),
            evidence=Evidence(SessionState.IDLE, "process", "htop runs"),
            command="htop",
            last_activity=NOW - 30,
        )
    )
    return Snapshot(REPOSITORY, BASE, tuple(sessions), tuple(windows), watch=WatchMode.ACTIVITY)


def failing() -> Snapshot:
    """The typical one with tmux and the watch in trouble."""
    usual = typical()
    return Snapshot(
        usual.repository,
        usual.base,
        usual.sessions,
        usual.windows,
        health=(
            Health(Source.MUX, Level.ERROR, "tmux does not answer: server exited", NOW - 120),
            Health(Source.WATCH, Level.NOTE, "edits are polled: too many directories", NOW - 600),
        ),
        watch=WatchMode.ACTIVITY,
    )


def lock(target: str, owner: str | None, **facts: object) -> Lock:
    """A lock, ten minutes old."""
    given: dict[str, object] = {"since": NOW - 600, **facts}
    return Lock(target.replace("/", "_"), target, owner, **given)  # type: ignore[arg-type]


def shared() -> Coordination:
    """A little of everything: each state of a lock, a handoff and an event."""
    ago = int(NOW * 1000)
    return Coordination(
        locks=(
            lock("docs/guide.md", "api", since=NOW - 7200, ttl=1800.0, reason="rewriting it"),
            lock("package.json", "cursor", since=None, foreign=True),
            lock("src/api/**", "api", reason="new endpoints"),
            lock("src/auth.py", "auth"),
            lock("src/db.py", "gone", since=NOW - 86400 * 2),
            lock("src/odd.py", None, problem="its file cannot be read", foreign=True),
        ),
        ended=frozenset({"src_db.py"}),
        sessions=(SessionRecord("auth", "active"), SessionRecord("api", "active")),
        handoffs=(
            Handoff(
                "h1",
                "api",
                "auth",
                "Wire the login endpoint to the new tokens",
                "The endpoint answers, but with the old cookie.\nSee the tests in tests/api.",
                ago - 300_000,
                files=("src/api/login.py", "src/auth.py"),
                branch="feature/api",
                commit="c0ffee" + "0" * 34,
            ),
            Handoff(
                "h2",
                "auth",
                "tests",
                "Cover signin",
                "",
                ago - 7_200_000,
                state=HandoffState.ACCEPTED,
            ),
            Handoff(
                "h3", "auth", "api", "Old thing", "", ago - 90_000_000, state=HandoffState.DONE
            ),
        ),
        events=(
            Event("e4", "handoff", "api", '{"to":"auth","task":"Wire it"}', ago, (), ("auth",)),
            Event("e3", "sync_request", "tests", "null", ago - 600_000),
            Event("e2", "task_complete", "auth", '{"task":"Cookies"}', ago - 4_000_000, ("api",)),
            Event("e1", "?", "?", "null", ago - 9_000_000, problem="it is not JSON"),
        ),
        tasks=(
            TaskList(
                "auth",
                (
                    Task("Design tokens", done=True),
                    Task("Cookies", done=True, details=("  - secure", "  - same site")),
                    Task("Log out everywhere"),
                    Task("Remember me"),
                ),
            ),
            TaskList("api", (Task("Endpoints", done=True), Task("Paging", done=True))),
        ),
    )


def sharing() -> Snapshot:
    """The typical one with sessions that lock, hand off, tell and tick."""
    return replace(typical(), coordination=shared())


def overflowing(number: int = 60) -> Snapshot:
    """The crowded one with many locks, handoffs, events and tasks, all with hostile names."""
    odd = [HOSTILE[n % len(HOSTILE)] for n in range(number)]
    ago = int(NOW * 1000)
    found = Coordination(
        locks=tuple(
            lock(f"src/{name}/{n}.py", f"s{n % 30:02}", reason=name) for n, name in enumerate(odd)
        ),
        handoffs=tuple(
            Handoff(f"h{n}", name, f"s{n % 30:02}", name, name, ago - n * 60_000)
            for n, name in enumerate(odd)
        ),
        events=tuple(
            Event(f"e{n}", "note", name, f'{{"text":{json.dumps(name)}}}', ago - n * 60_000)
            for n, name in enumerate(odd)
        ),
        events_omitted=1200,
        tasks=tuple(TaskList(f"s{n:02}", tuple(map(Task, odd))) for n in range(1, 20)),
    )
    return replace(crowded(), coordination=found)


def without() -> Snapshot:
    """Sessions with uncommitted work, where tmux is not installed."""
    missing = "tmux is not installed"
    unheard = Evidence(SessionState.UNKNOWN, Source.MUX.value, missing)
    sessions = tuple(
        replace(each, evidence=unheard, windows=(), command="", resources=Unknown(missing))
        for each in typical().sessions
    )
    health = (Health(Source.MUX, Level.ERROR, f"{missing}. Install tmux 3.2 or newer.", NOW - 5),)
    return replace(typical(), sessions=sessions, windows=(), health=health)


LONG: Final = (
    "payment-provider-webhooks", "checkout-address-validation", "orders-index-migration",
    "retry-failed-payments-once", "login-redirect", "search", "accessible-colour-contrast",
    "nightly-report-exports", "auth", "session-expiry-warnings", "api", "docs", "coupons",
    "invoice-rounding-differences", "currency-conversion-cache", "flaky-browser-tests",
    "gift-cards", "product-image-placeholders", "rate-limits-per-customer", "profile-page",
)  # fmt: skip


def full() -> Snapshot:
    """Twenty sessions with long names in every state, ready, merged and in conflict."""
    asks = ("it asks: Should a webhook that comes twice be answered with 200 or with 409?",
            "it asks for permission to run Bash: rm -rf build && make dist")  # fmt: skip
    said = {
        SessionState.FAILED: "the model's server does not answer",
        SessionState.CRASHED: "its process 4711 is gone, and it did not say that it ends",
        SessionState.LIMITED: "its limit of five hours is reached",
    }
    sessions, windows, states = [_main()], [], list(SessionState)
    for number, name in enumerate(LONG):
        state = states[number % len(states)]
        subject = f"Finish {name.replace('-', ' ')}" + (" (tests pass)" if number % 2 else "")
        home = tree(name, f"feature/{name}", subject=subject)
        has_window = state not in (SessionState.NO_WINDOW, SessionState.MISSING)
        if has_window:
            windows.append(window(number + 1, name, home.path))
        waits = (WaitsFor.QUESTION, WaitsFor.PERMISSION)[number % 2]
        made = session(
            home, name, state, windows=(f"@{number + 1}",) if has_window else (),
            status=work(modified=number % 3), divergence=Divergence(number % 4, number % 5),
            resources=Resources(number, number * 20 * MIB, 2), command="claude",
            quiet_for=number * 240.0, detail=said.get(state, asks[number % 2]),
        )  # fmt: skip
        if state is SessionState.WAITING:
            made = replace(made, evidence=replace(made.evidence, waits_for=waits))
        sessions.append(made)
    conflict = OverlapLevel.CONFLICT
    pairs = (
        Overlap(
            key(LONG[0]), key(LONG[1]), verdict(conflict, "api/payments/webhooks.py"), since=NOW
        ),
        Overlap(key(LONG[4]), key(LONG[8]), verdict(conflict, "web/Login.tsx", "b.ts"), since=NOW),
        Overlap(key(LONG[4]), None, verdict(OverlapLevel.NEAR, "web/Login.tsx"), since=NOW - 900),
    )
    return Snapshot(
        REPOSITORY, BASE, tuple(sessions), tuple(windows), watch=WatchMode.TREE,
        coordination=shared(), overlaps=pairs,
    )  # fmt: skip


def verdict(level: OverlapLevel, *paths: str, **facts: object) -> Verdict:
    """A verdict in which every path has the level."""
    kind = ConflictKind.CONTENT if level is OverlapLevel.CONFLICT else None
    text = f"CONFLICT (content): Merge conflict in {paths[0]}" if kind else ""
    each = OverlapLevel.SAME_FILE if level is OverlapLevel.REBASE else level
    found = tuple(
        PathOverlap(path, each, kind, (Span(3, 2),), (Span(4, 1),), text) for path in paths
    )
    return Verdict(level, found, ("t1", "t2", level.name, *paths), **facts)  # type: ignore[arg-type]


def key(name: str) -> str:
    """Key of a session of the samples."""
    return f"/work/myapp/.git/worktrees/{name}"


def judged() -> tuple[Overlap, ...]:
    """Every level, a stale one, one not looked at yet, and a session that cannot be looked at."""
    conflict, rebase = OverlapLevel.CONFLICT, OverlapLevel.REBASE
    same, near = OverlapLevel.SAME_FILE, OverlapLevel.NEAR
    gone = Unknown("its directory is gone")
    names = ("auth", "api", "tests", "search", "bisect")
    given: dict[tuple[str, str | None], Overlap] = {}
    for place, a in enumerate(names):
        for b in (None, *names[place + 1 :]):
            other = key(b) if b else None
            given[a, b] = Overlap(key(a), other, Verdict(OverlapLevel.CLEAR))
        given[a, "old"] = Overlap(key(a), key("old"), gone)
    given["old", None] = Overlap(key("old"), None, gone)

    def put(a: str, b: str | None, found: Verdict | Pending, *, stale: bool = False) -> None:
        given[a, b] = Overlap(key(a), key(b) if b else None, found, stale, NOW - 300)

    put("auth", "api", verdict(conflict, "src/auth.py", "src/[b]login[/b].py"))
    put("auth", "tests", verdict(same, "README.md"))
    put("api", "tests", verdict(near, "src/app.py", "src/db.py"), stale=True)
    put("tests", "search", verdict(rebase, "src/search.py"))
    put("search", None, verdict(conflict, "src/search.py", raw=True))
    given["search", "bisect"] = Overlap(key("search"), key("bisect"))
    return tuple(given.values())


def overlapping() -> Snapshot:
    """The sharing one with sessions that conflict."""
    return replace(sharing(), overlaps=judged())


def entangled(number: int = 20) -> Snapshot:
    """The crowded one, cut to a number of sessions, nearly all of which overlap."""
    crowd = crowded()
    sessions = [s for s in crowd.sessions if s.worktree and not s.worktree.is_main][:number]
    sessions = [
        replace(s, name=HOSTILE[n][:40] if n < 12 else s.name) for n, s in enumerate(sessions)
    ]
    levels = [*OverlapLevel, OverlapLevel.CLEAR, OverlapLevel.CLEAR]
    made = []
    for n, one in enumerate(sessions):
        for m, other in enumerate([None, *sessions[n + 1 :]]):
            level = levels[(n * 7 + m * 3) % len(levels)]
            paths = [f"src/{HOSTILE[(n + m) % len(HOSTILE)]}.py"] if level else []
            made.append(
                Overlap(
                    one.key,
                    other.key if other else None,
                    verdict(level, *paths) if level else Verdict(level),
                    stale=(n + m) % 5 == 0,
                    since=NOW - 60 * m if level else None,
                )
            )
    return replace(crowd, sessions=(crowd.sessions[0], *sessions), overlaps=tuple(made))


def path_detail(path: str = "src/auth.py") -> PathDetail:
    """Both sides of a path, one of them not committed yet."""
    commit = Author("c0ffee" + "0" * 34, "Lin [b]Okafor[/b]", NOW - 7200, "Sign in with a token")
    ours = (
        "-def signin(user):\n-    return None\n"
        "+def login(user: User) -> Token:\n+    return new()\n"
    )
    theirs = "-    return None\n+    return tokens.of(user)  # \x1b[31m\n"
    merged = (
        "import tokens\n\n<<<<<<< auth\ndef login(user: User) -> Token:\n    return new()\n"
        "=======\ndef signin(user):\n    return tokens.of(user)\n>>>>>>> api\n\nEND = 1\n"
    )
    return PathDetail(
        path,
        Side(key("auth"), (Hunk(Span(3, 2), ours),), (Author(None, time=NOW - 120), commit)),
        Side(key("api"), (Hunk(Span(4, 1), theirs), Hunk(Span(9, 0), "+x = 1\n")), (commit,)),
        merged,
    )


def screen() -> Screen:
    """What the window of `auth` shows in the typical sample."""
    return Screen(
        "%1",
        (
            "\x1b[1m> claude\x1b[0m",
            "",
            "  I changed \x1b[36msrc/auth.py\x1b[0m and added a test.",
            "  \x1b[32m+ def login(user):\x1b[0m",
            "  \x1b[31m- def signin(user):\x1b[0m",
            "",
            "\x1b[33mDo you want to proceed?\x1b[0m",
            "❯ 1. Yes",
            "  2. No",
        ),
        80,
    )


def elsewhere(host: str, name: str, at: float | None, **facts: object) -> SharedSession:
    """A session of another machine that was shared at a time by our clock."""
    given: dict[str, object] = {
        "branch": f"feature/{name}",
        "mode": ShareMode.WORK,
        "at": at,
        **facts,
    }
    oids = ("1" * 40, "2" * 40, "3" * 40)
    return SharedSession(host, name, *oids, **given)  # type: ignore[arg-type]


def machines() -> Snapshot:
    """Sessions of four machines: this one, one that is there, one that is not, and a third."""
    shared = sharing()
    view = HostsView(
        Sharing(ShareMode.WORK, "origin", "green", "c"),
        SharedWork(("auth", "api", "tests")),
        sessions=(
            elsewhere("blue", "docs", None, mode=ShareMode.COMMITS),
            elsewhere("blue", "login-form", NOW - 7200, dirty=True),
            elsewhere("red", "auth", NOW - 300),
            elsewhere("red", "billing-for-customers", NOW - 60, dirty=True),
            elsewhere("violet.example.org", "cache", NOW - 3 * 86_400),
        ),
        leases=(
            Lease("blue", present=False, heard=NOW - 5000, behind=3600.0),
            Lease("green", present=True, heard=NOW - 9, behind=0.0),
            Lease("red", present=True, heard=NOW - 900, behind=0.0),
        ),
    )
    meets = Overlap(shared.sessions[1].key, "login-form@blue", Verdict(OverlapLevel.CONFLICT))
    return replace(shared, hosts=view, overlaps=(meets,))
