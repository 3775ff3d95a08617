"""Verbs that are planned and carried out on another machine, with the same plans as here."""

from __future__ import annotations

from parallel_tui.record import dataclass
from parallel_tui.services.hosts.answers import ElsewhereError
from parallel_tui.services.hosts.their_plans import (
    removal_plan,
    spawn_plan,
    sync_outcomes,
    sync_plan,
    understood,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from parallel_tui.model.hosts.reach import HostReach
    from parallel_tui.model.lifecycle.removal import RemovalPlan
    from parallel_tui.model.lifecycle.spawn import SpawnPlan, SpawnRequest
    from parallel_tui.model.sync.sync import SyncOutcome, SyncPlan, SyncProgress
    from parallel_tui.services.hosts.elsewhere import OtherMachines


@dataclass(frozen=True, slots=True)
class RemovedThere:
    """A session of another machine was removed.

    Attributes:
        message: What was done, for people.
        trash: By what it is brought back there; empty when nothing of it can be.
    """

    message: str
    trash: str


@dataclass(frozen=True, slots=True)
class RemoteRemoval:
    """Removes a session of another machine.

    Attributes:
        others: Reaches the machine.
        place: Which machine.
    """

    others: OtherMachines
    place: HostReach

    def plan(self, name: str) -> RemovalPlan:
        """What removing a session there would lose; changes nothing.

        Raises:
            ParallelError: As `OtherMachines.ask`.
        """
        said = self.others.ask(self.place, ("remove", "--dry-run", "--json", "--", name))
        return understood(self.place.host, removal_plan, said)

    def remove(
        self, plan: RemovalPlan, consents: Collection[str], *, delete_branch: bool
    ) -> RemovedThere:
        """Remove a session there, while it is as the plan says.

        Args:
            plan: As shown.
            consents: Words of `LossKind`.
            delete_branch: Whether its branch goes too.

        Raises:
            ParallelError: As `OtherMachines.change`.
        """
        words = ["remove", "--yes", "--json", "--expect", plan.fingerprint]
        words += ["--discard", ",".join(sorted(consents))] if consents else []
        words += ["--delete-branch"] if delete_branch else []
        said = self.others.change(self.place, (*words, "--", plan.name))
        trash = said.get("trash")
        return RemovedThere(
            f"Removed {plan.name} on {self.place.host}", trash if isinstance(trash, str) else ""
        )


class RemoteSync:
    """Syncs a session of another machine, as `Syncer` does here.

    Args:
        others: Reaches the machine.
        place: Which machine.
    """

    def __init__(self, others: OtherMachines, place: HostReach) -> None:
        self._others = others
        self._place = place
        self._asked: tuple[str, ...] = ()
        self._fingerprint = ""

    def plan(
        self,
        wanted: Sequence[str] | None,
        *,
        fetch: bool,
        resolved: bool,
        tell: Callable[[str], None],
    ) -> SyncPlan:
        """What a sync there would do; changes nothing.

        Raises:
            ParallelError: As `OtherMachines.ask`.
        """
        tell(f"asking {self._place.host}")
        how = ("--resolved",) if resolved else ()
        names = ("--all",) if wanted is None else ("--", *wanted)
        old = () if fetch else ("--no-fetch",)
        said = self._others.ask(
            self._place, ("sync", "--dry-run", "--json", *how, *old, *names), fetching=fetch
        )
        plan = understood(self._place.host, sync_plan, said)
        print_of = said.get("fingerprint")
        self._asked = (*how, *names)
        self._fingerprint = print_of if isinstance(print_of, str) else ""
        return plan

    def run(
        self, plan: SyncPlan, *, cancelled: Callable[[], bool]
    ) -> Iterator[SyncProgress | SyncOutcome]:
        """Carry out the plan that was made last, while all is as it says.

        Raises:
            ParallelError: As `OtherMachines.change`.
        """
        from parallel_tui.model.sync.sync import SyncProgress

        if cancelled():
            return
        for each in plan.sessions:
            if each.skip is None:
                yield SyncProgress(each)
        words = ("sync", "--json", "--no-fetch", "--expect", self._fingerprint, *self._asked)
        said = self._others.change(self._place, words)
        yield from understood(self._place.host, sync_outcomes, said)


class RemoteSpawn:
    """Starts sessions on another machine, as they were planned.

    Args:
        others: Reaches the machine.
        place: Which machine.
    """

    def __init__(self, others: OtherMachines, place: HostReach) -> None:
        self._others = others
        self._place = place
        self._planned: dict[SpawnRequest, SpawnPlan] = {}

    def plan(self, request: SpawnRequest) -> SpawnPlan:
        """What starting a session there would make; changes nothing.

        Raises:
            ParallelError: As `OtherMachines.ask`.
        """
        words = ("spawn", "--dry-run", "--json", *spawn_words(request))
        found = understood(self._place.host, spawn_plan, self._others.ask(self._place, words))
        self._planned[request] = found
        return found

    def spawn(self, request: SpawnRequest) -> str:
        """Start a session there as its plan says: at that commit, with these names.

        Where it would be another one by now, that is told, and is the plan from then on.

        Returns:
            Its name.

        Raises:
            ParallelError: As `OtherMachines.change`, or when it would not be as planned any more.
        """
        from parallel_tui.model.lifecycle.spawn import BranchSource
        from parallel_tui.record import replace

        plan = self._planned.get(request) or self.plan(request)
        pinned = replace(request, expected=plan.fingerprint)
        if request.source is BranchSource.NEW:
            pinned = replace(pinned, base_commit=plan.commit)
        try:
            said = self._others.change(self._place, ("spawn", "--json", *spawn_words(pinned)))
        except ElsewhereError as error:
            now = self.plan(request)  # or why there is none any more
            if now.fingerprint == plan.fingerprint:
                raise
            changed = f"{now.branch} from {now.start} at {now.commit[:10]}, in {now.directory}"
            raise ElsewhereError(error.message, hint=f"Now it would be {changed}.") from None
        name = said.get("name")
        return name if isinstance(name, str) else plan.name


def spawn_words(request: SpawnRequest) -> tuple[str, ...]:
    """The options of `spawn` that say the same as a request."""
    from parallel_tui.model.lifecycle.spawn import BranchSource

    words = [f"--kind={request.kind.value}"]
    if request.source is not BranchSource.NEW:
        words.append(f"--{request.source.value}")
    if request.agent == "":
        words.append("--no-agent")
    given = {
        "base": request.base,
        "base-commit": request.base_commit,
        "expect": request.expected,
        "branch": request.branch,
        "agent": request.agent,
        "prompt": request.prompt,
        "layout": request.layout,
        "after": ",".join(request.after),
    }
    words += [f"--{option}={value}" for option, value in given.items() if value]
    if not request.window:
        words.append("--no-window")
    return (*words, "--", request.name) if request.name else tuple(words)
