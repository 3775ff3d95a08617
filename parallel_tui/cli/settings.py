"""Settings as people read them: the value in force, also where nobody has set one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from parallel_tui.bootstrap.windows import multiplexers
from parallel_tui.errors import ParallelError
from parallel_tui.model.machine.ports import PortRange
from parallel_tui.model.settings.config import Layout
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.words import size
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.model.settings.loaded import LoadedConfig
    from parallel_tui.model.settings.table import Setting


@dataclass(frozen=True, slots=True)
class InForce:
    """What counts for a setting that has no value of its own.

    Attributes:
        value: The value; `None` where there is none, or it is found only when it is needed.
        words: The same for people.
        why: Where it comes from.
    """

    value: str | None
    words: str
    why: str


_FOUND: Final[Mapping[str, InForce]] = {
    "tmux.session": InForce(None, "a session named after the repository", "default"),
    "terminal": InForce(None, "the one that is found when one is opened", "default"),
    "theme": InForce(None, "textual-dark; ansi-dark where there are few colours", "default"),
    "notify.quiet_hours": InForce(None, "none", "default"),
    "store_repository": InForce(None, "none", "default"),
}

_BASES: Final = {
    "remote HEAD": "what the remote's HEAD is",
    "current branch": "the branch that is checked out",
    "current commit": "the commit that is checked out",
}


def in_force(core: Core, setting: Setting) -> InForce | None:
    """What counts where a setting has no value; `None` where it has one."""
    if setting.name == "setup":
        found = core.gate.prepared_by_others()
        if found.lines:
            return InForce("\n".join(found.lines), "; ".join(found.lines), f"file {found.file}")
    if getattr(core.loaded.config, setting.field) is not None:
        return None
    if setting.name == "base":
        return _base(core)
    if setting.name == "agent":
        agent = core.spawner.agent().text
        if agent:
            return InForce(agent, agent, "it is installed")
        return InForce("", "a plain shell", "claude is not installed")
    if setting.name == "multiplexer":
        word = multiplexers.chosen(None, core.env)
        only = word != multiplexers.TMUX
        return InForce(word, word, "only that is installed" if only else "default")
    if setting.name == "tmux.socket":
        inside = core.env.get("TMUX", "").split(",")[0]
        if inside:
            return InForce(inside, inside, "the server that we run in")
        return InForce(None, "the default one", "default")
    return _FOUND.get(setting.name)


def _base(core: Core) -> InForce:
    try:
        base = core.git.base(None)
    except ParallelError as error:
        return InForce(None, "none", error.message)
    return InForce(base.name, base.name, _BASES.get(base.source, f"there is a branch {base.name}"))


def plain(value: object) -> object:
    """A setting's value as YAML and JSON would write it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PortRange):
        return str(value)
    if isinstance(value, Layout):
        from parallel_tui.model.settings.layouts.writing import written

        return written(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def shown(core: Core, setting: Setting) -> tuple[str, str]:
    """A setting's value in words, and where it comes from."""
    found = in_force(core, setting)
    if found is not None:
        return found.words, found.why
    value = plain(getattr(core.loaded.config, setting.field))
    return _words(setting.name, value), core.loaded.sources[setting.name]


def _words(name: str, value: object) -> str:
    if name == "layouts" and isinstance(value, dict):
        return ", ".join(value)
    if name == "trash.size" and isinstance(value, int):
        return size(value)
    if value in ([], {}):
        return "none"
    if name == "agent" and value == "":
        return "a plain shell"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else strict_json.readable(value)


def settings_json(core: Core, settings: tuple[Setting, ...]) -> dict[str, object]:
    """Each setting by name: its value, what is in force, its source and the ways to set it."""
    return {setting.name: _one(core, core.loaded, setting) for setting in settings}


def _one(core: Core, loaded: LoadedConfig, setting: Setting) -> dict[str, object]:
    value = plain(getattr(loaded.config, setting.field))
    found = in_force(core, setting)
    return {
        "value": value,
        "effective": found.value if found else value,
        "effective_reason": found.why if found else None,
        "source": loaded.sources[setting.name],
        "from_repository": setting.name in loaded.from_repository,
        "environment": setting.env,
        "user_only": setting.user_only,
        "help": setting.help,
    }
