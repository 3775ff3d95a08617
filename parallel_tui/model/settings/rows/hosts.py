"""The row of the settings table that says how other machines are reached."""

from __future__ import annotations

from types import MappingProxyType

from parallel_tui.model.settings import reached, values
from parallel_tui.model.settings.reached import HostSettings
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

_NAME: Final = pattern(r"[a-z0-9][a-z0-9_.-]{0,62}")
_KEYS: Final = {
    "ssh": (reached.is_ssh_name, reached.SSH_WORDS),
    "program": (reached.is_program, reached.PROGRAM_WORDS),
    "path": (lambda text: text.startswith("/") and "\0" not in text, "an absolute path there"),
}


def machines(value: object) -> Mapping[str, HostSettings]:
    """How machines are reached, by name: `{red: {ssh: me@red.example, program: bin/pdev}}`."""
    checked = {}
    for host, told in values.named(value, "machines to how they are reached").items():
        if not _NAME.fullmatch(host):
            words = "the name of a machine: lower-case letters, digits, '-', '_', dots"
            raise WrongValueError(host, words, (host,), key=True)
        try:
            checked[host] = _settings({"ssh": told} if isinstance(told, str) else told)
        except WrongValueError as error:
            raise error.below(host) from None
    return MappingProxyType(checked)


def _settings(told: object) -> HostSettings:
    found = {}
    for key, value in values.named(told, "ssh, program and path to texts").items():
        if key not in _KEYS:
            raise WrongValueError(key, f"one of {', '.join(_KEYS)}", (key,), key=True)
        usable, words = _KEYS[key]
        if not isinstance(value, str) or not usable(value):
            raise WrongValueError(value, words, (key,))
        found[key] = value
    return HostSettings(**found)


ROW: Final[tuple[str, str, Callable[[object], object], str]] = (
    "hosts",
    "hosts",
    machines,
    "how other machines are reached, by the name under which they share work: {red: {ssh: "
    "me@red.example.org, program: .local/bin/pdev, path: /src/app}}; ssh alone where not set",
)
"""Name, attribute of `Config`, check and help."""
