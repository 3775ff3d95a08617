"""The methods of a record: closures over its fields, where `dataclasses` would compile source.

The exception is `__init__` of a class of which many objects are made: it is compiled then, as the
library's is from the start, for it takes a third of the time.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NOTHING: Any = object()
"""Stands where no default is given."""


OFTEN = 50
"""Objects of one class after which its `__init__` is compiled."""


class RecordField:
    """One field of a class."""

    __slots__ = ("annotation", "by_name", "compare", "default", "factory", "init", "name", "repr")

    def __init__(
        self,
        default: Any,
        factory: Any,
        *,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
    ) -> None:
        self.default = default
        self.factory = factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.name = ""
        self.annotation = ""
        self.by_name = False

    @property
    def optional(self) -> bool:
        """Whether nobody has to give it."""
        return self.default is not NOTHING or self.factory is not NOTHING

    def wanted(self) -> Any:
        """Its field as `dataclasses` would have it."""
        import dataclasses

        given: dict[str, Any] = {"init": self.init, "repr": self.repr, "compare": self.compare}
        given["kw_only"] = self.by_name
        if self.factory is not NOTHING:
            return dataclasses.field(default_factory=self.factory, **given)
        if self.default is not NOTHING:
            return dataclasses.field(default=self.default, **given)
        return dataclasses.field(**given)


def give_methods(cls: Any, parts: list[RecordField], *, frozen: bool, order: bool) -> None:
    """Add what a class does not define itself."""
    methods: dict[str, Any] = {"__init__": _init(cls, parts), "__repr__": _repr(parts)}
    compared = [part.name for part in parts if part.compare]
    known = _values_of(compared)

    def equal(self: object, other: object) -> Any:
        return known(self) == known(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(known(self))

    methods["__eq__"] = equal
    if order:
        methods |= _ordering(known)
    if frozen:
        methods |= {"__hash__": hashed, **_unchanging(cls, parts)}
    if cls.__dict__.get("__hash__") is None:  # Python's own mark beside an `__eq__`
        cls.__hash__ = methods.pop("__hash__", None)
    for name, method in methods.items():
        if name not in cls.__dict__:
            method.__name__ = name
            method.__qualname__ = f"{cls.__qualname__}.{name}"
            setattr(cls, name, method)


def _ordering(known: Callable[[Any], tuple[Any, ...]]) -> dict[str, Any]:
    """What sorts instances of one class, field by field."""

    def below(self: object, other: object) -> Any:
        return known(self) < known(other) if other.__class__ is self.__class__ else NotImplemented

    def up_to(self: object, other: object) -> Any:
        return known(self) <= known(other) if other.__class__ is self.__class__ else NotImplemented

    def above(self: object, other: object) -> Any:
        return known(self) > known(other) if other.__class__ is self.__class__ else NotImplemented

    def from_on(self: object, other: object) -> Any:
        return known(self) >= known(other) if other.__class__ is self.__class__ else NotImplemented

    return {"__lt__": below, "__le__": up_to, "__gt__": above, "__ge__": from_on}


def _values_of(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _init(cls: Any, parts: list[RecordField]) -> Callable[..., None]:
    # The slots' own setters: they pass by a frozen class's refusal.
    plan = [
        (part.name, getattr(cls, part.name).__set__, part.default, part.factory)
        for part in sorted(parts, key=lambda part: part.by_name)
        if part.init
    ]
    most = sum(part.init and not part.by_name for part in parts)
    puts = [put for _, put, _, _ in plan[:most]]
    rest = [
        (getattr(cls, part.name).__set__, part) for part in parts if not part.init and part.optional
    ]
    further = getattr(cls, "__post_init__", None) is not None
    made = 0

    def fill(self: Any, /, *given: Any, **named: Any) -> None:
        nonlocal made
        made += 1
        if made == OFTEN and cls.__init__ is fill:
            cls.__init__ = _compiled(cls, parts)
        count = len(given)
        if count > most:
            raise TypeError(
                f"{cls.__name__}.__init__() takes {most + 1} positional arguments "
                f"but {count + 1} were given"
            )
        for put, value in zip(puts, given, strict=False):
            put(self, value)
        lacking = []
        used = 0
        for name, put, default, factory in plan[count:] if count else plan:
            if name in named:
                used += 1
                put(self, named[name])
            elif default is not NOTHING:
                put(self, default)
            elif factory is not NOTHING:
                put(self, factory())
            else:
                lacking.append(name)
        if used != len(named):
            raise TypeError(_unexpected(cls, [each[0] for each in plan[:count]], plan, named))
        if lacking:
            names = ", ".join(map(repr, lacking))
            raise TypeError(f"{cls.__name__}.__init__() missing required arguments: {names}")
        for put, part in rest:
            put(self, part.default if part.factory is NOTHING else part.factory())
        if further:
            self.__post_init__()

    return fill


def _compiled(cls: Any, parts: list[RecordField]) -> Callable[..., None]:
    """An `__init__` that puts each field straight into its slot."""
    space: dict[str, Any] = {"_nothing": NOTHING}
    given: list[str] = []
    named: list[str] = []
    body: list[str] = []
    for part in parts:
        name = part.name
        space[f"_put_{name}"] = getattr(cls, name).__set__
        space[f"_default_{name}"], space[f"_make_{name}"] = part.default, part.factory
        value = f"_make_{name}()"
        if part.init:
            word = name
            if part.factory is not NOTHING:
                word, value = f"{name}=_nothing", f"{value} if {name} is _nothing else {name}"
            else:
                value = name
                word += "" if part.default is NOTHING else f"=_default_{name}"
            (named if part.by_name else given).append(word)
        elif part.factory is NOTHING:
            value = f"_default_{name}"
        if part.init or part.optional:
            body.append(f"    _put_{name}(_self, {value})")
    if getattr(cls, "__post_init__", None) is not None:
        body.append("    _self.__post_init__()")
    head = ", ".join(["_self", "/", *given, *(["*", *named] if named else [])])
    # Made of nothing but names of fields, which are identifiers of our own source.
    exec(f"def __init__({head}):\n" + ("\n".join(body) or "    pass"), space)  # noqa: S102
    made: Callable[..., None] = space["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _unexpected(cls: Any, given: list[str], plan: list[Any], named: dict[str, Any]) -> str:
    known = {each[0] for each in plan}
    for name in named:
        if name in given:
            return f"{cls.__name__}.__init__() got multiple values for argument {name!r}"
        if name not in known:
            return f"{cls.__name__}.__init__() got an unexpected keyword argument {name!r}"
    raise AssertionError(named)


def _repr(parts: list[RecordField]) -> Callable[[object], str]:
    names = [part.name for part in parts if part.repr]
    under_way: set[int] = set()

    def show(self: object) -> str:
        if id(self) in under_way:
            return "..."
        under_way.add(id(self))
        try:
            told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        finally:
            under_way.discard(id(self))
        return f"{self.__class__.__qualname__}({told})"

    return show


def _unchanging(cls: Any, parts: list[RecordField]) -> dict[str, Any]:
    """What makes a class frozen, and lets instances be pickled and copied all the same."""
    names = frozenset(part.name for part in parts)
    puts = [(part.name, getattr(cls, part.name).__set__) for part in parts]

    def refuse(self: object, verb: str, name: str) -> None:
        if type(self) is cls or name in names:
            from dataclasses import FrozenInstanceError

            raise FrozenInstanceError(f"cannot {verb} field {name!r}")

    def put_attribute(self: object, name: str, value: object) -> None:
        refuse(self, "assign to", name)
        super(cls, self).__setattr__(name, value)

    def drop_attribute(self: object, name: str) -> None:
        refuse(self, "delete", name)
        super(cls, self).__delattr__(name)

    def state(self: object) -> list[Any]:
        return [getattr(self, name) for name, _ in puts]

    def take_state(self: object, values: list[Any]) -> None:
        for (_, put), value in zip(puts, values, strict=True):
            put(self, value)

    return {
        "__setattr__": put_attribute,
        "__delattr__": drop_attribute,
        "__getstate__": state,
        "__setstate__": take_state,
    }
