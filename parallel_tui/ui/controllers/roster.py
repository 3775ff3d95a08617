"""All controllers of a dashboard, made once the repository is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parallel_tui.ui.controllers.boundaries import BoundaryCommands
from parallel_tui.ui.controllers.briefing import Briefing
from parallel_tui.ui.controllers.landing.aftermath import AfterLandingCommands
from parallel_tui.ui.controllers.landing.plan import LandingCommands
from parallel_tui.ui.controllers.landing.proving import Proving
from parallel_tui.ui.controllers.lifecycle import LifecycleCommands
from parallel_tui.ui.controllers.machine.showing import MachineCommands
from parallel_tui.ui.controllers.overlaps import OverlapCommands
from parallel_tui.ui.controllers.reaching import ReachingCommands
from parallel_tui.ui.controllers.seen import EventsSeen
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.controllers.sharing import SharingCommands
from parallel_tui.ui.controllers.starts.teams import TeamCommands
from parallel_tui.ui.controllers.tasks import TaskCommands
from parallel_tui.ui.controllers.view import LookCommands
from parallel_tui.ui.controllers.work import CommandWork

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.ui.cockpit import Cockpit
    from parallel_tui.ui.typeahead import Typeahead


def controllers(
    cockpit: Cockpit, core: Core, engine: Engine, typeahead: Typeahead
) -> tuple[object, ...]:
    """The controllers whose commands need an open repository.

    Args:
        cockpit: The dashboard.
        core: The services.
        engine: The live view.
        typeahead: Holds keys back while a form is being opened.
    """
    work = CommandWork(cockpit, engine, typeahead)
    sessions = SessionCommands(cockpit, core, work, engine)
    return (
        sessions,
        TeamCommands(cockpit, core, work),
        LandingCommands(cockpit, core, work, engine),
        LifecycleCommands(cockpit, core, work, sessions),
        SharingCommands(cockpit, core, work),
        TaskCommands(cockpit, core, work),
        ReachingCommands(cockpit, core, work),
        AfterLandingCommands(cockpit, core, work),
        OverlapCommands(cockpit, core, engine),
        Briefing(cockpit, core, engine),
        Proving(cockpit, core, engine),
        BoundaryCommands(cockpit, core),
        MachineCommands(cockpit, core, sessions),
        EventsSeen(cockpit, core),
        LookCommands(cockpit, work),
    )
