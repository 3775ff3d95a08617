"""Refs by which machines share work: names survive them, and others' words are not believed."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.hosts.shared import (
    FoundRef,
    SharedSession,
    ShareMode,
    escaped,
    host_name,
    ref_of,
    subject_of,
    understood,
    unescaped,
    usual_host_name,
)
from parallel_tui.record import replace

OID = "1" * 40
MINE = SharedSession(
    *("red", "log in/[x].lock", OID, "2" * 40, "3" * 40),
    branch="feature/ä",
    mode=ShareMode.WORK,
    dirty=True,
    clone="c",
    pushed=7,
)


def found(session: SharedSession, **other: object) -> FoundRef:
    """The ref that shares a session, as git tells it, with something else in it."""
    made = FoundRef(
        ref_of(session.host, session.name),
        *("commit", session.commit, session.tree, (session.head, *session.merges)),
        *(str(session.pushed), subject_of(session)),
    )
    return replace(made, **other)  # type: ignore[arg-type]


@given(st.text(min_size=1, max_size=40).filter(lambda text: "\0" not in text))
def test_every_name_comes_back_from_its_ref(name: str) -> None:
    assert unescaped(escaped(name)) == name


@pytest.mark.parametrize(
    "name", ["-a", ".a", "a.", "a..b", "a.lock", "a/b", "a b", "@", "ä", "{x}"]
)
def test_git_takes_every_name(name: str) -> None:
    subprocess.run(["git", "check-ref-format", ref_of("red", name)], check=True)


@pytest.mark.parametrize("part", ["", "%41", "%2f", "%", "a b", "%ZZ", "a.lock", "..", "%00"])
def test_a_name_in_another_spelling_is_none(part: str) -> None:
    name = unescaped(part)
    assert name is None or escaped(name) == part


def test_what_a_machine_says_of_a_session_is_understood_elsewhere() -> None:
    assert understood(found(MINE)) == MINE
    merging = replace(MINE, merges=("4" * 40,), limited="a merge is under way", branch=None)
    assert understood(found(merging)) == merging


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ref": ref_of("green", MINE.name)}, "another session's"),
        ({"ref": ref_of("red", "other")}, "another session's"),
        ({"ref": "refs/pdev/hosts/red"}, "name"),
        ({"ref": "refs/pdev/hosts/red/a/b"}, "name"),
        ({"ref": "refs/pdev/hosts/RED/a"}, "name"),
        ({"ref": ref_of("red", "x" * 101)}, "name"),
        ({"kind": "blob"}, "names a blob"),
        ({"kind": "tag"}, "names a tag"),
        ({"subject": "Fix the login"}, "not made by pdev"),
        ({"subject": "pdev: shared work " + "[" * 500}, "cannot be understood"),
        ({"subject": "pdev: shared work []"}, "cannot be understood"),
        ({"subject": subject_of(MINE) + " " * 9000}, "not made by pdev"),
        ({"subject": subject_of(MINE).replace('"work"', '"all"')}, "cannot be understood"),
        ({"subject": subject_of(MINE).replace('"work"', '"commits"')}, "uncommitted work"),
        ({"subject": subject_of(MINE).replace("true", '"yes"')}, "cannot be understood"),
        ({"parents": ()}, "stands on no other"),
        ({"tree": "HEAD"}, "stands on no other"),
    ],
)
def test_what_contradicts_itself_is_not_believed(change: dict[str, object], why: str) -> None:
    told = understood(found(MINE, **change))
    assert isinstance(told, str)
    assert why in told


def test_a_machine_has_a_name_that_refs_can_hold() -> None:
    assert host_name(" Build-1.lab ") == "build-1.lab"
    for wrong in ("", "-a", "a b", "a..b", "x.lock", "ä", "a/b", "x" * 64):
        with pytest.raises(UsageError):
            host_name(wrong)
    assert host_name(usual_host_name("Söme.Host.example")) == "s-me"
    assert host_name(usual_host_name("...")) == "host"
