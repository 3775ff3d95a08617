"""Settings and keys that are recommended, and which of them a tmux server has already.

It is asked once and never told anything: what is set is the user's decision, line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from parallel_tui.adapters.tmux.command import Address, NoServerError, ask
from parallel_tui.adapters.tmux.listing import new_mark
from parallel_tui.adapters.tmux.names import quoted
from parallel_tui.model.text.patterns import pattern
from parallel_tui.model.window.recommended import Recommended
from parallel_tui.record import dataclass

_BOUND: Final = pattern(r"bind-key +(?:-r +)?-T +(\S+) +(\S+) +(.*)")
_ESCAPED: Final = pattern(r"\\(.)")
_POPUP_KEYS: Final = "gGyYuUevX"
"""Keys behind the prefix for the dashboard as a popup: the first that is free."""

_SEGMENT: Final = "#(pdev status --tmux)"
_CLOCK: Final = f"#[fg=green]#S #[fg=yellow]| {_SEGMENT} #[fg=cyan]%H:%M"
_OWN_RIGHT: Final = "pane_title"
"""What tmux's own `status-right` contains: one that contains it was never set."""

_WORD: Final = pattern(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Live:
    """What a server has.

    Attributes:
        options: Global options with their values; without any for no server.
        keys: Commands by table and key, as tmux lists them.
    """

    options: Mapping[str, str]
    keys: Mapping[tuple[str, str], str]


def live(address: Address) -> Live | None:
    """Ask a server, in one process.

    Where none runs, tmux starts one for the moment of the question: it has read the configuration,
    and ends by itself.

    Returns:
        What it has; `None` where there is none all the same.

    Raises:
        MuxError: When one runs and gave no usable answer.
    """
    mark = new_mark().removeprefix("|")
    asked = [["show-options", flag] for flag in ("-s", "-g", "-gw")]
    tables = [["list-keys", "-T", table] for table in ("prefix", "root")]
    chain = [*asked, ["display-message", "-p", mark], *tables]
    try:
        told = ask(address, chain)
    except NoServerError:
        return None
    settings, _, keys = told.partition(f"{mark}\n")
    options = {}
    for line in settings.splitlines():
        name, _, value = line.partition(" ")
        options[name] = _plain(value)
    bound = {}
    for line in keys.splitlines():
        if found := _BOUND.fullmatch(line):
            bound[found[1], _ESCAPED.sub(r"\1", found[2])] = found[3]
    return Live(options, bound)


def _plain(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value = value[1:-1]
    return _ESCAPED.sub(r"\1", value)


def recommended(found: Live | None, dashboard: str) -> tuple[Recommended, ...]:
    """Each recommendation, compared with what a server has.

    Args:
        found: What it has; `None` where none runs.
        dashboard: The command that opens the dashboard.
    """
    return (*_options(found), *_keys(found, dashboard))


def _options(found: Live | None) -> Iterator[Recommended]:
    yield _option(
        found,
        "history-limit",
        "50000",
        "Lines that a new pane keeps to scroll back to; agents print many.",
        lambda now: now.isdecimal() and int(now) >= 50_000,
    )
    yield _option(found, "mouse", "on", "Click, scroll and resize panes with the mouse.")
    yield _option(
        found,
        "default-terminal",
        "screen-256color",
        "What programs in panes take the terminal for: one with 256 colours.",
        lambda now: "256color" in now or now.endswith("-direct"),
    )
    yield _status_right(found)
    yield _option(
        found,
        "escape-time",
        "20",
        "Milliseconds that Escape is held back for: dialogs close at once.",
        lambda now: now.isdecimal() and int(now) <= 50,
        scope="-s",
    )
    if found is None or "allow-passthrough" in found.options:
        yield _option(
            found,
            "allow-passthrough",
            "on",
            "Programs in panes that you see may talk to your terminal: news on the desktop.",
            lambda now: now in ("on", "all"),
            scope="-gw",
        )


def _option(
    found: Live | None,
    name: str,
    value: str,
    why: str,
    does: Callable[[str], bool] | None = None,
    *,
    scope: str = "-g",
) -> Recommended:
    now = None if found is None else found.options.get(name, "")
    holds = now is not None and (does(now) if does else now == value)
    return Recommended(name, (_set(scope, name, now if holds and now else value),), why, now, holds)


def _set(scope: str, name: str, value: str) -> str:
    """A line that has the same effect however often it is read."""
    word = value if _WORD.fullmatch(value) else quoted(value)
    return f"set {scope} {name} {word}"


def _status_right(found: Live | None) -> Recommended:
    now = None if found is None else found.options.get("status-right", "")
    why = "The session's name, how many sessions need you, and the time, at the right of the bar."
    value = _CLOCK
    if now and _SEGMENT in now:
        value = now
    elif now and _OWN_RIGHT not in now:
        value = f"{now} {_SEGMENT}"
        why = "How many sessions need you, behind what you have at the right of the bar."
    length = "" if found is None else found.options.get("status-right-length", "")
    columns = length if length.isdecimal() and int(length) > 60 else "60"
    lines = (_set("-g", "status-right", value), _set("-g", "status-right-length", columns))
    return Recommended("status-right", lines, why, now, _SEGMENT in (now or ""))


def _keys(found: Live | None, dashboard: str) -> Iterator[Recommended]:
    for number in range(1, 5):
        yield _key(
            found, f"M-{number}", f"select-window -t {number}", f"Alt+{number}: window {number}."
        )
    here = '-c "#{pane_current_path}"'
    for key, way, why in (
        ("|", "-h", "Prefix |: another pane on the right, in the same directory."),
        ("-", "-v", "Prefix -: another pane below, in the same directory."),
    ):
        yield _key(found, key, f"split-window {way} {here}", why, table="prefix")
    for side in ("Left", "Right", "Up", "Down"):
        why = f"Alt+{side}: the pane on that side."
        yield _key(found, f"M-{side}", f"select-pane -{side[0]}", why)
    yield _key(
        found,
        "r",
        'source-file ~/.tmux.conf \\; display-message "Config reloaded!"',
        "Prefix r: read the configuration again.",
        table="prefix",
        does=lambda now: "source-file" in now,
    )
    yield _popup(found, dashboard)
    yield _key(
        found,
        "L",
        "switch-client -l",
        "Prefix L: back from a session to the dashboard that you came from.",
        table="prefix",
    )


def _key(
    found: Live | None,
    key: str,
    command: str,
    why: str,
    *,
    table: str = "root",
    does: Callable[[str], bool] | None = None,
) -> Recommended:
    now = None if found is None else found.keys.get((table, key), "")
    holds = now is not None and (does(now) if does else _same(now, command))
    line = f"bind {'-n ' if table == 'root' else ''}{key} {now if holds else command}"
    return Recommended(f"{'prefix ' if table == 'prefix' else ''}{key}", (line,), why, now, holds)


def _same(now: str, command: str) -> bool:
    """Whether tmux lists a command as this one; options come in an order of its own."""
    return sorted(now.split()) == sorted(command.split())


def _popup(found: Live | None, dashboard: str) -> Recommended:
    keys = {} if found is None else found.keys
    mine = next(
        (
            (key, now)
            for (table, key), now in keys.items()
            if table == "prefix" and "display-popup" in now and "pdev-tui" in now
        ),
        None,
    )
    free = next((key for key in _POPUP_KEYS if ("prefix", key) not in keys), "g")
    key = mine[0] if mine else free
    command = f'display-popup -E -w 90% -h 90% -d "#{{pane_current_path}}" {dashboard}'
    line = f"bind {key} {mine[1] if mine else command}"
    why = f"Prefix {key}: the dashboard of the repository that you stand in, above what you see."
    now = None if found is None else mine[1] if mine else ""
    return Recommended(f"prefix {key}", (line,), why, now, mine is not None)
