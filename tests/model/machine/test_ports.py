"""What is given to a session is nobody else's, has a name that programs take, and can be set."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import RefusedError
from parallel_tui.model.machine.ports import (
    PortGrant,
    PortRange,
    compose_name,
    database_name,
    env_text,
    environment,
    pick,
    variable,
)
from parallel_tui.model.settings.rows.machine import port_ranges, slot_limits
from parallel_tui.model.settings.values import WrongValueError

RANGES = {"web": PortRange(3000, 3019), "api": PortRange(8000, 8011)}
NUMBERS = st.frozensets(st.one_of(st.integers(3000, 3019), st.integers(8000, 8011)))


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_port_is_picked_once_and_from_its_range(
    taken: frozenset[int], avoided: frozenset[int], busy: frozenset[int]
) -> None:
    try:
        found, passed = pick(RANGES, taken=taken, avoided=avoided, in_use=busy.__contains__)
    except RefusedError:
        free = [
            distance
            for distance in range(1, 12)
            if not {3000 + distance, 8000 + distance} & (taken | busy)
        ]
        assert free == []
        return
    numbers = dict(found)
    assert not {*numbers.values()} & (taken | busy)
    assert numbers["web"] - 3000 == numbers["api"] - 8000 >= 1
    assert {*passed} <= busy


def test_ports_of_sessions_that_are_gone_are_taken_last() -> None:
    def picked(taken: set[int], avoided: set[int]) -> int:
        span = {"web": PortRange(3000, 3003)}
        return pick(span, taken=taken, avoided=avoided, in_use=lambda _: False)[0][0][1]

    assert picked({3001}, {3002}) == 3003
    assert picked({3001, 3003}, {3002}) == 3002
    main = pick({"web": PortRange(3000, 3003)}, taken=(), avoided=(), in_use=lambda _: False,
                main=True)  # fmt: skip
    assert main[0] == (("web", 3000),)


@pytest.mark.parametrize(
    ("name", "made"),
    [("web", "WEB_PORT"), ("port", "PORT"), ("Api-v2", "API_V2_PORT"), ("x_port", "X_PORT")],
)
def test_the_variable_of_a_port(name: str, made: str) -> None:
    assert variable(name) == made


@given(st.text(max_size=80), st.text(max_size=80), st.integers(0, 4))
def test_names_fit_and_are_nobody_elses(repository: str, session: str, others: int) -> None:
    for make, form in (
        (compose_name, r"[a-z0-9][a-z0-9_-]*"),
        (database_name, r"[a-z][a-z0-9_]*"),
    ):
        taken: list[str] = []
        for _ in range(others + 1):
            name = make(repository, session, taken)
            assert re.fullmatch(form, name)
            assert len(name) <= 63
            assert name not in taken
            taken.append(name)


def test_the_file_says_what_the_environment_says() -> None:
    grant = PortGrant("/g", "/r", "a", (("web", 3001),), "r-a", "r_a")
    lines = env_text(grant).splitlines()
    assert lines[0].startswith("#")
    assert dict(line.split("=") for line in lines[1:]) == environment(grant)


def test_what_can_be_set() -> None:
    found = port_ranges({"web": 3000, "api": "8000-8001"})
    assert {name: str(each) for name, each in found.items()} == {
        "web": "3000-3099",
        "api": "8000-8001",
    }
    assert dict(slot_limits({"test": 2})) == {"test": 2}
    assert not port_ranges(None)
    assert not slot_limits(None)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"web": 80}, {"web": 70_000}, {"web": "3000-2000"}, {"web": "3000-3000"}, {"web": True}),
        *({"web": 3000, "api": 3099}, {"web": 3000, "WEB": 4000}, {"a b": 3000}, {"web": []}),
        *({"web": "٣٠٠٠"}, {"web": 3000.5}, [3000], "3000", {1: 3000}, {"": 3000}),
    ],
    ids=repr,
)
def test_what_cannot(wrong: object) -> None:
    with pytest.raises(WrongValueError):
        port_ranges(wrong)


@pytest.mark.parametrize("wrong", [{"a b": 1}, {"a": 0}, {"a": "x"}, {"../a": 1}, {"a": True}, 3])
def test_what_cannot_be_a_slot(wrong: object) -> None:
    with pytest.raises(WrongValueError):
        slot_limits(wrong)
