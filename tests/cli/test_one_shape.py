"""One value reads the same by whichever command it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.cli.running import pdev
from tests.support.world import World

LINES = "".join(f"{number}\n" for number in range(1, 20))

KINDS = {
    "session": {"state", "state_source"},
    "window": {"tmux_session", "panes"},
    "pair": {"a", "b", "kinds"},
    "path of a pair": {"hunks"},
    "lock": {"generation", "ttl"},
    "repository": {"common_dir"},
    "trouble": {"source", "level", "message"},
    "sign": {"decided", "seen_at"},
    "outcome of a sync": {"session", "result"},
    "error": {"kind", "title", "hint"},
}
"""What each kind of value is known by: keys that it has and no other."""

MOMENT = frozenset({"stale", "since", "last_activity", "cpu", "memory", "processes", "state"})
"""What may differ between two looks."""


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)


def _shape(value: dict[str, Any]) -> frozenset[str]:
    """Its keys; those that are only there beside a null, or where there is something to tell."""
    return frozenset(key for key in value if not key.endswith(("_reason", "_because")))


def _steady(value: dict[str, Any]) -> dict[str, Any]:
    return {
        key: each
        for key, each in value.items()
        if key.removesuffix("_reason") not in MOMENT and not key.startswith("state_")
    }


def test_every_command_tells_a_value_in_one_shape(world: World, isolated: dict[str, str]) -> None:
    world.commit("f", LINES)
    for name, number in (("one", 5), ("two", 5), ("three", 8)):
        tree = world.worktree(name)
        (tree / "f").write_text(LINES.replace(f"\n{number}\n", f"\n{name}\n"))

    def told(*arguments: str) -> list[dict[str, Any]]:
        ran = pdev(*arguments, cwd=world.repo, env=isolated)
        assert ran.out, ran.err
        return [json.loads(line) for line in ran.out.splitlines()]

    told("lock", "f", "--session", "one", "--json")
    everything = {
        "list": told("list", "--json"),
        "status": told("status", "--json"),
        "status NAME": told("status", "one", "--json"),
        "check": told("check", "--json"),
        "watch": told("watch", "--ndjson", "--until-idle")[-1:],
        "locks": told("locks", "--json"),
        "lock --check": told("lock", "f", "--check", "--session", "two", "--json"),
        "sync": told("sync", "one", "--no-fetch", "--json"),
        "refusal": told("lock", "f", "--session", "two", "--json"),
        "usage": told("sync", "nobody", "--json"),
    }
    seen: dict[str, dict[frozenset[str], set[str]]] = {kind: {} for kind in KINDS}
    for command, values in everything.items():
        assert {value["schema"] for value in values} == {2}
        for value in _objects(values):
            for kind, keys in KINDS.items():
                if keys <= value.keys():
                    seen[kind].setdefault(_shape(value), set()).add(command)
    for kind, shapes in seen.items():
        assert len(shapes) <= 1, f"{kind}: {shapes}"
    for kind in ("session", "pair", "path of a pair", "lock"):
        assert sum(map(len, seen[kind].values())) > 1, f"{kind} is told by one command only"

    [check], [watch] = everything["check"], everything["watch"]
    pairs = {(each["a"], each["b"]): _steady(each) for each in (*check["pairs"], *check["base"])}
    live = {(each["a"], each["b"]): _steady(each) for each in watch["overlaps"]}
    assert live
    assert {pair: pairs[pair] for pair in live} == live
    for name in ("list", "watch"):
        sessions = {each["name"]: _steady(each) for each in everything[name][0]["sessions"]}
        assert sessions["one"] == _steady(everything["status NAME"][0]["session"])
    [held], [blocked] = everything["locks"][0]["locks"], everything["lock --check"][0]["blockers"]
    assert blocked["lock"] == held
