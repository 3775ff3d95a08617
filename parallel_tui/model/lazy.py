"""Attributes that are made when they are first asked for."""

from __future__ import annotations

from _thread import RLock  # as functools does: `threading` costs more than all that is made here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import cached_property as lazy
    from typing import Any

    __all__ = ["Later", "Lazy", "lazy"]


class Lazy:
    """A class whose `lazy` attributes are made once, whichever thread asks first."""

    def __init__(self) -> None:
        self._making = RLock()

    def complete(self, before: Callable[[], None] = lambda: None) -> None:
        """Make all of them now, for whoever has time now and none later.

        Args:
            before: Called before each, to wait until it disturbs nobody.
        """
        for kind in type(self).__mro__:
            for name, member in vars(kind).items():
                if isinstance(member, _Lazy) and not name.startswith("_"):
                    before()
                    getattr(self, name)


class Later:
    """Stands for a thing until something of it is asked for, and then asks the thing itself."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)


class _Lazy:
    """An attribute made by a function of its instance."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        with instance._making:
            made = instance.__dict__
            if self._name not in made:
                made[self._name] = self._make(instance)
            return made[self._name]


if not TYPE_CHECKING:
    lazy = _Lazy
