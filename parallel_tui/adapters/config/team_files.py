"""Find descriptions of teams: files, and `presets:` of the two configuration files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from parallel_tui.adapters.config import yaml_file
from parallel_tui.adapters.config.messages import wrong_value
from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import ConfigError, ParallelError, RefusedError, UsageError, disk_refused
from parallel_tui.model.session.join import inside
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.settings.loaded import ConfigPaths
from parallel_tui.model.settings.table import GUIDE_KEYS, SETTINGS
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.sharing.tasks import parse_backlog
from parallel_tui.model.team.reading import team_of
from parallel_tui.model.team.team import Team
from parallel_tui.model.team.writing import top_of
from parallel_tui.record import dataclass

KEY: Final = "presets"
_MOST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class TeamFileReader:
    """Implements `ports.team.descriptions.TeamFiles`.

    Attributes:
        paths: The two configuration files.
        main: The main worktree; files of tasks in a preset are seen from there.
        where: Our working directory.
        homes: Directories whose files are the repository's.
    """

    paths: ConfigPaths
    main: str
    where: str
    homes: Sequence[str]

    def named(self) -> Mapping[str, Team | str]:
        """See `TeamFiles.named`. The user's presets win over the repository's."""
        found: dict[str, Team | str] = {}
        for path, origin in (
            (self.paths.repository, Origin.REPOSITORY),
            (self.paths.user, Origin.USER),
        ):
            document = yaml_file.read(path)
            presets = document.top.get(KEY) if document is not None else None
            if document is None or not isinstance(presets, Mapping):
                continue
            for name, top in presets.items():
                try:
                    found[str(name)] = self._team(
                        document, (KEY, name), top, str(name), origin, self.main
                    )
                except ParallelError as error:
                    found[str(name)] = error.message
        return found

    def read(self, path: str) -> Team:
        """See `TeamFiles.read`."""
        real = os.path.realpath(os.path.join(self.where, path))  # noqa: PTH118
        document = yaml_file.read(real)
        if document is None:
            raise UsageError(f"There is no file {path!r}")
        ours = any(inside(real, os.path.realpath(home)) for home in self.homes)
        own = real == os.path.realpath(self.paths.repository)
        also = {setting.keys[0] for setting in SETTINGS} | GUIDE_KEYS if own else set()
        return self._team(
            document,
            (),
            document.top,
            _stem(real),
            Origin.REPOSITORY if ours else Origin.USER,
            str(Path(real).parent),
            also=tuple(also),
        )

    def _team(
        self,
        document: yaml_file.YamlDocument,
        place: tuple[str, ...],
        top: object,
        name: str,
        origin: Origin,
        folder: str,
        also: Sequence[str] = (),
    ) -> Team:
        try:
            return team_of(
                top,
                name=name,
                origin=origin,
                source=document.path,
                also=also,
                tasks_in=lambda file: self._tasks(os.path.join(folder, file)),  # noqa: PTH118
            )
        except WrongValueError as error:
            raise wrong_value(error, place, document.path, document) from None

    def _tasks(self, path: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.text for each in parse_backlog(self.lines(path))))

    def lines(self, path: str) -> str:
        """See `TeamFiles.lines`."""
        full = os.path.join(self.where, path)  # noqa: PTH118
        try:
            data = reading.read(full, limit=_MOST, follow=True)
        except UnusableFileError as error:
            raise UsageError(f"The file {path!r} cannot be read: {error.message}") from error
        if data is None:
            raise UsageError(f"There is no file {path!r}")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError(f"The file {path!r} is not UTF-8") from None

    def save(self, name: str, team: Team) -> str:
        """See `TeamFiles.save`."""
        import yaml

        path = self.paths.user
        text = yaml_file.text_of(path) or ""
        document = yaml_file.parse(path, text)
        presets = document.top.get(KEY)
        if presets is not None and not isinstance(presets, Mapping):
            place = document.places.get((KEY,))
            raise ConfigError(
                f"{path}, line {place.line if place else 1}: presets must be a mapping of names "
                "to teams"
            )
        if isinstance(presets, Mapping) and name in presets:
            raise RefusedError(
                f"There is a preset named {name!r} already, in {path}",
                hint="Choose another name, or delete that one from the file.",
            )
        entry = _dumped({name: top_of(team)}, 2)
        made = _with_preset(text, entry, yaml)
        try:
            again = yaml_file.parse(path, made).top
            kept = {k: v for k, v in again.items() if k != KEY} == {
                k: v for k, v in document.top.items() if k != KEY
            }
            now: Any = again.get(KEY)
            good = kept and team_of(now[name], name=name).members == team.members
        except (ParallelError, WrongValueError, KeyError, TypeError):
            good = False
        if not good:
            raise ConfigError(
                f"{path}: a preset cannot be added to it as it is written",
                hint=f"Add it by hand below presets:\n{entry}",
            )
        try:
            write_atomically(Path(path), made.encode())
        except OSError as error:
            raise disk_refused("The preset was not saved", error) from error
        return path

    def text(self, name: str, team: Team) -> str:
        """See `TeamFiles.text`."""
        return f"# team {name!a}: pdev up FILE\n" + _dumped(top_of(team), 0)


def _stem(path: str) -> str:
    return Path(path).name.rsplit(".", 1)[0] or "team"


def _dumped(value: object, indent: int) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes texts of several lines as such."""

    def text(dumper: Any, data: str) -> Any:
        style = "|" if "\n" in data and not re_odd(data) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    Dumper.add_representer(str, text)
    made = yaml.dump(
        value,
        Dumper=Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=False,
    )
    return "".join(
        f"{' ' * indent if line.strip() else ''}{line}" for line in made.splitlines(True)
    )


def re_odd(text: str) -> bool:
    """Whether a text of several lines cannot stand in a literal block as it is."""
    return any(line != line.rstrip() for line in text.split("\n")) or text[:1] in " \n"


def _with_preset(text: str, entry: str, yaml: Any) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in root.value if root is not None else ():
        if key.value != KEY:
            continue
        if value.id == "mapping" and not value.flow_style:
            at = text.rfind("\n", 0, value.start_mark.index) + 1
            shift = value.start_mark.column - 2
            lines = entry.splitlines(True)
            moved = [f"{' ' * shift}{line}" if shift >= 0 else line[-shift:] for line in lines]
            return text[:at] + "".join(moved) + text[at:]
        if value.id == "scalar" or not value.value:
            at = (
                value.end_mark.index
                if value.end_mark.index > key.end_mark.index
                else key.end_mark.index
            )
            line = text.find("\n", at)
            line = len(text) if line < 0 else line + 1
            head = text[: key.end_mark.index]
            return f"{head}:\n{entry}{text[line:]}"
        return text  # a flow mapping with something in it: told by whoever compares
    gap = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{gap}{KEY}:\n{entry}"
