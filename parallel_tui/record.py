"""Dataclasses that cost next to nothing to define.

`dataclasses` imports `inspect`, and writes, compiles and runs Python for every class: half a
millisecond each, several hundred times, before a command has done anything. What is defined here
keeps the same promises by closures. To type checkers it is `dataclasses` itself, and the functions
of that module (`fields`, `replace`, `is_dataclass`) take these classes for their own.

Only the shape that nearly all classes of this program have is made here: `slots=True`, with
annotations that are not evaluated. Any other is handed to `dataclasses`.
"""

from __future__ import annotations

from parallel_tui.record_methods import NOTHING, RecordField, give_methods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import asdict, dataclass, field, replace
    from typing import Any

    __all__ = ["asdict", "dataclass", "field", "replace"]

_ELSEWHERE = ("InitVar", "dataclasses.InitVar")
_BY_NAME = ("KW_ONLY", "dataclasses.KW_ONLY")


class _Later:
    """An attribute of a class that is made when somebody asks for it."""

    def __init__(self, make: Callable[[type], Any]) -> None:
        self._make = make
        self._made: Any = NOTHING

    def __get__(self, instance: object, owner: type) -> Any:
        if self._made is NOTHING:
            self._made = self._make(owner)
        return self._made


if not TYPE_CHECKING:

    def field(
        *, default=NOTHING, default_factory=NOTHING, init=True, repr=True, compare=True
    ) -> RecordField:
        """See `dataclasses.field`."""
        return RecordField(default, default_factory, init=init, repr=repr, compare=compare)

    def dataclass(cls=None, /, **options):
        """See `dataclasses.dataclass`."""

        def wrap(cls):
            return _made(cls, options)

        return wrap if cls is None else wrap(cls)

    def asdict(instance):
        """See `dataclasses.asdict`, of which this has what our values hold."""
        return {
            name: _plain(getattr(instance, name))
            for name in (part.name for part in type(instance).__parts__)
        }

    def replace(instance, /, **changes):
        """See `dataclasses.replace`."""
        parts = getattr(type(instance), "__parts__", None)
        if parts is None or "__parts__" not in type(instance).__dict__:
            import dataclasses

            return dataclasses.replace(instance, **changes)
        for part in parts:
            if part.init:
                if part.name not in changes:
                    changes[part.name] = getattr(instance, part.name)
            elif part.name in changes:
                raise ValueError(f"field {part.name} is declared with init=False")
        return type(instance)(**changes)


def _plain(value: Any) -> Any:
    if hasattr(type(value), "__parts__"):
        return asdict(value)
    if isinstance(value, list | tuple):
        return type(value)(_plain(each) for each in value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _made(cls: Any, options: dict[str, bool]) -> Any:
    own = dict(cls.__dict__.get("__annotations__", {}))  # noqa: RUF063 - its module is the cost
    parts = (
        _parts(cls, own, options.get("kw_only", False)) if _ordinary(cls, own, options) else None
    )
    if parts is None:
        return _by_the_library(cls, own, options)
    namespace = {
        name: value
        for name, value in cls.__dict__.items()
        if name not in own and name not in ("__dict__", "__weakref__")
    }
    for name, annotation in own.items():  # a constant of the class keeps its value
        if _is_constant(annotation) and name in cls.__dict__:
            namespace[name] = cls.__dict__[name]
    inherited = {part.name for part in _inherited(cls)}
    namespace["__slots__"] = tuple(
        part.name for part in parts if part.name in own and part.name not in inherited
    )
    namespace["__parts__"] = tuple(parts)
    namespace["__match_args__"] = tuple(
        part.name for part in parts if part.init and not part.by_name
    )
    namespace["__dataclass_fields__"] = _Later(_fields)
    namespace["__signature__"] = _Later(_signature)
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    frozen, order = (options.get(name, False) for name in ("frozen", "order"))
    give_methods(made, parts, frozen=frozen, order=order)
    return made


def _ordinary(cls: Any, own: dict[str, Any], options: dict[str, bool]) -> bool:
    if not options.get("slots") or set(options) - {"frozen", "kw_only", "order", "slots"}:
        return False
    if any(not isinstance(each, str) or each.startswith(_ELSEWHERE) for each in own.values()):
        return False
    # One that the library made is asked for its fields by the library alone.
    return all(
        "__parts__" in base.__dict__ or "__dataclass_fields__" not in base.__dict__
        for base in cls.__mro__[1:]
    )


def _is_constant(annotation: str) -> bool:
    return annotation.startswith(("ClassVar", "typing.ClassVar"))


def _inherited(cls: Any) -> list[RecordField]:
    found: dict[str, RecordField] = {}
    for base in reversed(cls.__mro__[1:]):
        for part in base.__dict__.get("__parts__", ()):
            found[part.name] = part
    return list(found.values())


def _parts(cls: Any, own: dict[str, str], by_name: bool) -> list[RecordField]:
    parts = {part.name: part for part in _inherited(cls)}
    for name, annotation in own.items():
        if _is_constant(annotation):
            continue
        if annotation in _BY_NAME:  # all that follow
            by_name = True
            continue
        given = cls.__dict__.get(name, NOTHING)
        part = given if isinstance(given, RecordField) else RecordField(given, NOTHING)
        if part.default is not NOTHING and type(part.default).__hash__ is None:
            kind = type(part.default)
            raise ValueError(
                f"mutable default {kind} for field {name} is not allowed: use default_factory"
            )
        part.name, part.annotation, part.by_name = name, annotation, by_name
        parts[name] = part
    optional = ""
    for part in parts.values():
        if not part.init or part.by_name:
            continue
        if part.optional:
            optional = part.name
        elif optional:
            raise TypeError(
                f"non-default argument {part.name!r} follows default argument {optional!r}"
            )
    return list(parts.values())


def _by_the_library(cls: Any, own: dict[str, Any], options: dict[str, bool]) -> Any:
    import dataclasses

    for name in own:
        given = cls.__dict__.get(name)
        if isinstance(given, RecordField):
            setattr(cls, name, given.wanted())
    make: Any = dataclasses.dataclass
    return make(cls, **options)


def _twin(cls: Any) -> Any:
    """The same fields in a class that the library made, with what it says about them."""
    import dataclasses

    parts = cls.__parts__
    return dataclasses.make_dataclass(
        cls.__name__, [(part.name, part.annotation, part.wanted()) for part in parts]
    )


def _fields(cls: Any) -> Any:
    return _twin(cls).__dataclass_fields__


def _signature(cls: Any) -> Any:
    import inspect

    return inspect.signature(_twin(cls))
