"""Files of tmuxp: read as they are meant, and nothing of them dropped in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.layouts import file, for_tmuxp, tmuxp
from parallel_tui.errors import ConfigError, ParallelError, RefusedError, UsageError
from parallel_tui.model.settings.config import Layout, LayoutPane, LayoutWindow, Origin, TypedLine

_WHOLE = """
session_name: $WHO work
start_directory: sub
before_script: ./boot.sh --fast
environment: {HOST: here, N: 3}
options: {status-right: "#S", mouse: on}
shell_command_before: [". env/bin/activate"]
suppress_history: false
windows:
- window_name: $WHO
  layout: main-vertical
  options: {main-pane-width: 100}
  options_after: {synchronize-panes: true}
  start_directory: src
  focus: "true"
  shell_command_before: cd src
  suppress_history: true
  panes:
  - shell_command: [vim, {cmd: ":e x", enter: false}]
    start_directory: ~/x
    environment: {A: b}
    focus: true
  - top
  - blank
  -
  - [one, two]
- panes:
  - {shell: zsh, shell_command: ls, enter: false}
- window_name: bare
  window_shell: top
"""


def test_a_whole_file_is_read_as_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHO", "ann")
    monkeypatch.setenv("HOME", "/home/ann")
    layout, notes = tmuxp.read(yaml.safe_load(_WHOLE), "/etc/layouts")
    assert [note for note in notes if "session_name" not in note] == []
    assert layout.directory == "/etc/layouts/sub"
    assert layout.before == ("/etc/layouts/boot.sh --fast",)
    assert layout.env == (("HOST", "here"), ("N", "3"))
    assert layout.options == (("status-right", "#S"), ("mouse", "on"))
    first, second, third = layout.windows
    assert (first.name, first.directory, first.arrangement) == ("ann", "src", "main-vertical")
    assert first.options == (("main-pane-width", "100"), ("synchronize-panes", "on"))
    assert first.focus
    begin = (TypedLine(" . env/bin/activate"), TypedLine(" cd src"))
    assert [pane.typed for pane in first.panes] == [
        (*begin, TypedLine(" vim"), TypedLine(" :e x", enter=False)),
        (*begin, TypedLine(" top")),
        begin,
        begin,
        (*begin, TypedLine(" one"), TypedLine(" two")),
    ]
    assert first.panes[0].directory == "/home/ann/x"
    assert first.panes[0].env == (("A", "b"),)
    assert [pane.focus for pane in first.panes] == [True, False, False, False, False]
    (pane,) = second.panes
    assert pane.command == "zsh"
    assert pane.typed == (TypedLine(". env/bin/activate"), TypedLine("ls", enter=False))
    assert third.panes[0].command == "top"


@settings(max_examples=30)
@given(
    st.dictionaries(st.from_regex("[a-z_]{3,12}", fullmatch=True), st.just(1), max_size=3),
    st.sampled_from(["session", "window", "pane", "line"]),
)
def test_every_key_that_is_not_done_is_named(odd: dict[str, int], level: str) -> None:
    known = {*tmuxp._SESSION, *tmuxp._WINDOW, *tmuxp._PANE, *tmuxp._LINE, *tmuxp._RUNS_PYTHON}
    odd = {f"x{key}": value for key, value in odd.items()}
    assert not known & odd.keys()
    line = {"cmd": "ls", **(odd if level == "line" else {})}
    pane = {"shell_command": [line], **(odd if level == "pane" else {})}
    window = {"panes": [pane], **(odd if level == "window" else {})}
    top: dict[object, object] = {"session_name": "x", "windows": [window]}
    top.update(odd if level == "session" else {})
    _, notes = tmuxp.read(top, "/")
    for key in odd:
        assert any(note.startswith(f"{key} is left out") for note in notes)


def test_what_runs_python_is_refused_with_another_way() -> None:
    for key in ("plugins", "workspace_builder", "workspace_builder_paths"):
        with pytest.raises(RefusedError) as raised:
            tmuxp.read({"session_name": "x", "windows": [{}], key: ["a.b"]}, "/")
        assert key in raised.value.message
        assert "tmuxp load" in raised.value.hint


def test_what_is_written_for_it_is_read_as_the_same(tmp_path: Path) -> None:
    layout = Layout(
        (
            LayoutWindow(
                "a", (LayoutPane("top"), LayoutPane(""), LayoutPane("x")), arrangement="tiled"
            ),
            LayoutWindow("", (LayoutPane("{agent}"),), session="api", directory="src"),
        ),
        options=(("status-right", "x"),),
    )
    value = for_tmuxp.written(
        layout, "w", "/main", {"api": "/api"}, lambda text: text.replace("{agent}", "claude")
    )
    for name, json in (("x.yaml", False), ("x.json", True)):
        path = tmp_path / name
        file.write(str(path), file.text(value, json=json), over=False)
        read = file.read(str(path), {"HOME": "/nobody"})
        assert read.origin is Origin.REPOSITORY, "somebody's, until it lies in a folder of mine"
        first, second = read.layout.windows
        assert [[line.text for line in pane.typed] for pane in first.panes] == [
            [" top"],
            [],
            [" x"],
        ]
        assert (second.name, second.directory) == ("api", "/api/src")
        assert read.layout.options == layout.options
    own = tmp_path / "home/.tmuxp/x.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("session_name: x\nwindows: [{}]\n")
    assert file.read(str(own), {"HOME": str(tmp_path / "home")}).origin is Origin.USER


@pytest.mark.parametrize(
    ("name", "text", "kind", "said"),
    [
        ("a.yaml", "session_name: x\nwindows:\n- panes:\n  - {focus: 3}\n", ConfigError, "line 4"),
        ("a.yaml", "session_name: x\n", ConfigError, "windows must be"),
        ("a.yaml", "session_name: x\nwindows: [{panes: [{shell_command: {a: b}}]}]\n", ConfigError,
         "shell_command"),
        ("a.yaml", "[a, b]", ConfigError, "mapping"),
        ("a.yaml", "windows: [[top], {nmae: x}]", ConfigError, "windows[1].nmae"),
        ("a.json", "{", ConfigError, "a.json"),
        ("a.json", None, UsageError, "no file"),
        ("a.yaml", None, UsageError, "no file"),
        ("a.yaml", "session_name: x\nwindows: [{}]\nplugins: [a]\n", RefusedError, "a.yaml: "),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_told_with_the_place(
    tmp_path: Path, name: str, text: str | None, kind: type[ParallelError], said: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(kind) as raised:
        file.read(str(path), {})
    assert said in str(raised.value.message)


def test_a_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("mine")
    with pytest.raises(RefusedError):
        file.write(str(path), "other", over=False)
    assert path.read_text() == "mine"
    file.write(str(path), "other", over=True)
    assert path.read_text() == "other"
