"""The evaluator: each verdict, each role, and what it never says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from parallel_tui.model.policy import core
from parallel_tui.model.text.glob_tables import table_of

if TYPE_CHECKING:
    from parallel_tui.model.policy.formats import CompiledPolicy, Line, LockView, Ruling

NOW = 1_000_000.0
LINES = {"ask": "ask {0} about {1}", "emit": "tell the others first"}


def sentence(said: Ruling) -> str:
    """The worst of it in words."""
    return core.worded(said["worst"], LINES) if said["worst"] else ""


def lines(*patterns: str, fold: bool = False) -> list[Line]:
    """A list of patterns, compiled."""
    return [
        [int(text.startswith("!")), text, table_of(text.removeprefix("!"), fold=fold)]
        for text in patterns
    ]


def policy(*, fold: bool = False, problems: tuple[str, ...] = ()) -> CompiledPolicy:
    """The boundaries of a small project, as the hook reads them."""
    made: CompiledPolicy = {
        "schema": core.SCHEMA,
        "at": NOW,
        "base": {"name": "main", "ref": "refs/heads/main", "commit": "a" * 40, "blob": "b" * 40},
        "source": ".claude/parallel-config.yml",
        "levels": dict(core.LEVELS),
        "fold": fold,
        "sessions": [
            {
                "name": name,
                "names": [name],
                "shared": name == "shared",
                "note": "Coordinate before changes" if name == "shared" else "",
                "owns": lines(*owns, fold=fold),
                "can_read": lines(*reads, fold=fold),
            }
            for name, owns, reads in (
                ("front", ("src/ui/**", "!src/ui/gen/**"), ("src/api/**",)),
                ("back", ("src/api/**", "vendor/lib/**"), ()),
                ("shared", ("src/types/**",), ()),
            )
        ],
        "problems": list(problems),
        "warnings": [],
        "settings": [],
    }
    read: CompiledPolicy = json.loads(json.dumps(made))
    return read


def ask(path: str, session: str | None = "front", role: str = "edit", **kw: object) -> Ruling:
    """Ask about one path."""
    locks: list[LockView] = kw.get("locks", [])  # type: ignore[assignment]
    made: CompiledPolicy | None = kw.get("policy", policy())  # type: ignore[assignment]
    return core.evaluate([(path, role)], session, made, locks, NOW)


def lock(target: str, owner: str | None = "back", state: str = "held") -> LockView:
    """A lock."""
    name = target.replace("/", "_")
    made: LockView = {"name": name, "target": target, "owner": owner, "state": state}
    if any(char in target for char in "*?["):
        made["table"] = table_of(target)
    return made | {"since": NOW - 720, "reason": "new routes"}


@pytest.mark.parametrize(
    ("path", "session", "verdict", "action"),
    [
        ("src/ui/a.ts", "front", "own", "allow"),
        ("src/api/a.ts", "front", "readable", "deny"),
        ("src/ui/a.ts", "back", "foreign", "deny"),
        ("src/types/t.ts", "front", "shared", "warn"),
        ("README.md", "front", "unowned", "observe"),
        ("src/ui/gen/x.ts", "front", "unowned", "observe"),
        ("src/api/a.ts", None, "foreign", "deny"),
        ("src/api/a.ts", "stranger", "foreign", "deny"),
        ("src/types/t.ts", "shared", "own", "allow"),
    ],
)
def test_every_verdict(path: str, session: str | None, verdict: str, action: str) -> None:
    said = ask(path, session)
    assert said["verdicts"] == [(path, verdict)]
    assert said["action"] == action
    assert (said["worst"] is not None) == (action != "allow")


def test_a_sentence_says_whose_it_is_since_when_and_how_to_ask() -> None:
    assert sentence(ask("src/ui/a b.ts", "back")) == (
        "src/ui/a b.ts belongs to front (src/ui/** in the boundaries of main at aaaaaaa), not to "
        "back; ask front about 'src/ui/a b.ts'."
    )
    assert sentence(ask("src/api/a.ts")) == (
        "src/api/a.ts belongs to back (src/api/** in the boundaries of main at aaaaaaa); "
        "front may only read it; ask back about src/api/a.ts."
    )
    assert sentence(ask("src/types/t.ts")) == (
        "src/types/t.ts is shared by all sessions (“Coordinate before changes”); "
        "tell the others first."
    )
    assert sentence(ask("src/ui/a.ts", locks=[lock("src/ui/**")])) == (
        "src/ui/a.ts is locked by back, for 12m, “new routes”; ask back about src/ui/a.ts."
    )
    assert sentence(ask("README.md")) == (
        "README.md belongs to no session in the boundaries of main at aaaaaaa."
    )


def test_a_lock_is_stronger_than_owning_the_path_and_is_told_first() -> None:
    said = core.evaluate(
        [("src/types/t.ts", "edit"), ("src/ui/a.ts", "edit")],
        "front",
        policy(),
        [lock("src/ui/a.ts")],
        NOW,
    )
    assert said["action"] == "deny"
    assert said["verdicts"] == [("src/types/t.ts", "shared"), ("src/ui/a.ts", "own")]
    assert "locked by back" in sentence(said)


@pytest.mark.parametrize(
    ("target", "path", "state", "denied"),
    [
        ("src/ui", "src/ui/a.ts", "held", True),
        ("src/ui/a.ts", "src/ui/a.tsx", "held", False),
        ("src/ui/*.ts", "src/ui/a.ts", "takeable", True),
        ("src/ui/[id].ts", "src/ui/[id].ts", "held", True),
        ("src/ui/a.ts", "src/ui/a.ts", "dead", False),
        ("src/ui/a/b.ts", "src/ui/a_b.ts", "foreign", True),
        ("src/ui/a/b.ts", "src/ui/a_b.ts", "held", False),
    ],
)
def test_locks(target: str, path: str, state: str, denied: bool) -> None:
    said = ask(path, locks=[lock(target, state=state)])
    assert (said["action"] == "deny") == denied
    assert (
        ask(path, "back", locks=[lock(target, state=state)])["remarks"][:1]
        != [each for each in said["remarks"] if each["verdict"] == "locked"]
        or not denied
    )


def test_both_names_of_a_rename_and_both_ends_of_a_link_count() -> None:
    moved = core.evaluate(
        [("src/ui/a.ts", "new"), ("src/api/a.ts", "old")], "front", policy(), [], NOW
    )
    assert moved["action"] == "deny"
    linked = core.evaluate(
        [("src/ui/a.ts", "link"), ("src/types/a.ts", "target")], "front", policy(), [], NOW
    )
    assert linked["action"] == "warn"


def test_a_folder_is_whose_everything_in_it_is() -> None:
    assert ask("vendor/lib", "front", "folder")["remarks"][0]["owner"] == "back"
    assert ask("vendor/lib", "front")["verdicts"] == [("vendor/lib", "unowned")]
    assert ask("vendor", "front", "folder")["verdicts"] == [("vendor", "unowned")]
    assert ask("src", "front", "folder", locks=[lock("src/ui/a.ts")])["action"] == "deny"


def test_case_counts_only_where_the_file_system_says_so() -> None:
    assert ask("SRC/UI/a.ts", "back")["verdicts"][0][1] == "unowned"
    assert ask("SRC/UI/a.ts", "back", policy=policy(fold=True))["verdicts"][0][1] == "foreign"
    held = [lock("src/ui/a.ts")]
    assert ask("Src/UI/A.ts", locks=held)["action"] == "observe"
    assert ask("Src/UI/A.ts", policy=policy(fold=True), locks=held)["action"] == "deny"


@pytest.mark.parametrize("made", [None, policy(problems=("line 3: the pattern '' is empty",))])
def test_nothing_is_own_where_the_boundaries_are_not_known(made: CompiledPolicy | None) -> None:
    said = ask("src/ui/a.ts", policy=made)
    assert said["verdicts"] == [("src/ui/a.ts", "unknown")]
    assert said["action"] == "warn"
    assert ask("src/ui/a.ts", policy=made, locks=[lock("src/ui")])["action"] == "deny"


def test_a_repository_without_boundaries_binds_nobody() -> None:
    said = ask("src/ui/a.ts", policy={**policy(), "sessions": []})
    assert (said["action"], said["remarks"]) == ("allow", [])


def test_compiled_boundaries_that_are_out_of_date_say_why() -> None:
    made = policy()
    assert core.stale(made, "a" * 40, []) is None
    assert "main has moved" in str(core.stale(made, "c" * 40, []))
    assert "not known" in str(core.stale(made, None, []))
    assert core.stale(made, "c" * 40, [], "b" * 40) is None, "base moved, its file is the same"
    assert core.stale(made, None, [], "b" * 40) is None
    assert "main has moved" in str(core.stale(made, "c" * 40, [], "d" * 40))
    assert "main has moved" in str(core.stale(made, "c" * 40, [], None))
    assert "settings" in str(core.stale(made, "a" * 40, [["/x", 1, 2]]))
    assert "another version" in str(core.stale({**made, "schema": 2}, "a" * 40, []))


def test_odd_names_are_quoted_in_sentences() -> None:
    said = sentence(ask("src/ui/a\n\x1b[31m.ts", "back"))
    assert "\n" not in said
    assert "\x1b" not in said
