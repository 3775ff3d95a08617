"""A hidden client on a real tmux: what it hears, and that nobody notices it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from parallel_tui.adapters.tmux import server as server_module
from parallel_tui.adapters.tmux.listening import shared as shared_clients
from parallel_tui.adapters.tmux.listening import watching as watching_module
from parallel_tui.adapters.tmux.listening.hiding import ALL_DOOMED, ALL_LOOKED_AT, ENDS_WITH_CLIENTS
from parallel_tui.adapters.tmux.listening.shared import SharedClients
from parallel_tui.adapters.tmux.listening.watching import Watching
from parallel_tui.adapters.tmux.names import argument, literal
from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.errors import MuxError
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.window.mux_news import CHANGED, LISTED, LISTENING, STIRRED, MuxNews, deaf
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux
CLIENTS = "#{client_session} #{client_flags}"
HOSTILE = ["#{pid}", "$(touch p)`id`", "a\"b'c\\", "-x", "~root", "é✳ 中", ";", "%exit", "{b}"]


class Ears:
    """What was told so far."""

    def __init__(self) -> None:
        self.news: list[MuxNews] = []
        self._more = threading.Condition()

    def __call__(self, news: MuxNews) -> None:
        with self._more:
            self.news.append(news)
            self._more.notify_all()

    def until(self, news: MuxNews, *, after: int = 0) -> int:
        """Wait until something was told; where the next one would stand."""
        with self._more:
            assert self._more.wait_for(lambda: news in self.news[after:], PATIENCE), self.news
            return self.news.index(news, after) + 1


@contextmanager
def watching(tmux: Tmux, own_pane: str | None = None) -> Iterator[Ears]:
    """Have it watched until the block ends."""
    ears = Ears()
    watch = tmux.watch(ears, own_pane)
    try:
        yield ears
    finally:
        watch.close()


def looks_at(world: World, session: str) -> subprocess.Popen[bytes]:
    """Somebody who looks at a session, and counts."""
    client = subprocess.Popen(
        ["tmux", "-L", world.socket, "-C", "attach-session", "-t", f"={session}"],
        env={**world.env},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    eventually(lambda: attached(world).get(session) == "1")
    return client


def goes(client: subprocess.Popen[bytes]) -> None:
    """Whoever looked looks no more."""
    assert client.stdin is not None
    client.stdin.close()
    client.wait()


def attached(world: World) -> dict[str, str]:
    """How many look at each session, as tmux tells everybody."""
    listed = world.tmux("list-sessions", "-F", "#{session_name} #{session_attached}", check=False)
    return dict(line.split(" ") for line in listed.splitlines())


def clients(world: World) -> list[str]:
    """The sessions that clients are in."""
    return [line.split()[0] for line in world.tmux("list-clients", "-F", CLIENTS).splitlines()]


def test_without_a_server_it_makes_none_and_waits_for_one(world: World, tmux: Tmux) -> None:
    with watching(tmux) as ears:
        ears.until(deaf())
        assert not tmux.listing().running
        assert world.tmux("list-sessions", check=False) == ""
        world.window("a", world.root)
        assert tmux.listing().running
        ears.until(LISTENING)


@pytest.mark.parametrize("session", ["work", "other"])
def test_windows_are_told_wherever_they_are(world: World, tmux: Tmux, session: str) -> None:
    world.window("first", world.root, "exec cat")
    world.window("first", world.root, "exec cat", session="other")
    with watching(tmux) as ears:
        heard = ears.until(LISTENING)
        acts: list[Callable[[], object]] = [
            lambda: world.window("w", world.root, "exec cat", session=session),
            lambda: world.tmux("rename-window", "-t", f"={session}:w", "v"),
            lambda: world.tmux("kill-window", "-t", f"={session}:v"),
            lambda: world.tmux("rename-session", "-t", f"={session}", "y"),
        ]
        for act in acts:
            heard = max(heard, len(ears.news))
            act()
            heard = ears.until(CHANGED, after=heard)


def test_what_happens_in_a_window_is_told_but_not_what_we_draw(world: World, tmux: Tmux) -> None:
    window = world.window("drawn", world.root, "while :; do echo x; sleep 0.1; done")
    own = world.tmux("display-message", "-p", "-t", window, "#{pane_id}").strip()
    other = world.window("agent", world.root, "while read line; do :; done")
    with watching(tmux, own) as ears:
        heard = ears.until(STIRRED, after=ears.until(LISTENING))
        before = activity(world, window)
        eventually(lambda: activity(world, window) > before + 2)
        assert STIRRED not in ears.news[heard:]
        world.tmux("send-keys", "-t", other, "x", "Enter")
        ears.until(STIRRED, after=heard)


def activity(world: World, window: str) -> int:
    """When something was printed in a window."""
    return int(world.tmux("display-message", "-p", "-t", window, "#{window_activity}"))


def test_nobody_is_told_that_it_is_there(world: World, tmux: Tmux) -> None:
    window = world.window("a", world.root, "exec cat")
    size = world.tmux("display-message", "-p", "-t", window, "#{window_width}x#{window_height}")
    world.tmux("set-environment", "-t", "work", "DISPLAY", "mine")
    with watching(tmux) as ears:
        ears.until(LISTENING)
        assert attached(world) == {"work": "0"}
        assert clients(world) == ["work"], "it is there all the same"
        told = world.tmux("display-message", "-p", "-t", window, "#{window_width}x#{window_height}")
        assert told == size
        assert world.tmux("show-environment", "-t", "work", "DISPLAY") == "DISPLAY=mine\n"
        assert not any(each.attached for each in tmux.listing().windows)


def test_a_program_that_follows_the_focus_ends_without_it(world: World, tmux: Tmux) -> None:
    window = world.window("a", world.root, "printf '\\033[?1004h'; stty -echo; exec cat -v")
    eventually(lambda: "cat" in world.tmux("list-panes", "-a", "-F", "#{pane_current_command}"))
    with watching(tmux) as ears:
        ears.until(LISTENING)
        world.tmux("send-keys", "-t", window, "Enter")
        shown = eventually(lambda: world.tmux("capture-pane", "-p", "-t", window).strip())
        assert shown.rpartition("^[[")[2] != "I"


def test_a_session_that_ends_with_its_last_user_ends(world: World, tmux: Tmux) -> None:
    world.window("a", world.root, "exec cat", session="kept")
    world.window("a", world.root, "exec cat")
    with watching(tmux) as ears:
        ears.until(LISTENING)
        (where,) = clients(world)
        user = looks_at(world, where)
        eventually(lambda: sorted(clients(world)) == ["kept", "work"])
        world.tmux("set-option", "-t", where, "destroy-unattached", "on")
        goes(user)
        eventually(lambda: where not in attached(world))
        assert len(attached(world)) == 1


def test_where_sessions_end_when_nobody_looks_it_is_not(world: World, tmux: Tmux) -> None:
    world.window("a", world.root, "exec cat")
    user = looks_at(world, "work")
    world.tmux("set-option", "-g", "destroy-unattached", "on")
    world.window("a", world.root, "exec cat", session="lasting")
    world.tmux("set-option", "-t", "lasting", "destroy-unattached", "off", check=False)
    with watching(tmux) as ears:
        ears.until(deaf(ALL_DOOMED))
        goes(user)
        eventually(lambda: not attached(world))


def test_a_user_who_wants_sessions_to_end_gets_that(
    world: World, tmux: Tmux, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching_module, "CHECK", 0.05)
    world.window("a", world.root, "exec cat")
    world.window("a", world.root, "exec cat", session="seen")
    user = looks_at(world, "seen")
    with watching(tmux) as ears:
        ears.until(LISTENING)
        assert clients(world).count("work") == 1
        world.tmux("set-option", "-g", "destroy-unattached", "on")
        eventually(lambda: attached(world) == {"seen": "1"})
        goes(user)
        eventually(lambda: not attached(world))


def test_what_was_said_for_its_sake_is_taken_back(
    world: World, tmux: Tmux, repository: Repository
) -> None:
    world.window("a", world.root, "exec cat")
    before = world.tmux("show-options", "-t", "work")
    with watching(tmux) as first_ears:
        first_ears.until(LISTENING)
        second = Tmux(repository, socket=world.socket, session=None)
        with watching(second) as ears:
            ears.until(LISTENING)
        assert "destroy-unattached off" in world.tmux("show-options", "-t", "work")
    assert world.tmux("show-options", "-t", "work") == before
    with watching(tmux) as ears:
        ears.until(LISTENING)
        world.tmux("set-option", "-t", "work", "@mine", "1")
        user = looks_at(world, "work")
        world.tmux("set-option", "-t", "work", "destroy-unattached", "on")
    assert "destroy-unattached on" in world.tmux("show-options", "-t", "work")
    goes(user)


def test_a_server_that_ends_with_its_last_client_is_left_alone(world: World, tmux: Tmux) -> None:
    world.window("a", world.root, "exec cat")
    user = looks_at(world, "work")
    world.tmux("set-option", "-s", "exit-unattached", "on")
    with watching(tmux) as ears:
        ears.until(deaf(ENDS_WITH_CLIENTS))
        assert clients(world) == ["work"], "the user"
        goes(user)
        eventually(lambda: not attached(world))


def test_it_leaves_a_server_that_is_to_end_with_its_last_client(world: World, tmux: Tmux) -> None:
    world.window("a", world.root, "exec cat")
    world.window("a", world.root, "exec cat", session="other")
    with watching(tmux) as ears:
        ears.until(LISTENING)
        user = looks_at(world, "work" if clients(world) != ["work"] else "other")
        world.tmux("set-option", "-s", "exit-unattached", "on")
        ears.until(deaf(ENDS_WITH_CLIENTS))
        goes(user)
        eventually(lambda: not attached(world))


@pytest.mark.parametrize("where", [("-g",), ("-t", "=work:")])
def test_the_users_hooks_never_run_for_it(
    world: World, tmux: Tmux, tmp_path: Path, where: tuple[str, ...]
) -> None:
    world.window("a", world.root, "exec cat")
    ran = tmp_path / "ran"
    world.tmux("set-hook", *where, "client-attached[3]", f"run-shell 'touch {ran}'")
    with watching(tmux) as ears:
        ears.until(deaf("a hook of this tmux (client-attached) would run for it"))
        assert tmux.listing().windows, "the listing does without"
        assert clients(world) == []
    assert not ran.exists()


def test_a_bell_is_left_for_the_user(world: World, tmux: Tmux) -> None:
    world.window("a", world.root, "printf '\\a'; exec cat")
    rang = "#{window_bell_flag}"
    eventually(lambda: world.tmux("list-windows", "-a", "-F", rang).strip() == "1")
    world.window("a", world.root, "exec cat", session="other")
    with watching(tmux) as ears:
        ears.until(LISTENING)
        assert clients(world) == ["other"]
        bell = world.window("b", world.root, "exec cat", session="other")
        world.tmux("kill-window", "-t", "=other:a")
        heard = len(ears.news)
        world.tmux("respawn-pane", "-k", "-t", bell, "printf '\\a'; exec cat")
        ears.until(STIRRED, after=heard)
        eventually(
            lambda: [w.bell for w in tmux.listing().windows if w.id == bell] == [True],
            what="a bell in the window that it is in counts as unseen, too",
        )


def test_it_goes_where_nobody_looks(world: World, tmux: Tmux) -> None:
    world.window("a", world.root, "exec cat")
    world.tmux("set-option", "-s", "focus-events", "on")
    world.window("a", world.root, "exec cat", session="other")
    with watching(tmux) as ears:
        ears.until(LISTENING)
        (where,) = clients(world)
        user = looks_at(world, where)
        eventually(lambda: sorted(clients(world)) == ["other", "work"])
        left = "work" if where == "other" else "other"
        another = looks_at(world, left)
        ears.until(deaf(ALL_LOOKED_AT))
        assert all(each.attached == 1 for each in tmux.listing().windows)
        heard = len(ears.news)
        goes(another)
        eventually(lambda: tmux.listing().running and LISTENING in ears.news[heard:])
        goes(user)


@contextmanager
def at_a_terminal(world: World, session: str) -> Iterator[Callable[[bytes], None]]:
    """Somebody who looks at a session in a terminal; what to call to press keys there."""
    ours, theirs = pty.openpty()
    user = subprocess.Popen(
        ["tmux", "-L", world.socket, "attach-session", "-t", f"={session}"],
        env={**world.env, "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    drain = threading.Thread(target=_drain, args=(ours,), daemon=True)
    drain.start()
    try:
        eventually(lambda: attached(world).get(session) == "1")
        yield lambda keys: (os.write(ours, keys), None)[1]
    finally:
        user.kill()
        user.wait()
        drain.join(PATIENCE)
        os.close(ours)


def _drain(terminal: int) -> None:
    with suppress(OSError):
        while os.read(terminal, 1 << 16):
            pass


def taken(world: World, window: str) -> str:
    """The client that tmux takes for a command which names none, from a pane."""
    answer = world.root / "taken"
    answer.unlink(missing_ok=True)
    asks = f"tmux display-message -p '##{{client_name}}' >{answer}.new; mv {answer}.new {answer}"
    world.tmux("run-shell", "-t", window, asks)
    eventually(answer.exists)
    return answer.read_text().strip()


def test_where_somebody_looks_it_comes_in_after_their_next_key(
    world: World, tmux: Tmux, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching_module, "CHECK", 0.05)
    window = world.window("a", world.root, "exec cat")
    with at_a_terminal(world, "work") as press:
        name = taken(world, window)
        with watching(tmux) as ears:
            ears.until(deaf())
            assert clients(world) == ["work"], "the user alone"
            assert LISTENING not in ears.news

            def pressed() -> bool:
                press(b"x")
                return LISTENING in ears.news

            eventually(pressed)
            assert clients(world) == ["work", "work"]
            assert taken(world, window) == name, "messages go to the user all the same"
            assert attached(world) == {"work": "1"}
            heard = len(ears.news)
            world.window("b", world.root, "exec cat")
            ears.until(CHANGED, after=heard)
            world.tmux("set-option", "-s", "focus-events", "on")
            ears.until(deaf(ALL_LOOKED_AT), after=heard)
            assert clients(world) == ["work"]


def test_nothing_is_left_of_one_that_never_came_in(
    world: World, tmux: Tmux, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching_module, "CHECK", 0.05)
    world.window("a", world.root, "exec cat")
    with at_a_terminal(world, "work"):
        before = {each.pid for each in psutil.Process().children(recursive=True)}
        with watching(tmux) as ears:
            ears.until(deaf())
        after = {each.pid for each in psutil.Process().children(recursive=True)}
        assert after == before
        assert clients(world) == ["work"]


def test_it_survives_its_session_and_its_server(world: World, tmux: Tmux) -> None:
    world.window("a", world.root, "exec cat")
    world.window("a", world.root, "exec cat", session="other")
    with watching(tmux) as ears:
        heard = ears.until(LISTENING)
        world.tmux("kill-session", "-t", f"={clients(world)[0]}")
        heard = ears.until(LISTENING, after=heard)
        (last,) = attached(world)
        world.tmux("kill-window", "-t", f"={last}:a")
        heard = ears.until(deaf(), after=heard)
        eventually(lambda: not attached(world), what="the server ends with its last window")
        assert not tmux.listing().running
        world.window("b", world.root)
        eventually(lambda: tmux.listing().running and LISTENING in ears.news[heard:])


def test_several_do_not_drive_each_other_away(
    world: World, tmux: Tmux, repository: Repository
) -> None:
    world.window("a", world.root, "exec cat")
    second = Tmux(repository, socket=world.socket, session=None)
    with watching(tmux) as first_ears, watching(second) as ears:
        first_ears.until(LISTENING)
        ears.until(LISTENING)
        heard = len(ears.news)
        world.window("b", world.root, "exec cat")
        ears.until(CHANGED, after=heard)
        assert clients(world) == ["work", "work"]
        assert [news for news in first_ears.news if news not in (CHANGED, STIRRED)] == [LISTENING]


def test_it_answers_itself_and_as_a_process_does(
    world: World, tmux: Tmux, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = world.root / "we\nird %end #{pid}"
    place.mkdir(parents=True)
    there = Path(literal(str(place)))
    for number, name in enumerate(HOSTILE):
        made = world.window(f"w{number}", there, "exec cat", session=f"s{number % 2}")
        world.tmux("rename-window", "-t", made, "--", argument(name))
        world.tmux("select-pane", "-t", made, "-T", argument(name))
    eventually(lambda: "sh" not in {w.active_pane.command for w in tmux.listing().windows})
    pane = tmux.listing().windows[0].active_pane.id
    alone = tmux.listing((pane, "%99"))
    assert place.name in alone.windows[0].active_pane.path
    with watching(tmux) as ears:
        ears.until(LISTENING)
        monkeypatch.setattr(server_module, "ask", None)  # no process is started
        assert tmux.listing((pane, "%99")) == alone


@pytest.mark.parametrize("text", [*HOSTILE, "two\nlines\tand a tab", "\udcff", ""])
def test_a_word_reaches_tmux_as_it_is(world: World, tmux: Tmux, text: str) -> None:
    world.window("a", world.root, "exec cat")
    with watching(tmux) as ears:
        ears.until(LISTENING)
        client = listener(tmux).client
        assert client is not None
        client.ask([["set-option", "-g", "@word", text]])
        assert world.tmux("show-options", "-gv", "@word").removesuffix("\n") == text
        with pytest.raises(MuxError, match="unknown command"):
            client.ask([["no-such-command", text]])
        assert client.ask([["display-message", "-p", "still there"]]) == "still there\n"


def listener(tmux: Tmux) -> Watching:
    """What watches."""
    watch = tmux._watching
    assert isinstance(watch, Watching)
    return watch


def test_several_repositories_have_one_client_between_them(
    world: World, repository: Repository
) -> None:
    """Whoever comes later hears at once how it stands; the client goes with the last."""
    world.window("a", world.root, "exec cat")
    shared = SharedClients()
    one, other = (
        Tmux(repository, socket=world.socket, session=None, env=world.env, clients=shared)
        for _ in range(2)
    )
    with watching(one) as ears:
        ears.until(LISTENING)
        with watching(other) as later:
            later.until(LISTENING)
            assert len(clients(world)) == 1
            world.window("b", world.root, "exec cat")
            ears.until(CHANGED)
            later.until(CHANGED)
            assert one.listing().windows == other.listing().windows
        heard, before = len(later.news), len(ears.news)
        assert len(clients(world)) == 1
        world.window("c", world.root, "exec cat")
        ears.until(CHANGED, after=before)
        assert len(later.news) == heard
    eventually(lambda: clients(world) == [])
    with watching(other) as again:
        again.until(LISTENING)


def test_what_one_of_several_lists_the_others_are_told_of(
    world: World, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a second at most, or two would look for each other's sake for ever."""
    monkeypatch.setattr(shared_clients, "AT_MOST", 0.0)
    world.window("a", world.root, "exec cat")
    shared = SharedClients()
    one, other = (
        Tmux(repository, socket=world.socket, session=None, env=world.env, clients=shared)
        for _ in range(2)
    )
    with watching(one) as ears, watching(other) as later:
        ears.until(LISTENING)
        later.until(LISTENING)
        one.listing()
        (client,) = shared._clients.values()
        mine, theirs = len(ears.news), len(later.news)
        client.compare("more", one._watching)
        assert (ears.news[mine:], later.news[theirs:]) == ([], [LISTED])
        client.compare("more", one._watching)
        monkeypatch.setattr(shared_clients, "AT_MOST", 3600.0)
        client.compare("less", one._watching)
        assert (ears.news[mine:], later.news[theirs:]) == ([], [LISTED])
        monkeypatch.setattr(shared_clients, "AT_MOST", 0.0)
        one.listing()
        assert later.news[theirs:] == [LISTED, LISTED]


def test_it_ends_when_we_are_killed(world: World, tmux: Tmux, repository: Repository) -> None:
    world.window("a", world.root, "exec cat")
    code = (
        "import sys, time\n"
        "from parallel_tui.adapters.tmux.command import Address\n"
        "from parallel_tui.adapters.tmux.listening.watching import Watching\n"
        "Watching(Address(name=sys.argv[1]), lambda news: print(news, flush=True), None)\n"
        "time.sleep(3600)\n"
    )
    ours = subprocess.Popen(
        [sys.executable, "-c", code, world.socket], env={**world.env}, stdout=subprocess.PIPE
    )
    assert ours.stdout is not None
    with ours.stdout:
        assert b"LISTENING" in ours.stdout.readline()
        pid = world.tmux("list-clients", "-F", "#{client_pid}").strip()
        os.kill(ours.pid, signal.SIGKILL)
        ours.wait()
    eventually(lambda: not clients(world))
    eventually(lambda: gone(int(pid)), what="no process of it stays")


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def test_a_server_that_hangs_is_told_and_left(
    world: World, tmux: Tmux, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.window("a", world.root, "exec cat")
    pid = int(world.tmux("display-message", "-p", "#{pid}"))
    with watching(tmux) as ears:
        ears.until(LISTENING)
        client = listener(tmux).client
        assert client is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(MuxError, match="did not answer"):
                client.ask([["display-message", "-p", "x"]], timeout=0.1)
            eventually(lambda: listener(tmux).client is None)
        finally:
            os.kill(pid, signal.SIGCONT)
        eventually(lambda: tmux.listing().running and clients(world))


def test_closing_twice_and_without_a_server_is_fine(tmux: Tmux) -> None:
    watch = tmux.watch(lambda news: None, None)
    watch.close()
    watch.close()
    watch.stop()
