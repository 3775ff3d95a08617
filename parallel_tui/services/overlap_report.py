"""Putting conflicts where sessions read them: the state file, the status page, an event.

Several dashboards and `pdev watch` may report at once, each with a view of its own age. What was
reported stands in the state file beside what it led to, so that under the guard each of them sees
what the others did: a pair is told once, whoever comes first, and again only when it had been free
of conflict and comes to another one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.ports import Clock
from parallel_tui.adapters.store.documents import Json
from parallel_tui.adapters.store.store import Store
from parallel_tui.model.config import Config
from parallel_tui.model.fact import known
from parallel_tui.model.overlap import Level, Verdict
from parallel_tui.model.overlap_words import names_of, pair_words, paths_words, settled
from parallel_tui.model.overlaps import Overlap
from parallel_tui.model.snapshot import Snapshot
from parallel_tui.services.status_file import StatusFile

KEY: Final = "pdev_conflicts"
"""Our own part of the state file: by pair the sentence that stands and the proofs told."""

CONFLICTS: Final = "conflicts"
SENDER: Final = "pdev"
_PROOFS: Final = 8
"""Proofs remembered a pair; a dashboard that lags behind repeats one of the last."""
_PATHS: Final = 50

Record = dict[str, Json]


@dataclass(frozen=True, slots=True)
class OverlapReport:
    """Reports conflicts.

    Attributes:
        store: The shared files.
        status: The page for sessions to read.
        config: Whether events are wanted.
        clock: Epoch seconds.
    """

    store: Store
    status: StatusFile
    config: Config
    clock: Clock

    def report(self, snapshot: Snapshot) -> bool:
        """Bring the shared files up to date; returns whether anything was written.

        Does nothing while predictions are incomplete. Sentences that others put down stay.

        Raises:
            RefusedError: When the state file cannot be read; it is left as it is.
            CouldNotLookError: When the guard cannot be had, or nothing can be written.
        """
        overlaps = known(snapshot.overlaps)
        if overlaps is None or not settled(overlaps):
            return False
        names = {key: _text(name) for key, name in names_of(snapshot.sessions).items()}
        found = {
            _pair(each, names): each
            for each in overlaps
            if each.a in names and (each.b is None or each.b in names)
        }
        document = self.store.state.load()
        if document.problem is None and not _differs(document.data, found, names):
            return False
        told = []
        with self.store.transaction():
            data = self.store.state.for_change()
            records, new = _brought_up(_records(data), found, names)
            old_lines = _lines(_records(data))
            standing = data.get(CONFLICTS)
            foreign = [
                each
                for each in (standing if isinstance(standing, list) else [])
                if each not in old_lines
            ]
            data[CONFLICTS] = [*foreign, *_lines(records)]
            data[KEY] = dict(records)
            self.store.state.save(data)
            if self.config.conflict_events:
                told = [self._tell(each, names) for each in new]
            if told:
                self.store.record(SENDER, "conflicts", {"events": [*told]})
            self.status.refresh()
        return True

    def _tell(self, overlap: Overlap, names: dict[str, str]) -> str:
        verdict = overlap.verdict
        both = [names[overlap.a], names[overlap.b or ""]]
        paths = verdict.paths if isinstance(verdict, Verdict) else ()
        payload: Record = {
            "sessions": [*both],
            "level": int(overlap.level or 0),
            "paths": [
                {"path": _text(path.path), "kind": path.kind.value}
                for path in paths[:_PATHS]
                if path.kind is not None
            ],
            "message": _line(overlap, names),
        }
        now = int(self.clock() * 1000)
        return self.store.events.emit("conflict", SENDER, payload, tuple(both), now)


def _text(text: str) -> str:
    """Text that JSON can carry: with bytes that are no UTF-8 in it nobody could read the file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pair(overlap: Overlap, names: dict[str, str]) -> str:
    """Names a pair the same in every dashboard, whatever the order of the two."""
    if overlap.b is None:
        return json.dumps([names[overlap.a]])
    return json.dumps(sorted((names[overlap.a], names[overlap.b])))


def _line(overlap: Overlap, names: dict[str, str]) -> str:
    verdict = overlap.verdict
    paths = paths_words(verdict, 3) if isinstance(verdict, Verdict) else ""
    if overlap.level is Level.REBASE:
        paths = f"merges, but does not rebase {paths}".rstrip()
    return _text(f"{pair_words(overlap, names)}: {paths}")


def _proof(overlap: Overlap) -> str:
    trees = overlap.verdict.trees if isinstance(overlap.verdict, Verdict) else ()
    return hashlib.sha256("\n".join(sorted(trees)).encode()).hexdigest()[:16]


def _records(data: Record) -> dict[str, Record]:
    """Ours as they stand; what has another shape than we gave it is taken for nothing."""
    found = data.get(KEY)
    return (
        {pair: each for pair, each in found.items() if isinstance(each, dict)}
        if isinstance(found, dict)
        else {}
    )


def _lines(records: dict[str, Record]) -> list[Json]:
    return [each["line"] for each in records.values() if isinstance(each.get("line"), str)]


def _brought_up(
    before: dict[str, Record], found: dict[str, Overlap], names: dict[str, str]
) -> tuple[dict[str, Record], list[Overlap]]:
    """The records after a look, and the pairs of sessions to tell.

    Not being able to look changes nothing; pairs that are gone are forgotten.
    """
    after: dict[str, Record] = {}
    new: list[Overlap] = []
    for pair, overlap in found.items():
        was = before.get(pair, {})
        if not isinstance(overlap.verdict, Verdict):
            if was:
                after[pair] = was
            continue
        proofs = was.get("proofs")
        seen = (
            [each for each in proofs if isinstance(each, str)] if isinstance(proofs, list) else []
        )
        if overlap.verdict.level < Level.CONFLICT:
            if seen:
                after[pair] = {"proofs": [*seen]}
            continue
        proof = _proof(overlap)
        if "line" not in was and proof not in seen and overlap.b is not None:
            new.append(overlap)
        if "line" not in was or not seen:
            seen = [*(each for each in seen if each != proof), proof][-_PROOFS:]
        after[pair] = {"line": _line(overlap, names), "proofs": [*seen]}
    return dict(sorted(after.items())), new


def _differs(data: Record, found: dict[str, Overlap], names: dict[str, str]) -> bool:
    """Whether a report would change anything; asked without the guard, which costs a wait."""
    before = _records(data)
    after, _ = _brought_up(before, found, names)
    standing = data.get(CONFLICTS)
    there = standing if isinstance(standing, list) else []
    return after != before or any(line not in there for line in _lines(after))
