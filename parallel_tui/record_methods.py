"""The methods of a record: closures over its fields, where `dataclasses` would compile source.

The exception is `__init__` of a class of which many objects are made: it is compiled then, as the
library's is from the start, for it takes a third of the time.
"""

from __future__ import annotations

from operator import attrgetter, eq, ge, gt, le, lt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
        factory: Any = NOTHING,
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


class Promised:
    """A method that is made when somebody first asks for it, and then stands here itself.

    Of the records that a command imports it uses a few, and of their methods one or two.
    """

    __slots__ = ("_name", "_owner")

    def __set_name__(self, owner: Any, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        cls, name = self._owner, self._name
        method = _MAKERS[name](cls, cls.__parts__)
        method.__name__ = name
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        if cls.__dict__.get(name) is self:
            setattr(cls, name, method)
        return method.__get__(instance, owner)


def promise_methods(namespace: dict[str, Any], options: Mapping[str, bool]) -> None:
    """Add to a class that is to be made what it does not define itself.

    Args:
        namespace: What it defines.
        options: As given to `dataclass`.
    """
    names: tuple[str, ...] = _ALWAYS
    frozen = options.get("frozen", False)
    if namespace.get("__hash__") is None:  # Python's own mark beside an `__eq__`
        namespace["__hash__"] = Promised() if frozen else None
    if frozen:
        names += _UNCHANGING
    if options.get("order", False):
        names += _ORDERING
    for name in names:
        if name not in namespace:
            namespace[name] = Promised()


def _known(parts: list[RecordField]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values by which instances are compared."""
    names = [part.name for part in parts if part.compare]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _hash(cls: Any, parts: list[RecordField]) -> Callable[[Any], int]:
    known = _known(parts)
    return lambda self: hash(known(self))


def _comparing(compare: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """What makes one of the methods that compare instances of one class, field by field."""

    def make(cls: Any, parts: list[RecordField]) -> Callable[[Any, Any], Any]:
        known = _known(parts)

        def compared(self: object, other: object) -> Any:
            if other.__class__ is not self.__class__:
                return NotImplemented
            return compare(known(self), known(other))

        return compared

    return make


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


def _repr(cls: Any, parts: list[RecordField]) -> Callable[[object], str]:
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


def _refuses(verb: str, method: str) -> Callable[..., Any]:
    """What makes `__setattr__` or `__delattr__` of a frozen class."""

    def make(cls: Any, parts: list[RecordField]) -> Callable[..., None]:
        names = frozenset(part.name for part in parts)

        def refuse(self: object, name: str, *value: object) -> None:
            if type(self) is cls or name in names:
                from dataclasses import FrozenInstanceError

                raise FrozenInstanceError(f"cannot {verb} field {name!r}")
            getattr(super(cls, self), method)(name, *value)

        return refuse

    return make


def _getstate(cls: Any, parts: list[RecordField]) -> Callable[[Any], list[Any]]:
    names = [part.name for part in parts]
    return lambda self: [getattr(self, name) for name in names]


def _setstate(cls: Any, parts: list[RecordField]) -> Callable[[Any, list[Any]], None]:
    # The slots' own setters, as in `_init`: instances are pickled and copied although frozen.
    puts = [getattr(cls, part.name).__set__ for part in parts]

    def take_state(self: object, values: list[Any]) -> None:
        for put, value in zip(puts, values, strict=True):
            put(self, value)

    return take_state


_MAKERS: dict[str, Callable[..., Any]] = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _comparing(eq),
    "__hash__": _hash,
    "__lt__": _comparing(lt),
    "__le__": _comparing(le),
    "__gt__": _comparing(gt),
    "__ge__": _comparing(ge),
    "__setattr__": _refuses("assign to", "__setattr__"),
    "__delattr__": _refuses("delete", "__delattr__"),
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
_ALWAYS = ("__init__", "__repr__", "__eq__")
_ORDERING = ("__lt__", "__le__", "__gt__", "__ge__")
_UNCHANGING = ("__setattr__", "__delattr__", "__getstate__", "__setstate__")
