"""Fakes have the face of what they stand for: a renamed method fails a test."""

from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.bootstrap.outside import Outside
from parallel_tui.bootstrap.reaching import ReachingParts
from parallel_tui.engine.engine import Engine
from parallel_tui.services.session.windows import Attacher
from parallel_tui.services.sharing.sharing import Shared
from parallel_tui.services.trash.toolbox import Tools
from tests.ui.fake_engine import (
    FakeCore,
    FakeEngine,
    FakeOutside,
    FakeReaching,
    FakeShared,
    FakeTools,
    Recorder,
)

OURS = {"live", "config", "warnings", "sources", "passed"}
"""What tests give a fake core."""

LATER: dict[type, set[str]] = {
    Core: {"clock"},
    Shared: {"store"},
    Outside: set(),
    ReachingParts: set(),
}
"""What an instance is given when it is made, beside what its class has."""

FED = {"publish"}
"""How tests feed a fake live view."""


def _methods(kind: type) -> dict[str, inspect.Signature]:
    found = inspect.getmembers(kind, inspect.isfunction)
    return {name: inspect.signature(each) for name, each in found if not name.startswith("_")}


@pytest.mark.parametrize(("fake", "real"), [(FakeEngine, Engine), (FakeTools, Tools)])
def test_a_fake_takes_what_the_real_one_takes(fake: type, real: type) -> None:
    actual = _methods(real)
    for name, signature in _methods(fake).items():
        if name not in FED:
            assert list(signature.parameters) == list(actual[name].parameters), name


@pytest.mark.parametrize(
    ("fake", "real"),
    [(FakeCore, Core), (FakeShared, Shared), (FakeOutside, Outside), (FakeReaching, ReachingParts)],
)
def test_a_fake_has_the_fields_of_the_real_one(fake: type, real: type) -> None:
    names = {each.name for each in fields(fake)} - OURS
    assert names
    assert names <= set(dir(real)) | set(vars(real).get("__annotations__", ())) | LATER[real]
    assert set(fake.REAL) <= names  # type: ignore[attr-defined]


def test_a_recorder_knows_only_what_its_class_knows() -> None:
    recorder = Recorder().like(Attacher)
    recorder.attach("auth")
    with pytest.raises(AttributeError):
        recorder.atach("auth")
    with pytest.raises(TypeError):
        recorder.attach()
    with pytest.raises(AssertionError, match="has no detach"):
        Recorder(detach=1).like(Attacher)
