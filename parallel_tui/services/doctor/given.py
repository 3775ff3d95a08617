"""Find out whether what is given to sessions of this machine is known, and given once."""

from __future__ import annotations

from parallel_tui.model.lifecycle.finding import Finding, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallel_tui.model.machine.ports import PortGrant
    from parallel_tui.ports.machine.local import GrantLedger


def taken_twice(ledger: GrantLedger) -> Iterator[Finding]:
    """A finding for each port that two sessions have, whoever wrote that down.

    Args:
        ledger: All that was given.

    Raises:
        CouldNotLookError: When that is not known.
    """
    owners: dict[int, PortGrant] = {}
    for grant in ledger.all():
        for name, number in grant.ports if ledger.holds(grant) else ():
            first = owners.setdefault(number, grant)
            if first is not grant:
                what = (
                    f"port {number} ({name}) is given to {grant.session} and to {first.session} "
                    f"of {first.repository}"
                )
                yield Finding(Severity.PROBLEM, "ports", what, grant.git_dir)
