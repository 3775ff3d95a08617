"""Tell sessions that they break base together, once."""

from __future__ import annotations

import hashlib

from parallel_tui.errors import ParallelError
from parallel_tui.model.overlap.joint import some
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.proving.proof import JointProof, ProvedBreak
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.store import Store

_SENDER: Final = "pdev"
_TESTS: Final = 50


@dataclass(frozen=True, slots=True)
class BreakEvents:
    """Sends an event for each break that was found.

    Attributes:
        store: What sessions share.
        wanted: Whether events about conflicts are wanted.
    """

    store: Store
    wanted: bool

    def send(self, proof: JointProof) -> str:
        """Tell the sessions of each break, unless they were told of the same commits before.

        Returns:
            Why that could not be done; empty where it was. What was proved holds all the same.
        """
        if not self.wanted or not proof.breaks:
            return ""
        try:
            with self.store.change(_SENDER) as tx:
                told: list[Json] = []
                for broken in proof.breaks:
                    names = [_text(each) for each in broken.sessions]
                    told += filter(
                        None,
                        [
                            tx.events.emit(
                                "conflict",
                                _SENDER,
                                _payload(broken, proof),
                                names,
                                mark=_mark(broken, proof),
                            )
                        ],
                    )
                if told:
                    tx.journal.add("conflicts", {"events": told})
        except ParallelError as error:
            return f"The sessions could not be told: {error.message}"
        return ""


def _payload(broken: ProvedBreak, proof: JointProof) -> dict[str, Json]:
    names = " × ".join(broken.sessions)
    return {
        "sessions": [_text(each) for each in broken.sessions],
        "tests": [_text(each) for each in broken.tests[:_TESTS]],
        "log": _text(broken.log),
        "message": _text(f"{names}: landed on {proof.base}, {some(broken.tests)} fails"),
    }


def _mark(broken: ProvedBreak, proof: JointProof) -> str:
    """Made of the commits that break: the same are told once, whoever proves them."""
    commits = {each.session: each.commit for each in proof.members}
    about = [proof.base_commit, *(f"{each} {commits.get(each)}" for each in broken.sessions)]
    joined = "\n".join(about).encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()[:16]


def _text(text: str) -> str:
    """Text that JSON can hold: bytes that are not UTF-8 would make the file unreadable."""
    return text.encode("utf-8", "replace").decode("utf-8")
