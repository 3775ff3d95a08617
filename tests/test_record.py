"""A record keeps every promise of `dataclasses`, and asks nothing of that module to be defined."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import KW_ONLY
from functools import partial
from types import ModuleType
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from parallel_tui import record, record_methods

T = TypeVar("T")
Make = Callable[..., Any]


@pytest.fixture(autouse=True, params=[1, 50], ids=["compiled soon", "not compiled"])
def often(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it holds before and after the compilation of an `__init__`."""
    monkeypatch.setattr(record_methods, "OFTEN", request.param)


def _point(of: ModuleType, **options: bool) -> Any:
    @of.dataclass(slots=True, **options)
    class Point:
        """A place."""

        scale: ClassVar[int] = 7

        x: int
        y: int = 2
        tags: list[str] = of.field(default_factory=list)
        note: str = of.field(default="", compare=False)
        secret: str = of.field(default="s", repr=False)
        seen: int = of.field(default=0, init=False)

        @property
        def sum(self) -> int:
            """Both together."""
            return self.x + self.y

    return Point


def _frozen(of: ModuleType) -> Any:
    @of.dataclass(frozen=True, slots=True)
    class Frozen(Generic[T]):
        """A value."""

        name: str
        more: tuple[T, ...] = ()

    return Frozen


def _child(of: ModuleType) -> Any:
    base = _frozen(of)

    @of.dataclass(frozen=True, slots=True)
    class Child(base):  # type: ignore[misc, valid-type]
        """A value with one thing more."""

        size: int = 3
        name: str = "of the child"

    return Child


def _checked(of: ModuleType) -> Any:
    @of.dataclass(slots=True)
    class Checked:
        """Looks at itself."""

        low: int
        high: int

        def __post_init__(self) -> None:
            if self.low > self.high:
                raise ValueError("upside down")

        def __repr__(self) -> str:
            return "mine"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 5

    return Checked


def _ordered(of: ModuleType) -> Any:
    @of.dataclass(frozen=True, slots=True, order=True)
    class Ordered:
        """Can be sorted."""

        a: int
        b: int = of.field(default=0)

    return Ordered


def _told(function: Callable[[], Any]) -> Any:
    """What a call answers: its value in words, or the kind of its error."""
    try:
        return repr(function())
    except Exception as error:
        return type(error)


USES: dict[str, Callable[[Any], Any]] = {
    "repr": lambda c: c(1),
    "by name": lambda c: c(x=1, y=5),
    "nothing given": lambda c: c(),
    "too much": lambda c: c(*range(9)),
    "unknown name": lambda c: c(1, z=3),
    "twice": lambda c: c(1, x=3),
    "equal": lambda c: (c(1) == c(1), c(1) == c(2), c(1) == 1, c(1) != c(1)),
    "not compared": lambda c: c(1, note="a") == c(1, note="b"),
    "own lists": lambda c: c(1).tags is c(1).tags,
    "hash": lambda c: hash(c(1)) == hash(c(1)),
    "set": lambda c: setattr(c(1), "x", 3),
    "delete": lambda c: delattr(c(1), "x"),
    "class attribute": lambda c: c.scale,
    "property": lambda c: c(1).sum,
    "not asked for": lambda c: (c(1).seen, c(1, seen=3)),
    "replaced": lambda c: dataclasses.replace(c(1), y=9),
    "replaced by ours": lambda c: record.replace(c(1), y=9),
    "replaced wrongly": lambda c: record.replace(c(1), seen=9),
    "as a mapping": lambda c: dataclasses.asdict(c(1)),
    "as a mapping by ours": lambda c: (record if hasattr(c, "__parts__") else dataclasses).asdict(
        c(1, tags=[c(2), (c(3), {"k": c(4)})])
    ),
    "names": lambda c: [f.name for f in dataclasses.fields(c)],
    "is one": lambda c: (dataclasses.is_dataclass(c), dataclasses.is_dataclass(c(1))),
    "slots": lambda c: (c.__slots__, hasattr(c(1), "__dict__")),
    "match": lambda c: c.__match_args__,
    "copied": lambda c: (copy.copy(c(1)), copy.deepcopy(c(1))),
    "signature": lambda c: list(inspect.signature(c).parameters),
    "name": lambda c: (c.__name__, c.__qualname__.rsplit(".", 1)[1], c.__doc__, c.__module__),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("frozen", [False, True])
def test_a_record_answers_as_a_dataclass_does(use: str, frozen: bool) -> None:
    ask = USES[use]
    ours, theirs = _point(record, frozen=frozen), _point(dataclasses, frozen=frozen)
    said = [_told(partial(ask, made)) for made in (ours, theirs)]
    assert str(said[0]).replace("_point.<locals>.", "") == str(said[1]).replace(
        "_point.<locals>.", ""
    )


def _by_name(of: ModuleType) -> Any:
    @of.dataclass(frozen=True, slots=True, kw_only=True)
    class ByName:
        """Is given by name."""

        a: int = of.field(default=0)
        b: int

    return ByName


def _mixed(of: ModuleType) -> Any:
    @of.dataclass(frozen=True, slots=True)
    class Mixed:
        """Some by place, the rest by name."""

        a: int
        b: int = 2
        _: KW_ONLY
        c: int
        d: int = 4

    return Mixed


def test_what_is_given_by_name_is_given_by_name_alone() -> None:
    ours, theirs = _mixed(record), _mixed(dataclasses)
    for given, named in ((1,), {"c": 3}), ((1, 2, 3), {}), ((), {"c": 1}), ((1,), {"c": 1, "d": 2}):
        assert _told(partial(ours, *given, **named)) == _told(partial(theirs, *given, **named))
    assert ours.__match_args__ == theirs.__match_args__
    assert record.replace(ours(1, c=3), d=5) == ours(1, c=3, d=5)


def _unknown(of: ModuleType) -> Any:
    @of.dataclass(frozen=True)
    class Unknown:
        """Has no slots: the library makes it."""

        a: int = of.field(default=0)

    return Unknown


@pytest.mark.parametrize("make", [_frozen, _child, _checked, _ordered, _by_name, _unknown])
def test_odd_shapes_answer_alike_too(make: Make) -> None:
    ours, theirs = make(record), make(dataclasses)
    for given in ((), (1,), (1, 2), (2, 1), (1, 2, 3), ("n", (), 4)):
        for ask in (
            lambda c, g: c(*g),
            lambda c, g: c(*g) == c(*g),
            lambda c, g: hash(c(*g)) == hash(c(*g)),
            lambda c, g: dataclasses.asdict(c(*g)),
            lambda c, g: dataclasses.replace(c(*g)),
            lambda c, g: record.replace(c(*g)),
            lambda c, g: sorted([c(*g), c(*g)]),
            lambda c, g: (c(*g) < c(1, 1), c(*g) <= c(1, 1), c(*g) > c(1, 1), c(*g) >= c(1, 1)),
            lambda c, g: copy.copy(c(*g)),
        ):
            assert _told(partial(ask, ours, given)) == _told(partial(ask, theirs, given))


def test_a_wrong_class_is_refused() -> None:
    for of in (record, dataclasses):
        with pytest.raises(ValueError, match="mutable default"):

            @of.dataclass(slots=True)
            class _Shared:
                many: list[int] = []  # noqa: RUF012 - what is refused

        with pytest.raises(TypeError, match="non-default argument"):

            @of.dataclass(slots=True)
            class _Order:
                a: int = 1
                b: int


@record.dataclass(frozen=True, slots=True)
class Pickled:
    """Stands at the top of a module, as what is pickled has to."""

    name: str
    size: int = 0


def test_a_frozen_record_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Pickled("a", 3))) == Pickled("a", 3)  # noqa: S301 - our own


def test_a_record_that_holds_itself_is_shown() -> None:
    it = _point(record)(1)
    it.tags.append(it)
    assert "tags=[...]" in repr(it)


def test_defining_a_record_imports_no_dataclasses() -> None:
    code = (
        "from __future__ import annotations\n"
        "import sys\n"
        "from parallel_tui.record import dataclass, field, replace\n"
        "@dataclass(frozen=True, slots=True)\n"
        "class A:\n    a: int = 0\n    b: list[int] = field(default_factory=list)\n"
        "replace(A(1), a=2)\n"
        "assert not {'dataclasses', 'inspect', 're'} & set(sys.modules), 'costly'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_record_takes_nothing_new() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):  # where the library's own code fails
        _point(record, frozen=True)(1).brand_new = 3
    with pytest.raises(AttributeError):
        _point(record)(1).brand_new = 3


def test_an_init_is_compiled_when_many_objects_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_methods, "OFTEN", 3)
    point = _point(record)
    before = point.__init__
    made = [point(x, tags=[x]) for x in range(5)]
    assert point.__init__ is not before
    assert [each.x for each in made] == [0, 1, 2, 3, 4]
    assert made == [point(x, tags=[x]) for x in range(5)]
    assert point(1).tags is not point(1).tags
    assert (point(1).y, point(1).note, point(1).secret, point(1).seen) == (2, "", "s", 0)
    wrongs: tuple[tuple[object, ...], ...] = ((), (1, 2, [], "", "s", 6))
    for wrong in wrongs:
        with pytest.raises(TypeError):
            point(*wrong)
    with pytest.raises(TypeError):
        point(1, seen=3)


def _promised(kind: Any) -> set[str]:
    return {name for name, each in vars(kind).items() if isinstance(each, record_methods.Promised)}


def test_a_method_is_made_when_it_is_first_asked_for() -> None:
    child = _child(record)
    before = _promised(child)
    assert {"__init__", "__eq__", "__hash__", "__repr__", "__setattr__"} <= before
    one = child("a")
    assert before - _promised(child) == {"__init__"}
    assert one == child("a")
    assert before - _promised(child) == {"__init__", "__eq__"}
    assert one.__eq__.__qualname__.endswith("Child.__eq__")


def test_a_method_that_waits_is_not_taken_for_that_of_a_subclass() -> None:
    class Own(_frozen(record)):  # type: ignore[misc]
        """May be given what it does not inherit."""

        def __init__(self, name: str, note: str) -> None:
            super().__init__(name)
            self.note = note

    @record.dataclass(frozen=True, slots=True)
    class Below(Own):
        """Its methods wait too."""

        size: int = 0

        def __repr__(self) -> str:
            return f"below {super(Below, self).__repr__()}"  # noqa: UP008 - slots make another class

    assert Own("a", "b").note == "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Own("a", "b").name = "c"
    assert "name='a'" in repr(Below("a"))
