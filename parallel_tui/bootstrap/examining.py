"""What the doctor looks at."""

from __future__ import annotations

from parallel_tui.adapters.agents.asked import AskedClaude
from parallel_tui.adapters.config import agent_settings
from parallel_tui.adapters.hosting.programs_of_hosts import HostPrograms
from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.undo import leftovers
from parallel_tui.services.doctor.agents import AgentLook
from parallel_tui.services.doctor.doctor import Doctor, Examined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core


def doctor(core: Core) -> Doctor:
    """Looks for what is wrong."""
    tools = core.tools
    return Doctor(
        core.git,
        core.mux,
        core.store,
        core.loaded.config,
        (*core.loaded.warnings, *core.gate.prepared_by_others().problems),
        core.clock,
        core.env,
        Examined(
            tools.syncs,
            tools.trash,
            leftovers,
            agent_settings,
            liveness,
            core.upkeep,
            AgentLook(core.agents, AskedClaude(core.env)),
            HostPrograms(core.runner, core.env, core.clock),
            core.machine.ledger,
        ),
    )
