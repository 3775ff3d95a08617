"""Read `.claude/parallel-config.yml` (repository) and `~/.config/pdev/config.yml` (user).

Both are YAML mappings of these keys, all optional; the repository's file may also hold the guide's
`sessions:` (ownership of paths), which is left alone here::

    base: main                       # branch that sessions start from
    directory: ../{repo}-{name}      # where new worktrees go; also {kind}
    copy: [.env, config/local.*]     # untracked files copied into new worktrees
    symlink: [node_modules]          # the same, linked
    setup: [npm ci]                  # commands run in a new worktree
    agent: claude {prompt}           # '' for a plain shell
    layout: split
    layouts:
      split: ['{agent}', {command: npm test, split: right, size: 40}]
    tmux: {socket: work, session: myapp}
    edit_watch: auto                 # auto, tree, activity, off
    max_sessions: 4
    terminal: kitty -e {argv}        # the user's file only, like all that follow
    theme: nord
    keys: {spawn: ctrl+n}
    mouse: attach                    # attach, select

The table is `model.settings`; the command line wins over the environment, that over the user's
file, and that over the repository's. Layouts of both files are joined by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from parallel_tui.adapters.config import places
from parallel_tui.adapters.small_file import perhaps_there
from parallel_tui.errors import ConfigError, UsageError
from parallel_tui.model.settings.config import Config, Origin
from parallel_tui.model.settings.loaded import ConfigPaths, LoadedConfig
from parallel_tui.model.settings.table import BY_NAME, GROUPS, GUIDE_KEYS, SETTINGS
from parallel_tui.model.settings.values import WrongValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from parallel_tui.adapters.config import yaml_file
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.settings.table import Setting

DEFAULT: Final = "default"
COMMAND_LINE: Final = "command line"


def paths(repository: Repository, env: Mapping[str, str]) -> ConfigPaths:
    """Paths of the two files; the user's one follows `XDG_CONFIG_HOME`."""
    return ConfigPaths(
        user=places.users(env), repository=places.repositorys(repository.coordination_root)
    )


def load(
    repository: Repository, overrides: Mapping[str, object], env: Mapping[str, str]
) -> LoadedConfig:
    """Read and check all sources; command line > environment > user > repository.

    Args:
        repository: Whose file is read.
        overrides: The command line's values, by setting name (`tmux.socket`).
        env: The environment.

    Raises:
        ConfigError: Naming file, key, what was found and what is allowed.
        UsageError: When an override names no setting.
    """
    where = paths(repository, env)
    merger = _Merger()
    merger.file(where.repository, Origin.REPOSITORY)
    merger.file(where.user, Origin.USER)
    merger.environment(env)
    merger.command_line(overrides)
    return merger.result()


class _Merger:
    """Merges sources, from the weakest to the strongest."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._sources: dict[str, str] = {}
        self._origins: dict[str, Origin] = {}
        self._warnings: list[str] = []

    def file(self, path: str, origin: Origin) -> None:
        """Merge one file."""
        from_repository = origin is Origin.REPOSITORY
        if not perhaps_there(path):
            return
        from parallel_tui.adapters.config import yaml_file

        document = yaml_file.read(path)
        if document is None:
            return
        self._check_keys(document, from_repository)
        for setting in SETTINGS:
            found = self._look_up(document, setting)
            if found is None:
                continue
            value = self._parsed(setting, found[0], path, document)
            reason = setting.refuse(value) if from_repository else None
            if reason:
                line = document.places[setting.keys].line
                self._warnings.append(f"{path}, line {line}: {setting.name} is ignored: {reason}")
            else:
                self._put(setting, value, path, origin)

    def _look_up(self, document: yaml_file.YamlDocument, setting: Setting) -> tuple[object] | None:
        level: object = document.top
        for key in setting.keys:
            if not isinstance(level, Mapping) or key not in level:
                return None
            level = level[key]
        return (level,)

    def _check_keys(self, document: yaml_file.YamlDocument, from_repository: bool) -> None:
        known = {setting.keys[0] for setting in SETTINGS}
        if from_repository:
            known |= GUIDE_KEYS
        self._warn_unknown(document, (), document.top, known)
        for group in sorted(GROUPS):
            value = document.top.get(group)
            if value is None:
                continue
            if not isinstance(value, Mapping):
                inside = ", ".join(s.keys[1] for s in SETTINGS if s.keys[0] == group)
                wrong = WrongValueError(value, f"a mapping of {inside}")
                from parallel_tui.adapters.config.messages import wrong_value

                raise wrong_value(wrong, (group,), document.path, document)
            inner = {s.keys[1] for s in SETTINGS if s.keys[0] == group and len(s.keys) > 1}
            self._warn_unknown(document, (group,), value, inner)

    def _warn_unknown(
        self,
        document: yaml_file.YamlDocument,
        above: tuple[str, ...],
        level: Mapping[object, object],
        known: set[str],
    ) -> None:
        for key in level:
            if key in known:
                continue
            place = document.places[(*above, key)]
            name = (place.key or str(key))[:80]
            from difflib import get_close_matches

            from parallel_tui.adapters.config.messages import spelled

            near = get_close_matches(name, sorted(known), n=1)
            advice = f"; did you mean {spelled((*above, near[0]))}?" if near else ""
            self._warnings.append(
                f"{document.path}, line {place.line}: "
                f"unknown key {spelled((*above, name))!r} is ignored{advice}"
            )

    def environment(self, env: Mapping[str, str]) -> None:
        """Merge the environment. Empty variables are ignored, unless empty is a value."""
        for setting in SETTINGS:
            text = env.get(setting.env) if setting.env else None
            if text is None or (text == "" and not setting.empty_env):
                continue
            source = f"environment {setting.env}"
            value = self._parsed(setting, setting.from_text(text), source, None)
            self._put(setting, value, source, Origin.ENVIRONMENT)

    def command_line(self, overrides: Mapping[str, object]) -> None:
        """Merge the command line."""
        for name, given in overrides.items():
            setting = BY_NAME.get(name)
            if setting is None:
                raise UsageError(f"There is no setting named {name!r}")
            value = self._parsed(setting, given, COMMAND_LINE, None)
            self._put(setting, value, COMMAND_LINE, Origin.TYPED)

    def _parsed(
        self, setting: Setting, value: object, source: str, document: yaml_file.YamlDocument | None
    ) -> object:
        try:
            return setting.parse(value)
        except WrongValueError as error:
            from parallel_tui.adapters.config.messages import wrong_value

            raise wrong_value(
                error, setting.keys, source, document, (setting.parse, value)
            ) from None

    def _put(self, setting: Setting, value: object, source: str, origin: Origin) -> None:
        names = [setting.name]
        if setting.merged and isinstance(value, Mapping):
            if not value:
                return
            default = getattr(Config(), setting.field)
            earlier: Any = self._values.get(setting.field, default)
            self._values[setting.field] = MappingProxyType({**earlier, **value})
            names += [f"{setting.name}.{key}" for key in value]
        else:
            self._values[setting.field] = value
        for name in names:
            self._sources[name] = source
            self._origins[name] = origin

    def result(self) -> LoadedConfig:
        """The merged settings, checked as a whole."""
        given = set(Config.__match_args__) & self._values.keys()
        config = Config(**{name: self._values[name] for name in given})  # type: ignore[arg-type]
        sources = {setting.name: DEFAULT for setting in SETTINGS}
        sources |= {f"layouts.{name}": DEFAULT for name in config.layouts}
        sources |= self._sources
        if config.layout not in config.layouts:
            raise ConfigError(
                f"{sources['layout']}: layout must be one of "
                f"{', '.join(config.layouts)}; found {config.layout!r}",
                hint="Define it under layouts, or name another one.",
            )
        return LoadedConfig(
            config=config,
            sources=MappingProxyType(sources),
            origins=MappingProxyType(dict(self._origins)),
            warnings=tuple(self._warnings),
        )
