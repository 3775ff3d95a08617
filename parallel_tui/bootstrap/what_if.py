"""What judges edits before they are made, apart from all that other commands load."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.services.overlap.what_if import WhatIfChecker


def what_if(core: Core) -> WhatIfChecker:
    """Judges edits in the repository of a core."""
    from parallel_tui.adapters.git.simulate.what_if import WhatIf
    from parallel_tui.services.overlap.what_if import WhatIfChecker

    return WhatIfChecker(
        core.git, core.sessions, core._config, core.shared.locks, lambda: WhatIf(core.runner)
    )
