"""Report conflicts where sessions read them: state file, status page, event.

Several dashboards and `pdev watch` may report at once, each with a view of its own age. What was
reported stands in the state file beside what it led to, so that under the guard each of them sees
what the others did: a pair is told once, whoever comes first, and again only when it had been free
of conflict and comes to another one.

Event and memory are one change, and the event bears a mark made of what it tells, so that nobody
repeats it whatever becomes of the memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.overlap.words import names_of, pair_words, paths_words, settled
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sharing.conflict_report import (
    BaseReport,
    PairReport,
    lines_of,
    names_in,
    pair_key,
    with_base,
)
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.strict_json import Json
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ports.store import Store, Transaction
from parallel_tui.ports.system import Holders
from parallel_tui.record import dataclass
from parallel_tui.services.sharing.status_page import StatusPage

SENDER: Final = "pdev"
_PROOFS: Final = 8
"""Proofs remembered a pair; a dashboard that lags behind repeats one of the last."""
_PATHS: Final = 50


@dataclass(frozen=True, slots=True)
class OverlapReport:
    """Reports conflicts.

    Attributes:
        store: What sessions share.
        status: The page for sessions to read.
        config: Whether events are wanted.
        holders: Knows this process, and which others are dead.
    """

    store: Store
    status: StatusPage
    config: Config
    holders: Holders

    def report(self, snapshot: Snapshot) -> bool:
        """Bring the shared reports up to date; returns whether anything was written.

        Does nothing while predictions are incomplete. Sentences that others put down stay.

        Raises:
            RefusedError: When the state cannot be read; it is left as it is.
            CouldNotLookError: When the store is held by others, or nothing can be written.
        """
        overlaps, base = known(snapshot.overlaps), known(snapshot.base)
        if overlaps is None or base is None or not settled(overlaps):
            return False
        names = {key: _text(name) for key, name in names_of(snapshot.sessions).items()}
        found = {
            _pair(each, names): each
            for each in overlaps
            if each.a in names and (each.b is None or each.b in names)
        }
        view = _View(_text(base.name), found, names)
        # Asked outside a transaction first, which costs a wait.
        if self._is_up_to_date(view):
            return False
        with self.store.change(SENDER) as tx:
            reports, new = self._after(view, tx.conflicts.all())
            told: list[Json] = []
            if self.config.conflict_events:
                told += filter(None, (_tell(tx, each, view) for each in new))
            tx.conflicts.replace(reports)
            if told:
                tx.journal.add("conflicts", {"events": told})
            self.status.refresh(tx)
        return True

    def _is_up_to_date(self, view: _View) -> bool:
        try:
            standing = self.store.reports()
        except CouldNotLookError:
            return False  # the transaction says why, and that nothing was written
        reports, _ = self._after(view, standing)
        lines = self.store.read(events=0).conflicts
        return reports == dict(standing) and all(line in lines for line in lines_of(reports))

    def _after(
        self, view: _View, reports: Mapping[str, BaseReport]
    ) -> tuple[dict[str, BaseReport], list[Overlap]]:
        """The reports after one base was examined, and the pairs of sessions to notify."""
        before = reports.get(view.base, BaseReport())
        pairs, new = _brought_up(before.pairs, view.found, view.names)
        there = set(view.names.values())
        return with_base(
            reports,
            view.base,
            pairs,
            by=self.holders.myself(),
            alive=lambda pair: there.issuperset(names_in(pair)),
            dead=self.holders.is_dead,
        ), new


@dataclass(frozen=True, slots=True)
class _View:
    """What one dashboard knows: a base, and the overlap of each pair."""

    base: str
    found: dict[str, Overlap]
    names: dict[str, str]


def _tell(tx: Transaction, overlap: Overlap, view: _View) -> str | None:
    """Send the event unless it was sent before; returns its id if it was sent now."""
    names = view.names
    about = strict_json.line([view.base, _pair(overlap, names), _proof(overlap)])
    verdict = overlap.verdict
    both = [names[overlap.a], names[overlap.b or ""]]
    paths = verdict.paths if isinstance(verdict, Verdict) else ()
    payload: dict[str, Json] = {
        "sessions": [*both],
        "level": int(overlap.level or 0),
        "paths": [
            {"path": _text(path.path), "kind": path.kind.value}
            for path in paths[:_PATHS]
            if path.kind is not None
        ],
        "message": _line(overlap, names),
    }
    mark = hashlib.sha256(about.encode()).hexdigest()[:16]
    return tx.events.emit("conflict", SENDER, payload, both, mark=mark)


def _text(text: str) -> str:
    """Text that JSON can hold: bytes that are not UTF-8 would make the file unreadable."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pair(overlap: Overlap, names: dict[str, str]) -> str:
    return pair_key(*(names[each] for each in (overlap.a, overlap.b) if each is not None))


def _line(overlap: Overlap, names: dict[str, str]) -> str:
    verdict = overlap.verdict
    paths = paths_words(verdict, 3) if isinstance(verdict, Verdict) else ""
    if overlap.level is Level.REBASE:
        paths = f"merges, but does not rebase {paths}".rstrip()
    return _text(f"{pair_words(overlap, names)}: {paths}")


def _proof(overlap: Overlap) -> str:
    trees = overlap.verdict.trees if isinstance(overlap.verdict, Verdict) else ()
    return hashlib.sha256("\n".join(sorted(trees)).encode()).hexdigest()[:16]


def _brought_up(
    before: Mapping[str, PairReport], found: dict[str, Overlap], names: dict[str, str]
) -> tuple[dict[str, PairReport], list[Overlap]]:
    """The reports of pairs after an examination, and the pairs of sessions to notify.

    Not being able to look changes nothing; pairs that are gone are forgotten.
    """
    after: dict[str, PairReport] = {}
    new: list[Overlap] = []
    for pair, overlap in found.items():
        was = before.get(pair)
        seen = was.proofs if was else ()
        stands = was is not None and was.line is not None
        if not isinstance(overlap.verdict, Verdict):
            if was is not None:
                after[pair] = was
            continue
        if (overlap.concern or 0) < Level.CONFLICT:
            if seen:
                after[pair] = PairReport(proofs=seen)
            continue
        proof = _proof(overlap)
        if not stands and proof not in seen and overlap.b is not None:
            new.append(overlap)
        if not stands or not seen:
            seen = (*(each for each in seen if each != proof), proof)[-_PROOFS:]
        after[pair] = PairReport(_line(overlap, names), seen)
    return dict(sorted(after.items())), new
