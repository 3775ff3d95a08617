"""Configuration files as people write them, and as they break them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.config import config_file
from parallel_tui.adapters.config.config_file import COMMAND_LINE
from parallel_tui.errors import ConfigError, UsageError
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.config import LAYOUTS, Config, EditWatch, Layout, LayoutPane, Split
from parallel_tui.model.settings.loaded import LoadedConfig
from parallel_tui.model.settings.reached import HostSettings
from parallel_tui.model.settings.table import SETTINGS

Load = Callable[..., LoadedConfig]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    root = tmp_path / "my app"
    (root / ".claude").mkdir(parents=True)
    return Repository(
        name="my app",
        common_dir=str(root / ".git"),
        main_path=str(root),
        bare=False,
        coordination_root=str(root / ".claude"),
    )


@pytest.fixture
def load(repository: Repository, tmp_path: Path) -> Load:
    """Write the two files (text or bytes) and load."""

    def run(
        repo: str | bytes | None = None,
        user: str | bytes | None = None,
        env: dict[str, str] | None = None,
        **overrides: object,
    ) -> LoadedConfig:
        env = {"XDG_CONFIG_HOME": str(tmp_path / "cfg"), **(env or {})}
        where = config_file.paths(repository, env)
        for path, content in ((where.repository, repo), (where.user, user)):
            if content is not None:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                raw = content.encode() if isinstance(content, str) else content
                Path(path).write_bytes(raw)
        settings = {name.replace("__", "."): value for name, value in overrides.items()}
        return config_file.load(repository, settings, env)

    return run


@pytest.fixture(params=["in C", "in Python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML has one or both of two parsers, whose words and limits differ."""
    if request.param == "in Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


def test_without_files_every_setting_has_its_default(load: Load) -> None:
    loaded = load()
    assert loaded.config == Config()
    assert {loaded.sources[setting.name] for setting in SETTINGS} == {"default"}
    assert not loaded.warnings
    assert not loaded.from_repository


def test_every_setting_can_be_read_from_the_users_file(load: Load) -> None:
    loaded = load(
        user="""
base: develop
directory: ../trees/{repo}/{kind}-{name}
copy: [.env, 'config/local.*']
symlink: node_modules
setup: ['npm ci', 'make']
agent: 'claude {prompt}'
agent_hooks: false
deliver_after_limit: true
layout: dev
layouts:
  dev:
    - '{agent}'
    - {command: npm test, split: below, size: 30}
    - ''
tmux: {socket: /run/x/sock, session: my work}
edit_watch: off
max_sessions: 9
trash: {days: 3, size: 2G, syncs: 7}
conflict_events: false
boundaries: {level: warn, unowned: ask, locks: observe}
merge: {check: make test, strategy: squash, after: {b: a, c: [a, b]}, priority: {b: -2}, rerere: no}
sync: {at_rest: true}
prove: {workers: 2, timeout: 90s, disk: 3G, continuous: true}
train: {keep: true}
requests: false
terminal: 'kitty -e {argv}'
terminal_place: tab
multiplexer: screen
presets: {two: {sessions: {a: {}}}}
theme: nord
keys: {spawn: ctrl+n}
mouse: select
slots: {test: 2}
ports: {web: 3000}
notify: {waiting: always, failed: on, crashed: "on", limited: off, done: no, conflict: "off",
  handoff: on, toast: false, bell: true, desktop: off, quiet_hours: 22:00-7:00}
store: postgresql://pdev@db/pdev
store_repository: ours
share: {never: [secret.txt]}
hosts: {red: {ssh: me@red.example, program: .local/bin/pdev, path: /src/app}, blue: "ssh://blue:22"}
"""
    )
    config = loaded.config
    assert config.base == "develop"
    assert config.directory == "../trees/{repo}/{kind}-{name}"
    assert config.copy == (".env", "config/local.*")
    assert config.symlink == ("node_modules",)
    assert config.setup == ("npm ci", "make")
    assert config.agent == "claude {prompt}"
    assert not config.agent_hooks
    assert config.deliver_after_limit
    assert (config.sync_at_rest, config.merge_rerere) == (True, False)
    assert config.layouts["dev"] == Layout.of(
        LayoutPane("{agent}"),
        LayoutPane("npm test", Split.BELOW, 30),
        LayoutPane("", Split.RIGHT, 50),
    )
    assert set(LAYOUTS) < set(config.layouts)
    assert (config.tmux_socket, config.tmux_session) == ("/run/x/sock", "my work")
    assert config.edit_watch is EditWatch.OFF
    assert config.max_sessions == 9
    assert (config.trash_days, config.trash_size, config.trash_syncs) == (3, 2 << 30, 7)
    assert not config.conflict_events
    levels = (config.boundaries_level, config.boundaries_unowned, config.boundaries_locks)
    assert levels == ("warn", "ask", "observe")
    assert (config.prove_workers, config.prove_timeout, config.prove_disk) == (2, 90, 3 << 30)
    assert (config.prove_continuous, config.train_keep) == (True, True)
    assert config.merge_check == ("make test",)
    assert config.merge_strategy == "squash"
    assert config.merge_after == {"b": ("a",), "c": ("a", "b")}
    assert config.merge_priority == {"b": -2}
    assert config.terminal == "kitty -e {argv}"
    assert (config.terminal_place, config.multiplexer) == ("tab", "screen")
    assert (config.theme, config.mouse, dict(config.keys)) == (
        "nord",
        "select",
        {"spawn": "ctrl+n"},
    )
    assert (config.slots, {name: str(each) for name, each in config.ports.items()}) == (
        {"test": 2},
        {"web": "3000-3099"},
    )
    kinds = ("waiting", "failed", "crashed", "limited", "done", "conflict", "handoff")
    told = [getattr(config, f"notify_{kind}") for kind in kinds]
    assert told == ["always", "on", "on", "off", "off", "off", "on"]
    assert (config.store, config.store_repository) == ("postgresql://pdev@db/pdev", "ours")
    assert config.share_never == ("secret.txt",)
    assert config.hosts == {
        "red": HostSettings("me@red.example", ".local/bin/pdev", "/src/app"),
        "blue": HostSettings("ssh://blue:22"),
    }
    assert (config.notify_toast, config.notify_bell, config.notify_desktop) == (False, True, "off")
    assert config.notify_quiet_hours == "22:00-07:00"
    assert "default" not in {loaded.sources[setting.name] for setting in SETTINGS}
    assert not loaded.warnings


def test_command_line_wins_over_environment_over_user_over_repository(load: Load) -> None:
    repo, user = "base: repo\nagent: repo\nlayout: stack", "base: user\nagent: user"
    env = {"PDEV_BASE": "env", "PDEV_MAX_SESSIONS": "7", "PDEV_THEME": ""}
    loaded = load(repo, user, env, base="line")
    assert loaded.config.base == "line"
    assert loaded.sources["base"] == COMMAND_LINE
    assert loaded.config.agent == "user"
    assert loaded.config.layout == "stack"
    assert loaded.config.max_sessions == 7
    assert loaded.sources["max_sessions"] == "environment PDEV_MAX_SESSIONS"
    assert loaded.config.theme is None, "an empty variable is no value"
    assert loaded.sources["agent"].endswith("/cfg/pdev/config.yml")
    assert loaded.sources["layout"].endswith("/my app/.claude/parallel-config.yml")
    assert loaded.from_repository == {"layout"}
    assert load(env={"PDEV_BASE": "env"}).config.base == "env"


def test_an_empty_agent_variable_asks_for_a_plain_shell(load: Load) -> None:
    assert load("agent: claude", env={"PDEV_AGENT": ""}).config.agent == ""


def test_null_in_a_stronger_file_takes_a_value_back(load: Load) -> None:
    loaded = load("agent: claude --dangerous", "agent: null")
    assert loaded.config.agent is None
    assert "agent" not in loaded.from_repository


def test_what_the_repository_must_not_decide_is_ignored_with_a_warning(load: Load) -> None:
    loaded = load(
        "theme: nord\nkeys: {quit: q}\nterminal: 'evil {argv}'\nmouse: select\n"
        "tmux: {socket: /tmp/evil, session: fine}\n"
        "prove: {workers: 16, timeout: 9h, disk: 90G, continuous: true}\ntrain: {keep: true}\n"
        "requests: true\nsync: {at_rest: true}\n"
    )
    assert loaded.config == Config(tmux_session="fine")
    assert [warning.split(": ")[1] for warning in loaded.warnings] == [
        "tmux.socket is ignored",
        "terminal is ignored",
        "theme is ignored",
        "keys is ignored",
        "mouse is ignored",
        "prove.workers is ignored",
        "prove.timeout is ignored",
        "prove.disk is ignored",
        "prove.continuous is ignored",
        "train.keep is ignored",
        "requests is ignored",
        "sync.at_rest is ignored",
    ]
    assert load("tmux: {socket: work}").config.tmux_socket == "work"


def test_what_runs_commands_is_listed_when_it_comes_from_the_repository(load: Load) -> None:
    repo = "agent: x\nsetup: [y]\nlayouts: {single: [z], mine: [z]}"
    assert load(repo).from_repository == {
        "agent",
        "setup",
        "layouts",
        "layouts.single",
        "layouts.mine",
    }
    loaded = load(repo, "agent: x\nsetup: []\nlayouts: {single: ['{agent}']}")
    assert loaded.from_repository == {"layouts", "layouts.mine"}
    assert loaded.config.setup == ()
    assert loaded.config.layouts["single"] == Layout.of(LayoutPane("{agent}"))
    assert loaded.sources["layouts.split"] == "default"


def test_a_key_of_any_length_makes_a_short_warning(load: Load) -> None:
    (warning,) = load("k" * 900 + ": 1").warnings
    assert len(warning) < 400


def test_the_guides_own_file_is_read_as_it_is(load: Load) -> None:
    guide = """
sessions:
  frontend: &defaults
    owns: ['src/components/**', "public/**"]
    can_read:
      - src/api/**
  shared:
    <<: *defaults
    note: "Coordinate before changes"
  tests:
    owns: [tests/**, __mocks__/**]
    can_read: ["**"]
base: main
"""
    loaded = load(guide)
    assert loaded.config.base == "main"
    assert not loaded.warnings


def test_unknown_keys_warn_with_the_nearest_known_one(load: Load) -> None:
    loaded = load("bse: x\ntmux:\n  sokcet: y\non: z\n", "sessions: {}\nqqqqqq: 1\n")
    assert [warning.split("yml, ")[1] for warning in loaded.warnings] == [
        "line 1: unknown key 'bse' is ignored; did you mean base?",
        "line 4: unknown key 'on' is ignored",
        "line 3: unknown key 'tmux.sokcet' is ignored; did you mean tmux.socket?",
        "line 1: unknown key 'sessions' is ignored; did you mean max_sessions?",
        "line 2: unknown key 'qqqqqq' is ignored",
    ]


@pytest.mark.parametrize(
    ("text", "place", "says", "hint"),
    [
        ("base: on", "line 1", "base must be a branch name", "quotes: 'on'"),
        ("\nbase: 010", "line 2", "'010', which YAML reads as the number 8", "quotes: '010'"),
        ("layout: 1.10", "line 1", "'1.10', which YAML reads as the number 1.1", "quotes"),
        ("agent: 12:30:45", "line 1", "the number 45045", "quotes"),
        ("base: 2024-01-02", "line 1", "which YAML reads as a date", "quotes"),
        ("base: 7", "line 1", "found the number 7", "quotes: '7'"),
        ("base: ''", "line 1", "found ''", ""),
        ('agent: "a\\nb"', "line 1", "a text on one line", ""),
        ("max_sessions: many", "line 1", "whole number from 1 to 1000; found 'many'", ""),
        ("max_sessions: 0", "line 1", "whole number from 1 to 1000; found the number 0", ""),
        ("max_sessions: 0x" + "f" * 9000, "line 1", "the number beyond all bounds", ""),
        ("max_sessions: " + "9" * 9000, "line 1", "cannot be understood", ""),
        ("base: !!int ''", "line 1", "cannot be understood", ""),
        ("base: !!timestamp x", "line 1", "cannot be understood", ""),
        ("!!set x: 1", "line 1", "cannot be understood", ""),
        ("k" * 900 + ": 1\n" + "k" * 900 + ": 2", "line 2", "repeats the key", ""),
        ("max_sessions: true", "line 1", "found the boolean true", ""),
        ("notify: {done: maybe}", "line 1", "notify.done must be one of on, off, always", ""),
        ("notify: {desktop: dbus}", "line 1", "one of auto, library, program, terminal, off", ""),
        ("notify: {quiet_hours: 22:00}", "line 1", "hours such as '22:00-07:00'", ""),
        ("notify: {quiet_hours: 7:00-7:00}", "line 1", "two different times", ""),
        ("edit_watch: always", "line 1", "one of auto, tree, activity, off", ""),
        ("setup:\n - a\n - {b: c}", "line 3", "setup[1] must be a shell command", ""),
        ("setup: [a, 1]", "line 1", "setup[1] must be a shell command", ""),
        ("copy: [../secret]", "line 1", "copy[0] must be a gitignore pattern inside", ""),
        ("directory: ../fixed", "line 1", "{name} in its last part", ""),
        ("directory: '{name}/../../x'", "line 1", "{name} in its last part", ""),
        ("directory: ../{name.__class__}-{name}", "line 1", "no placeholder but", ""),
        ("directory: ../{name", "line 1", "directory must be", ""),
        ("layout: nope", "parallel-config.yml", "stack, parallel-dev; found 'nope'", ""),
        ("layouts: {a: [x, {split: up}]}", "line 1", "layouts.a[1].split must be one of", ""),
        ("layouts: {a: [x, {size: 95}]}", "line 1", "layouts.a[1].size must be a whole", ""),
        ("layouts: {a: [{split: right}]}", "line 1", "layouts.a[0].split must be left out", ""),
        ("layouts: {a: [{comand: x}]}", "line 1", "found 'comand'", ""),
        ("layouts: {a: []}", "line 1", "layouts.a must be a list of 1 to 12 panes", ""),
        ("layouts: {on: [x]}", "line 1", "layouts.on must be", "quotes: 'on'"),
        ("tmux: work", "line 1", "tmux must be a mapping of socket, session", ""),
        ("tmux: {session: 'a:b'}", "line 1", "tmux.session must be a tmux session name", ""),
        ("tmux: {session: '#(touch x)'}", "line 1", "tmux.session must be", ""),
        ("base: a\nlayout: split\nbase: b", "line 3", "repeats the key 'base' of line 1", ""),
        ("sessions: {a: {owns: [x], owns: [y]}}", "line 1", "repeats the key 'owns'", ""),
        ("sessions:\n  1: {}\n  true: {}", "line 3", "the same as '1' of line 2", "both in quotes"),
        ("sessions: {yes: {}, on: {}}", "line 1", "'on', which YAML reads as the same as", ""),
        ("<<<<<<< HEAD\nbase: a\n=======\nbase: b\n>>>>>>> x", "line 1", "conflict markers", ""),
        ("base: 'a\nb: c: d", "line 2", "is not YAML: a quote is opened", ""),
        ("a: b: c", "line 1", "is not YAML: a colon stands where no value", "colons"),
        ("- a\n- b", "line 1", "must be a mapping", ""),
        ("just words", "line 1", "must be a mapping", ""),
        ("a: 1\n---\nb: 2", "line 2", "is not YAML: a second document", ""),
        ("base: !!python/object/apply:os.system [id]", "line 1", "", ""),
        ("base: !x y", "line 1", "cannot be understood", ""),
        (b"base: \xff\n", "line 1", "is not UTF-8", ""),
        (b"base: a\nagent: '\x00'", "line 2", "the character U+0000", "Delete it"),
        ("a: " + "[" * 60_000, "line 1", "nests deeper than 40", "flatter"),
        ("- " * 60_000, "line 1", "nests deeper than 40", "flatter"),
        ("{a: " * 60_000, "line 1", "nests deeper than 40", "flatter"),
        ("a: &a [*a]", "line 1", "contains itself", ""),
        (
            "".join(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}' if i else 'y'] * 10)}]\n"
                    for i in range(10)),
            "line",
            "through aliases",
            "",
        ),
        ("? [a, b]\n: c", "line 1", "a key that is not a plain text", ""),
        ("#" * (1024 * 1024 + 1), "", "larger than 1 MiB", ""),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_with_file_line_key_and_what_is_allowed(
    load: Load, text: str | bytes, place: str, says: str, hint: str, either_parser: None
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert ".claude/parallel-config.yml" in caught.value.message
    assert place in caught.value.message
    assert says in caught.value.message
    assert hint in caught.value.hint
    assert len(caught.value.message) < 600


@pytest.mark.parametrize(
    "text",
    [
        *("max_sessions: 0", "max_sessions: 5000", "max_sessions: 010000", "max_sessions: true"),
        "merge: {priority: {a: 1.5}}",
        "layouts: {a: [x, {size: 95}]}",
    ],
)
def test_nobody_is_told_to_put_in_quotes_what_must_not_be_a_text(
    load: Load, text: str, either_parser: None
) -> None:
    with pytest.raises(ConfigError, match="must be a whole number") as caught:
        load(text)
    assert caught.value.hint == ""


def test_a_file_written_by_windows_or_left_empty_is_fine(load: Load) -> None:
    assert load(b"\xef\xbb\xbfbase: x\r\nlayout: split\r\n").config.base == "x"
    assert load("# nothing yet\n").config == Config()
    assert load("tmux:\nlayouts:\nsetup:\n").config == Config()


def test_something_else_in_the_files_place_is_told_and_never_waited_for(
    load: Load, repository: Repository
) -> None:
    path = Path(repository.coordination_root, "parallel-config.yml")
    path.mkdir()
    with pytest.raises(ConfigError, match=r"not a regular file|cannot be read"):
        load()
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="not a regular file"):
        load()
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PDEV_MAX_SESSIONS", "many"), ("PDEV_WATCH", "sometimes"), ("PDEV_BASE", "a\nb")],
)
def test_a_wrong_variable_is_named(load: Load, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^environment {name}: "):
        load(env={name: value})


def test_a_wrong_option_is_named(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"^command line: base must be"):
        load(base="")
    with pytest.raises(UsageError, match="'nonsense'"):
        load(nonsense="x")


def test_the_users_file_follows_xdg(repository: Repository) -> None:
    assert config_file.paths(repository, {"HOME": "/h"}).user == "/h/.config/pdev/config.yml"
    relative = {"HOME": "/h", "XDG_CONFIG_HOME": "rel"}
    assert config_file.paths(repository, relative).user == "/h/.config/pdev/config.yml"
    given = {"HOME": "/h", "XDG_CONFIG_HOME": "/x"}
    assert config_file.paths(repository, given).user == "/x/pdev/config.yml"


def test_the_table_covers_every_field_of_the_settings_exactly_once() -> None:
    assert sorted(s.field for s in SETTINGS) == sorted(Config.__dataclass_fields__)
    variables = [s.env for s in SETTINGS if s.env]
    assert len(set(variables)) == len(variables)


def _split(text: str) -> list[str]:
    return text.split("|")


_SIGNS = _split(": |\n|\n  |- |[|]|{|}|,|'|\"|&a |*a|?|<<|=|~|#|%|---\n|\x00|\x85|\ufeff")
_WORDS = _split("!!int |!!binary |!!set |!!timestamp |on|010|1.5|0x|2024-01-01|socket|x")
_BITS = st.sampled_from([*_SIGNS, "|", *_WORDS, *(setting.keys[0] for setting in SETTINGS)])


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_BITS, max_size=14).map("".join))
def test_no_text_whatsoever_ends_in_anything_but_settings_or_a_configuration_error(
    load: Load, text: str
) -> None:
    try:
        found: object = load(text).config
    except ConfigError as error:
        found = error.message
    assert isinstance(found, Config) or "parallel-config.yml" in str(found)
