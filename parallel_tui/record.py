"""Dataclasses that cost next to nothing to define.

`dataclasses` imports `inspect`, and writes, compiles and runs Python for every class: half a
millisecond each, several hundred times, before a command has done anything. What is defined here
keeps the same promises by closures. To type checkers it is `dataclasses` itself, and the functions
of that module (`fields`, `replace`, `is_dataclass`) take these classes for their own.

Only the shape that nearly all classes of this program have is made here: `slots=True`, with
annotations that are not evaluated. Any other is handed to `dataclasses`.
"""

from __future__ import annotations

from parallel_tui.record_methods import NOTHING, RecordField, promise_methods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from dataclasses import asdict, dataclass, field, replace
    from typing import Any

    __all__ = ["asdict", "dataclass", "field", "replace"]

_ELSEWHERE = ("InitVar", "dataclasses.InitVar")
_CONSTANT = ("ClassVar", "typing.ClassVar")
_OPTIONS = frozenset(("frozen", "kw_only", "order", "slots"))
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
    given = cls.__dict__
    own = given.get("__annotations__", {})
    if not _ordinary(cls, own, options):
        return _by_the_library(cls, own, options)
    parts = _inherited(cls)
    inherited = frozenset(parts)
    constants = _add_own(parts, own, given, options.get("kw_only", False))
    _demand_order(parts.values())
    namespace = {
        name: value for name, value in given.items() if name not in own or name in constants
    }
    namespace.pop("__dict__", None)
    namespace.pop("__weakref__", None)
    namespace["__qualname__"] = cls.__qualname__
    namespace["__slots__"] = tuple(name for name in parts if name in own and name not in inherited)
    namespace["__parts__"] = tuple(parts.values())
    namespace["__match_args__"] = tuple(
        name for name, part in parts.items() if part.init and not part.by_name
    )
    namespace["__dataclass_fields__"] = _Later(_fields)
    namespace["__signature__"] = _Later(_signature)
    promise_methods(namespace, options)
    return type(cls)(cls.__name__, cls.__bases__, namespace)


def _ordinary(cls: Any, own: dict[str, Any], options: dict[str, bool]) -> bool:
    if not options.get("slots") or not _OPTIONS.issuperset(options):
        return False
    for annotation in own.values():
        if type(annotation) is not str or annotation.startswith(_ELSEWHERE):
            return False
    # One that the library made is asked for its fields by the library alone.
    for base in cls.__mro__[1:-1]:
        if "__dataclass_fields__" in base.__dict__ and "__parts__" not in base.__dict__:
            return False
    return True


def _inherited(cls: Any) -> dict[str, RecordField]:
    found: dict[str, RecordField] = {}
    for base in cls.__mro__[-2:0:-1]:
        for part in base.__dict__.get("__parts__", ()):
            found[part.name] = part
    return found


def _add_own(
    parts: dict[str, RecordField], own: dict[str, str], given: Mapping[str, Any], by_name: bool
) -> list[str]:
    """Add the fields that a class itself defines; returns the names of its constants."""
    constants = []
    for name, annotation in own.items():
        if annotation.startswith(_CONSTANT):
            constants.append(name)
            continue
        if annotation in _BY_NAME:  # all that follow
            by_name = True
            continue
        default = given.get(name, NOTHING)
        part = default if type(default) is RecordField else RecordField(default)
        if part.default is not NOTHING and type(part.default).__hash__ is None:
            kind = type(part.default)
            raise ValueError(
                f"mutable default {kind} for field {name} is not allowed: use default_factory"
            )
        part.name, part.annotation, part.by_name = name, annotation, by_name
        parts[name] = part
    return constants


def _demand_order(parts: Iterable[RecordField]) -> None:
    optional = ""
    for part in parts:
        if not part.init or part.by_name:
            continue
        if part.default is not NOTHING or part.factory is not NOTHING:
            optional = part.name
        elif optional:
            raise TypeError(
                f"non-default argument {part.name!r} follows default argument {optional!r}"
            )


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
