"""Putting conflicts where sessions read them: the state file, the status page, an event.

Several dashboards and `pdev watch` may report at once, each with a view of its own age. What was
reported stands in the state file beside what it led to, so that under the guard each of them sees
what the others did: a pair is told once, whoever comes first, and again only when it had been free
of conflict and comes to another one.

The event is written before the state file remembers it, and bears a mark made of what it tells. So
whoever dies in between loses nothing, and who comes next finds the mark and does not repeat it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.adapters.store.files.store import Store
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.overlap.words import names_of, pair_words, paths_words, settled
from parallel_tui.model.settings.config import Config
from parallel_tui.model.text import strict_json
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ports.ports import Clock
from parallel_tui.services.overlap.records import (
    KEY,
    Entry,
    Record,
    as_json,
    entries_of,
    lines_before,
    lines_of,
    names_in,
    with_base,
)
from parallel_tui.services.sharing.status_page import StatusFile

CONFLICTS: Final = "conflicts"
SENDER: Final = "pdev"
_PROOFS: Final = 8
"""Proofs remembered a pair; a dashboard that lags behind repeats one of the last."""
_PATHS: Final = 50


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
        overlaps, base = known(snapshot.overlaps), known(snapshot.base)
        if overlaps is None or base is None or not settled(overlaps):
            return False
        names = {key: _text(name) for key, name in names_of(snapshot.sessions).items()}
        found = {
            _pair(each, names): each
            for each in overlaps
            if each.a in names and (each.b is None or each.b in names)
        }
        look = _Look(_text(base.name), found, names)
        document = self.store.state.load()
        # Asked without the guard first, which costs a wait.
        if document.problem is None and not look.differs(document.data):
            return False
        with self.store.transaction():
            data = self.store.state.for_change()
            entries, new = look.after(entries_of(data))
            told: list[Json] = []
            if self.config.conflict_events:
                told += filter(None, (self._tell(each, look) for each in new))
            data[CONFLICTS] = look.lines(data, entries)
            data[KEY] = as_json(entries)
            self.store.state.save(data)
            if told:
                self.store.record(SENDER, "conflicts", {"events": told})
            self.status.refresh()
        return True

    def _tell(self, overlap: Overlap, look: _Look) -> str | None:
        """Write the event, unless it is there already; its id where it was written."""
        names = look.names
        about = strict_json.line([look.base, _pair(overlap, names), _proof(overlap)])
        mark = hashlib.sha256(about.encode()).hexdigest()[:16]
        if any(each.endswith(f"_{mark}") for each in self.store.events.ids()):
            return None
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
        return self.store.events.emit("conflict", SENDER, payload, tuple(both), now, mark=mark)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one dashboard sees: a base, and by pair what there is."""

    base: str
    found: dict[str, Overlap]
    names: dict[str, str]

    def after(self, entries: dict[str, Entry]) -> tuple[dict[str, Entry], list[Overlap]]:
        """The entries after this look, and the pairs of sessions to tell."""
        before = entries.get(self.base, Entry())
        pairs, new = _brought_up(before.pairs, self.found, self.names)
        there = set(self.names.values())
        return with_base(
            entries, self.base, pairs, lambda pair: there.issuperset(names_in(pair))
        ), new

    def lines(self, data: Record, entries: dict[str, Entry]) -> list[Json]:
        """All sentences: those of others, then ours as they are now."""
        standing = data.get(CONFLICTS)
        ours = lines_before(data)
        foreign = [
            each for each in (standing if isinstance(standing, list) else []) if each not in ours
        ]
        return [*foreign, *lines_of(entries)]

    def differs(self, data: Record) -> bool:
        """Whether a report would change anything."""
        entries, _ = self.after(entries_of(data))
        if as_json(entries) != (data.get(KEY) or {}):
            return True
        standing = data.get(CONFLICTS)
        there = standing if isinstance(standing, list) else []
        return any(line not in there for line in lines_of(entries))


def _text(text: str) -> str:
    """Text that JSON can carry: with bytes that are no UTF-8 in it nobody could read the file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pair(overlap: Overlap, names: dict[str, str]) -> str:
    """Names a pair the same in every dashboard, whatever the order of the two."""
    if overlap.b is None:
        return strict_json.line([names[overlap.a]])
    return strict_json.line(sorted((names[overlap.a], names[overlap.b])))


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
        if (overlap.concern or 0) < Level.CONFLICT:
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
