"""Read and write layouts as files: in our own words, or as tmuxp writes them; YAML or JSON."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from parallel_tui.adapters.config import yaml_file
from parallel_tui.adapters.config.messages import wrong_value
from parallel_tui.adapters.config.yaml_file import YamlDocument
from parallel_tui.adapters.layouts import tmuxp
from parallel_tui.errors import ConfigError, RefusedError, UsageError, disk_refused
from parallel_tui.model.layout.plan import NamedLayout
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.settings.layouts.reading import layout as layout_of
from parallel_tui.model.settings.user_dirs import config_home
from parallel_tui.model.settings.values import WrongValueError

if TYPE_CHECKING:
    from collections.abc import Mapping


ENDS: Final = (".yml", ".yaml", ".json")
_IN_FOLDER: Final = tuple(f".tmuxp{end}" for end in (".yaml", ".yml", ".json"))


def is_file(text: str) -> bool:
    """Whether a text names a file rather than a configured layout."""
    return os.sep in text or text.endswith(ENDS) or text in (".", "..")


def read(path: str, env: Mapping[str, str]) -> NamedLayout:
    """Read a file, or the one that tmuxp would read in a folder.

    Args:
        path: The file; relative to the working directory.
        env: Our environment: files in the user's own folders are the user's words.

    Raises:
        UsageError: When there is no such file.
        ConfigError: When it cannot be used, with the place.
        RefusedError: When it has keys that run Python.
    """
    found = _found(path)
    document = _document(found)
    folder = str(Path(found).absolute().parent)
    notes: tuple[str, ...] = ()
    try:
        if tmuxp.is_tmuxp(document.top):
            layout, notes = tmuxp.read(document.top, folder)
        else:
            layout = layout_of(dict(document.top))
    except WrongValueError as error:
        raise wrong_value(error, (), found, document) from None
    except RefusedError as error:
        raise RefusedError(f"{found}: {error.message}", hint=error.hint) from None
    return NamedLayout(path, layout, _origin(found, env), notes)


def _found(path: str) -> str:
    if not Path(path).is_dir():
        return path
    for name in _IN_FOLDER:
        if Path(path, name).exists():
            return str(Path(path, name))
    raise UsageError(
        f"{path!r} is a folder without a layout in it",
        hint=f"Name the file, or make {_IN_FOLDER[0]}.",
    )


def _document(path: str) -> YamlDocument:
    if path.endswith(".json"):
        return _json(path)
    document = yaml_file.read(path)
    if document is None:
        raise UsageError(f"There is no file {path!r}")
    return document


def _json(path: str) -> YamlDocument:
    from parallel_tui.adapters.disk import reading

    try:
        top = reading.read_json(path, follow=True)
    except reading.UnusableFileError as error:
        raise ConfigError(f"{error}", hint="Check its commas, brackets and quotes.") from None
    if top is None:
        raise UsageError(f"There is no file {path!r}")
    values: dict[object, object] = dict(top.items())
    return YamlDocument(path, values, {})


def _origin(path: str, env: Mapping[str, str]) -> Origin:
    """Whose words a file is: the user's own in the user's own folders, else somebody's."""
    home = Path(env.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111
    own = (config_home(env), home / ".tmuxp", home / ".config/tmuxp", env.get("TMUXP_CONFIGDIR"))
    real = os.path.realpath(path)
    if any(real.startswith(os.path.realpath(each) + os.sep) for each in own if each):
        return Origin.USER
    return Origin.REPOSITORY


def text(value: object, *, json: bool) -> str:
    """A layout's plain value as the text of a file."""
    if json:
        from json import dumps

        return dumps(value, indent=2, ensure_ascii=False) + "\n"
    import yaml

    made: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return made


def write(path: str, content: str, *, over: bool) -> None:
    """Write a file whole, or not at all.

    Raises:
        RefusedError: When it is there already and is not to be replaced, or cannot be written.
    """
    from parallel_tui.adapters.disk import files

    if os.path.lexists(path) and not over:
        raise RefusedError(f"{path} is there already", hint="--force replaces it.")
    try:
        files.write_atomically(Path(path), content.encode())
    except OSError as error:
        raise disk_refused(f"{path} cannot be written", error) from error
