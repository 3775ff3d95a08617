"""What answers other machines: where a clone of the user's is, and what this machine is."""

from __future__ import annotations

from parallel_tui.errors import CouldNotLookError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.hosts.reach import MachineAbout, RemoteRequest
    from parallel_tui.ports.hosts.reach import OwnClones


def own_clones(env: Mapping[str, str]) -> OwnClones:
    """Where clones of the user's are that share work."""
    from parallel_tui.adapters.ssh.known import CloneNotes
    from parallel_tui.model.settings.user_dirs import state_dir

    return CloneNotes(state_dir(env) / "clones")


def directory_of(request: RemoteRequest, env: Mapping[str, str]) -> str:
    """The directory that a request of another machine is about.

    Args:
        request: Names the clone, or says its path there.
        env: Our environment.

    Raises:
        CouldNotLookError: When there is none, or it is another repository.
    """
    found = own_clones(env).find(request.clone) if request.clone else None
    if found is None and not request.path:
        raise CouldNotLookError(
            "This machine does not know where that clone is",
            hint="Run `pdev host share` in it once more, or set hosts.NAME.path where you are.",
        )
    place = found or request.path
    if request.first:
        _demand_repository(place, request.first)
    return place


def _demand_repository(place: str, first: str) -> None:
    from parallel_tui import bootstrap
    from parallel_tui.bootstrap.store import serving

    core = bootstrap.open_core(bootstrap.Overrides(place), brief=True)
    if serving.repository_key(core).partition("/")[0] != first:
        raise CouldNotLookError(f"{place} is of another repository on this machine")


def about(env: Mapping[str, str]) -> MachineAbout:
    """What this machine is: versions, and its clock. Starts two processes."""
    import sys
    import time

    from parallel_tui import __version__
    from parallel_tui.adapters.process import programs
    from parallel_tui.bootstrap.windows import multiplexers
    from parallel_tui.model.hosts.reach import MachineAbout

    def said(*argv: str) -> str:
        try:
            status, output, _ = programs.ask(argv, env=env, more={}, timeout=5.0)
        except (OSError, TimeoutError):
            return ""
        return output.decode("utf-8", "replace").strip().split("\n")[0][:60] if not status else ""

    return MachineAbout(
        pdev=__version__,
        git=said("git", "version").removeprefix("git version "),
        windows=said(*multiplexers.version_command(None, env)),
        python=".".join(map(str, sys.version_info[:3])),
        schema=_schema(),
        now=time.time(),
    )


def _schema() -> int:
    """Version of the store's tables that this machine works with; 0 without its driver."""
    from importlib.util import find_spec

    if find_spec("psycopg") is None:
        return 0
    from parallel_tui.adapters.store.postgres.server.migrations import NEWEST

    return NEWEST
