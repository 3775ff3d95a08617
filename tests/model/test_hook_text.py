"""Settings of agents get the hook and lose it again, and nothing else of them changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.agent import hook_text
from parallel_tui.model.agent.hook_line import AGENT_EVENTS, HookPlace, command, place_in
from parallel_tui.model.text import json_spans
from parallel_tui.model.text.strict_json import NotJsonError

PLACE = HookPlace("/opt/a python/bin/python3", "/opt/it's here/parallel_tui")
OLD = HookPlace("/gone/python3", "/gone/parallel_tui")

THEIRS = '{"matcher": "Edit", "hooks": [{"type": "command", "command": "theirs"}]}'
ODD = {
    "nothing": "{}",
    "a line": "{}\n",
    "open": "{\n}\n",
    "blanks": "{   }",
    "two blanks": '{\n  "model": "opus"\n}\n',
    "four blanks": '{\n    "model": "opus",\n    "env": {\n        "A": "b"\n    }\n}\n',
    "tabs": '{\n\t"model": "opus",\n\t"permissions": {\n\t\t"allow": []\n\t}\n}\n',
    "no last newline": '{\n  "model": "opus"\n}',
    "windows": '{\r\n  "model": "opus",\r\n  "env": {}\r\n}\r\n',
    "mark": '\ufeff{\n  "model": "opus"\n}\n',
    "one line": '{"model":"opus","hooks":{"Stop":[' + THEIRS + "]}}",
    "one line, blanks": '{ "model" : "opus" , "hooks" : { } }',
    "comments": '// mine\n{\n  /* a */ "model": "opus", // why {\n  // last, "x"\n}\n',
    "comments inside": '{"hooks": { // none yet\n}, "a": 1}',
    "comma after the last": '{\n  "model": "opus",\n  "env": {"A": "b",},\n}\n',
    "escapes": '{\n  "a\\u00e9\\ud83d": "\\/ \\" \\n é 🎉",\n  "b": [1, 2.50, -0.0, 1e9, null]\n}',
    "hooks of theirs": '{\n  "hooks": {\n    "PreToolUse": [\n      ' + THEIRS + '\n    ],\n'
    '    "Stop": [],\n    "Other": [' + THEIRS + ']\n  },\n  "model": "opus"\n}\n',
    "hooks empty": '{\n  "hooks": {},\n  "z": 1\n}\n',
    "lists empty": '{"hooks": {"PreToolUse": [], "Stop": [ ]}}',
    "order of keys": '{\n  "z": 1,\n  "hooks": {"Stop": []},\n  "a": {"hooks": 3}\n}\n',
    "ragged": '{ "a":1,\n      "hooks":\n{"Stop":\n[ ' + THEIRS + '\n,' + THEIRS
    + ' ]}\n   , "b" : 2 }\n\n\n',
    "words of ours": '{"note": "pdev-hook", "hooks": {"Stop": [{"hooks": ["pdev-hook"]}]}}',
}  # fmt: skip


@pytest.mark.parametrize("agent", list(AGENT_EVENTS))
@pytest.mark.parametrize("text", list(ODD.values()), ids=list(ODD))
def test_installing_and_uninstalling_gives_back_every_character(text: str, agent: str) -> None:
    made = hook_text.install(text, PLACE, agent)
    assert hook_text.is_current(made.text, PLACE, agent)
    assert hook_text.uninstall(made.text, made.added) == text
    events = [name for name, _ in hook_text.handlers(made.text)]
    # Beside what tells of a question for leave stands what waits for the answer.
    waits = ["PermissionRequest"] if agent == "claude" else []
    assert sorted(events) == sorted([*(each.name for each in AGENT_EVENTS[agent]), *waits])
    left = made.text
    for each in made.added:
        assert left.count(each) == 1
        left = left.replace(each, "")
    assert left == text, "what was there stands there still, in its order"


@pytest.mark.parametrize("text", list(ODD.values()), ids=list(ODD))
def test_what_others_wrote_meanwhile_stays(text: str) -> None:
    before = json_spans.scan(text.removeprefix("\ufeff")).value
    made = hook_text.install(text, PLACE, "claude")
    after = json_spans.scan(made.text.removeprefix("\ufeff")).value
    assert isinstance(after, dict)
    for indent in (None, 2, 4):
        rewritten = json.dumps({**after, "new": [1]}, indent=indent)
        left = json.loads(hook_text.uninstall(rewritten, made.added))
        assert left.pop("new") == [1]
        assert _without_empty(left) == _without_empty(before)


def _without_empty(value: object) -> object:
    """Settings without lists of hooks that are empty, which mean nothing."""
    assert isinstance(value, dict)
    found = dict(value)
    hooks = {key: each for key, each in found.pop("hooks", {}).items() if each}
    return {**found, "hooks": hooks} if hooks else found


def test_a_handler_that_was_moved_into_another_group_is_taken_out_alone() -> None:
    ours = json.dumps({"type": "command", "command": command(PLACE, "claude", "Stop")})
    for first, last in (("", f", {ours}"), (f"{ours}, ", ""), (f"{ours}, ", f", {ours}")):
        text = f'{{"hooks": {{"Stop": [{{"hooks": [{first}{{"command": "theirs"}}{last}]}}]}}}}'
        assert hook_text.uninstall(text) == (
            '{"hooks": {"Stop": [{"hooks": [{"command": "theirs"}]}]}}'
        )


def test_comments_around_ours_stay() -> None:
    text = '{\n  "a": 1,\n  // of mine\n  "hooks": {} // and this\n}\n'
    made = hook_text.install(text, PLACE, "claude")
    assert hook_text.uninstall(made.text) == '{\n  "a": 1\n  // of mine\n   // and this\n}\n'


@pytest.mark.parametrize(
    "text",
    ["", "   ", "[]", "7", "{", '{"a": 1', '{"a": 1,, "b": 2}', "{'a': 1}", '{"a": NaN}',
     '{"a": 1} {"b": 2}', '{"a": 1, "a": 2}', '{"hooks": []}', '{"hooks": {"Stop": {}}}',
     "{ /* never ends }", '{"a": "\x01"}', "{" * 200, '{"a" 1}', "no json"],
)  # fmt: skip
def test_what_is_no_settings_is_refused_as_it_is(text: str) -> None:
    if text == "":
        made = hook_text.install(text, PLACE, "claude")
        assert json.loads(made.text)["hooks"], "a file that is not there is made"
        return
    with pytest.raises(NotJsonError):
        hook_text.install(text, PLACE, "claude")


def test_a_line_of_ours_tells_where_the_hook_stands() -> None:
    assert place_in(command(PLACE, "claude", "Stop")) == PLACE
    assert place_in("echo hello") is None
    assert place_in("'") is None
    text = hook_text.install("{}", OLD, "claude").text
    assert not hook_text.is_current(text, PLACE, "claude")
    assert not hook_text.is_current("{}", PLACE, "claude")


_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=6)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)
_HOOKS = st.dictionaries(
    st.sampled_from(["Stop", "PreToolUse", "Other"]),
    st.lists(st.just(json.loads(THEIRS)), max_size=2), max_size=3,
)  # fmt: skip


@given(
    st.dictionaries(st.text(max_size=5).filter(lambda key: key != "hooks"), _VALUES, max_size=4),
    st.none() | _HOOKS, st.sampled_from([None, 1, 2, "\t"]), st.sampled_from(["\n", "\r\n"]),
    st.booleans(), st.sampled_from(["", "\n", "\n\n"]), st.booleans(),
)  # fmt: skip
def test_any_settings_in_any_layout_come_back(
    rest: dict[str, object], hooks: object, indent: int | str | None, newline: str, ascii_: bool,
    end: str, last: bool,
) -> None:  # fmt: skip
    value = {**rest, "hooks": hooks} if last else {"hooks": hooks, **rest}
    if hooks is None:
        value = rest
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_).replace("\n", newline) + end
    made = hook_text.install(text, PLACE, "claude")
    assert hook_text.is_current(made.text, PLACE, "claude")
    assert hook_text.uninstall(made.text, made.added) == text
    assert _without_empty(json.loads(hook_text.uninstall(made.text))) == _without_empty(value)
