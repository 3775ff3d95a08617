"""Understand a plain command line without `argparse`, whose import costs as much as git's answer.

Plain is one whose every word has one meaning: names of options in full, each value a word of its
own that does not begin with `-`, all other words side by side, or all of them after a `--`. What a
command takes it tells the same functions as for `argparse`. Any other line, also every wrong one,
is left to that: it knows abbreviations, `--option=value`, help, and what to say about a mistake.
"""

from __future__ import annotations

import sys

from parallel_tui.cli.names import COMMANDS, add_general
from parallel_tui.options import SUPPRESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

_COUNTS = {None: (1, 1), "?": (0, 1), "*": (0, 10**6), "+": (1, 10**6)}
"""How many words a `nargs` takes."""


class _NotPlainError(Exception):
    """This line, or what the command takes, is not plain."""


class _Values:
    """What was understood; stands for `argparse.Namespace`."""


class _Verbs:
    """Stands for what `add_subparsers` returns."""

    def __init__(self, dest: str) -> None:
        self.dest = dest
        self.choices: dict[str, Plain] = {}

    def add_parser(self, name: str, **_: Any) -> Plain:
        made = self.choices[name] = Plain()
        return made


class _OneOf:
    """Stands for a group of which a line may have one."""

    def __init__(self, plain: Plain, required: bool) -> None:
        self._plain = plain
        self._names: set[str] = set()
        self._required = required

    def add_argument(self, *names: str, **further: Any) -> None:
        """See `ArgumentParser.add_argument`."""
        self._names.add(self._plain.add_argument(*names, **further))

    def demand(self, given: set[str]) -> None:
        """Make sure that what is given is plain: one of them, or none where none has to be."""
        count = len(self._names & given)
        if count > 1 or (self._required and not count):
            raise _NotPlainError


class Plain:
    """Takes what a command tells an `ArgumentParser`, as far as plain lines need it."""

    def __init__(self) -> None:
        self._options: dict[str, tuple[str, str, Callable[[str], object] | None]] = {}
        self._words: list[tuple[str, str | None, Any]] = []
        self._required: set[str] = set()
        self._defaults: dict[str, Any] = {}
        self._groups: list[_OneOf] = []
        self._verbs: _Verbs | None = None

    def __getattr__(self, name: str) -> NoReturn:
        raise _NotPlainError(name)  # a command tells more than stands here

    def add_argument(
        self,
        *names: str,
        action: str = "store",
        nargs: str | None = None,
        default: Any = None,
        dest: str | None = None,
        required: bool = False,
        type: Callable[[str], object] | None = None,
        metavar: object = None,
        help: str = "",
        **further: object,
    ) -> str:
        """See `ArgumentParser.add_argument`; returns the name of the value."""
        if not names[0].startswith("-"):
            if type is not None or action != "store" or default is not None or further:
                raise _NotPlainError
            self._words.append((names[0], nargs, default))
            return names[0]
        if further or nargs is not None or action not in ("store", "store_true", "append"):
            raise _NotPlainError
        name = dest or next(each for each in names if each.startswith("--"))[2:].replace("-", "_")
        if action == "store_true" and default is None:
            default = False
        if default != SUPPRESS:
            self._defaults.setdefault(name, default)
        for each in names:
            self._options[each] = (name, action, type)
        if required:
            self._required.add(name)
        return name

    def add_argument_group(self, _: str) -> Plain:
        """See `ArgumentParser.add_argument_group`: the same, for all but help."""
        return self

    def add_mutually_exclusive_group(self, *, required: bool = False) -> _OneOf:
        """See `ArgumentParser.add_mutually_exclusive_group`."""
        group = _OneOf(self, required)
        self._groups.append(group)
        return group

    def add_subparsers(self, *, dest: str, **_: Any) -> _Verbs:
        """See `ArgumentParser.add_subparsers`."""
        self._verbs = _Verbs(dest)
        return self._verbs

    def set_defaults(self, **given: Any) -> None:
        """See `ArgumentParser.set_defaults`."""
        self._defaults |= given

    def understand(self, words: Sequence[str], base: bool, values: dict[str, Any]) -> None:
        """Put into `values` what the words of a plain line mean."""
        add_general(self, base=base)  # type: ignore[arg-type]
        values |= {
            name: list(value) if isinstance(value, list) else value
            for name, value in self._defaults.items()
        }
        if self._verbs is not None:
            if not words or words[0] not in self._verbs.choices or self._words:
                raise _NotPlainError
            values[self._verbs.dest] = words[0]
            self._verbs.choices[words[0]].understand(words[1:], base, values)
            return
        seen, found = self._options_of(words, values)
        if self._required - seen:
            raise _NotPlainError
        for group in self._groups:
            group.demand(seen | {name for name, _, _ in self._words if found})
        self._place(found, values)

    def _options_of(
        self, words: Sequence[str], values: dict[str, Any]
    ) -> tuple[set[str], list[str]]:
        """Which options were given, and the words that belong to none."""
        seen: set[str] = set()
        found: list[str] = []
        last = -1
        left = iter(enumerate(words))
        for number, word in left:
            if not word.startswith("-"):
                if found and last != number - 1:
                    raise _NotPlainError  # whose they are depends on what stands between
                found.append(word)
                last = number
                continue
            if word == "--" and not found and self._many:
                found = list(words[number + 1 :])
                if not found:
                    raise _NotPlainError
                break
            if word not in self._options:
                raise _NotPlainError
            name, action, understood = self._options[word]
            seen.add(name)
            if action == "store_true":
                values[name] = True
                continue
            _, told = next(left, (0, "-"))
            if told.startswith("-"):
                raise _NotPlainError
            value = told if understood is None else _as_value(understood, told)
            values[name] = [*(values[name] or ()), value] if action == "append" else value
        return seen, found

    @property
    def _many(self) -> bool:
        """Whether there is one place for words, which takes any number of them."""
        return len(self._words) == 1 and self._words[0][1] in ("*", "+")

    def _place(self, found: list[str], values: dict[str, Any]) -> None:
        """Give the words that belong to no option their places."""
        if len(self._words) == 1:
            name, nargs, _ = self._words[0]
            least, most = _COUNTS.get(nargs, (1, 0))
            if not least <= len(found) <= most:
                raise _NotPlainError
            values[name] = found if most > 1 else found[0] if found else None
        elif len(found) == len(self._words) and all(each[1] is None for each in self._words):
            values |= {name: word for (name, _, _), word in zip(self._words, found, strict=True)}
        else:
            raise _NotPlainError


def _as_value(understood: Callable[[str], object], word: str) -> object:
    try:
        return understood(word)
    except Exception as error:  # what is wrong is said where the line is understood again
        raise _NotPlainError from error


def parse(arguments: Sequence[str]) -> Any | None:
    """What a plain command line means, as `parser.parse` tells it; `None` for any other line."""
    command = next((each for each in COMMANDS if each.name == next(iter(arguments), "")), None)
    if command is None or any(word in ("-h", "--help") for word in arguments):
        return None
    parsed = _Values()
    try:
        plain = Plain()
        module = f"parallel_tui.cli.commands.{command.module}"
        __import__(module)  # `importlib` would load `warnings` too
        getattr(sys.modules[module], f"configure_{command.name.replace('-', '_')}")(plain)
        plain.understand(arguments[1:], command.base, vars(parsed))
    except _NotPlainError:
        return None
    return parsed
