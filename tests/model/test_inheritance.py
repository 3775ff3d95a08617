"""What another program inherits of an environment."""

from __future__ import annotations

import subprocess

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.inheritance import (
    DOUBTFUL,
    INSIDE_TMUX,
    NEVER,
    ONE_COMMANDS,
    PEOPLE,
    PERSONS,
    for_git,
    inherited,
    outside_windows,
    started_by_git,
)

USERS = {
    "HOME": "/home/u",
    "PATH": "/usr/bin:/bin",
    "VIRTUAL_ENV": "/home/u/venv",
    "PYTHONPATH": "/home/u/lib",
    "SSH_AUTH_SOCK": "/run/agent",
    "GIT_SSH_COMMAND": "ssh -i key",
    "GIT_CONFIG_GLOBAL": "/home/u/.gitconfig",
    "GIT_ASKPASS": "/usr/bin/askpass",
}
"""What only a user sets."""

HOOK = {
    "GIT_DIR": "/r/.git/worktrees/w1",
    "GIT_INDEX_FILE": "/r/.git/worktrees/w1/index",
    "GIT_EXEC_PATH": "/usr/lib/git-core",
    "GIT_PREFIX": "",
    "GIT_AUTHOR_NAME": "Somebody",
    "GIT_AUTHOR_DATE": "@1 +0000",
    "GIT_EDITOR": ":",
    "GIT_REFLOG_ACTION": "commit",
    "GITHEAD_0123": "topic",
}
"""What git gives to a hook."""

PEOPLE_NAMES = [f"{who}_{what}" for who in PEOPLE for what in PERSONS]
NAMES = st.sampled_from(
    [*USERS, *HOOK, *ONE_COMMANDS, *DOUBTFUL, *PEOPLE_NAMES, *NEVER, *INSIDE_TMUX, "LC_ALL"]
)


def test_everything_that_git_calls_local_goes() -> None:
    printed = subprocess.run(
        ["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True
    )
    local = printed.stdout.split()
    assert len(local) > 10
    given = {
        **USERS,
        **dict.fromkeys(local, "x"),
        "GIT_CONFIG_KEY_0": "a",
        "GIT_CONFIG_VALUE_0": "",
    }
    assert inherited(given) == USERS


def test_what_git_gives_to_a_hook_or_an_alias_goes_and_what_the_user_exported_stays() -> None:
    told = {**USERS, **HOOK, "PATH": f"/usr/lib/git-core:{USERS['PATH']}"}
    assert inherited(told) == USERS
    for sign in ("GIT_EXEC_PATH", "GIT_PREFIX", "GIT_DIR", "GIT_INDEX_FILE"):
        assert "GIT_EDITOR" not in inherited({sign: "", "GIT_EDITOR": ":"})


def test_without_a_sign_of_git_everything_is_the_users() -> None:
    own = {**USERS, "GIT_EDITOR": "vim", "GIT_AUTHOR_NAME": "Ada", "GIT_CONFIG_COUNT": "0"}
    assert inherited(own) == own


def test_a_person_goes_with_the_date_that_git_sets_beside_them() -> None:
    own = {"GIT_AUTHOR_NAME": "Ada", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "a@b"}
    assert inherited({**own, "GIT_EXEC_PATH": "/x"}) == own, "an alias sets none of these"
    in_hook = {**own, "GIT_EXEC_PATH": "/x", "GIT_AUTHOR_DATE": "@1 +0000"}
    assert inherited(in_hook) == {k: v for k, v in own.items() if "AUTHOR" not in k}


def test_nobody_speaks_for_the_session_that_started_them() -> None:
    ours = {"PDEV_SESSION": "a", "CLAUDE_SESSION": "a", "CLAUDECODE": "1", "CLAUDE_PID": "7"}
    assert inherited({**USERS, **ours, "COLUMNS": "80", "LINES": "24"}) == USERS


def test_our_own_git_keeps_the_configuration_it_was_given() -> None:
    given = {**HOOK, "GIT_CONFIG_PARAMETERS": "'a.b'='c'", "GIT_CONFIG_COUNT": "0"}
    assert for_git(given) == {
        "GIT_EXEC_PATH": HOOK["GIT_EXEC_PATH"],
        "GIT_CONFIG_PARAMETERS": "'a.b'='c'",
        "GIT_CONFIG_COUNT": "0",
    }


@given(st.dictionaries(NAMES, st.text(max_size=5)))
def test_the_rule_adds_nothing_and_done_twice_is_done_once(env: dict[str, str]) -> None:
    once = inherited(env)
    assert inherited(once) == once
    assert set(once) <= set(env)
    assert not set(once) & set(NEVER)
    assert not started_by_git(once)
    assert {name: once[name] for name in once if name != "PATH"} == {
        name: env[name] for name in once if name != "PATH"
    }
    assert not set(outside_windows(env)) & set(INSIDE_TMUX)
