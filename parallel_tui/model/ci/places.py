"""Where the files of continuous integration belong, relative to the root."""

from __future__ import annotations

from types import MappingProxyType

from parallel_tui.model.ci.event import Provider

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

FILES: Final[Mapping[Provider, str]] = MappingProxyType(
    {
        Provider.GITHUB: ".github/workflows/parallel-branches.yml",
        Provider.GITLAB: ".gitlab/parallel-branches.yml",
    }
)
"""Our file, by the service that it is for."""

GITLAB_MAIN: Final = ".gitlab-ci.yml"
"""The file that GitLab reads; it has to include ours."""
