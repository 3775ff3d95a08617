"""`pdev send` and `pdev queue`, as a person or a script uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import pdev
from tests.support.world import World

TEXT = "-rf $(touch pwned) [b]#{x}\n'second' line"


@pytest.fixture
def auth(world: World) -> Path:
    """A session without a window."""
    return world.worktree("auth")


def test_a_message_waits_is_listed_and_is_taken_back(world: World, auth: Path) -> None:
    sent = pdev("send", "auth", "--json", "--", TEXT, cwd=world.repo, env=world.env)
    assert sent.status == 0, sent.err
    assert (sent.json["delivered"], sent.json["queued"]) == ([], ["auth"])
    (found,) = pdev("queue", "list", "--json", cwd=auth, env=world.env).json["messages"]
    assert (found["session"], found["sender"], found["text"]) == ("auth", "user", TEXT)
    assert [found["id"]] == sent.json["ids"]
    line = pdev("queue", "list", cwd=auth, env=world.env).out
    assert line.count("\n") == 1
    assert "user → auth  prompt" in line
    taken = pdev("queue", "revoke", found["id"], "--json", cwd=auth, env=world.env)
    assert taken.json["revoked"] == [found["id"]]
    again = pdev("queue", "revoke", found["id"], cwd=auth, env=world.env)
    assert again.status != 0
    assert "is not waiting any more" in again.err
    assert "No message waits" in pdev("queue", "list", cwd=auth, env=world.env).err
    assert not list(world.root.rglob("pwned"))


def test_a_text_comes_from_a_file_or_from_standard_input(world: World, auth: Path) -> None:
    file = world.root / "what to do.md"
    file.write_text("one\ntwo\n")
    assert pdev("send", "auth", "--file", str(file), cwd=auth, env=world.env).status == 0
    piped = pdev("send", "auth", "main", "--file", "-", cwd=auth, env=world.env, stdin="three\n")
    assert piped.status == 0
    waiting = pdev("queue", "list", "--json", cwd=auth, env=world.env).json["messages"]
    assert sorted((each["session"], each["text"]) for each in waiting) == [
        ("auth", "one\ntwo"),
        ("auth", "three"),
        ("main", "three"),
    ]


def test_a_session_that_sends_is_named(world: World, auth: Path) -> None:
    pdev("send", "main", "look", cwd=auth, env=world.env, PDEV_SESSION="auth")
    (found,) = pdev("queue", "list", "--json", cwd=auth, env=world.env).json["messages"]
    assert found["sender"] == "auth"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("only a text",),
        ("nobody", "x"),
        ("auth", ""),
        ("auth", "--all", "x"),
        ("auth", "--file", "/nowhere/at/all"),
        ("auth", "--file", "/dev/null"),
    ],
)
def test_what_cannot_be_sent_is_one_sentence(
    world: World, auth: Path, words: tuple[str, ...]
) -> None:
    ran = pdev("send", *words, cwd=world.repo, env=world.env)
    assert ran.status != 0
    assert ran.err.startswith("pdev: ")
    assert "Traceback" not in ran.err
    assert "No message waits" in pdev("queue", "list", cwd=auth, env=world.env).err
