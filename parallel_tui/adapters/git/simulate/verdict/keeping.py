"""Keep verdicts between runs: read at the start, saved now and then, dropped with new settings."""

from __future__ import annotations

from collections.abc import Collection

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.verdict.cache import (
    Kept,
    Proof,
    VerdictCache,
    fingerprint,
    settings_stamp,
)
from parallel_tui.model.overlap.pairs import Pair
from parallel_tui.model.overlap.verdict import Level, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.fact import Fact
    from parallel_tui.ports.system import Clock

SAVE_EVERY: Final = 60.0
"""Seconds between two writings of the cache; closing writes it too."""


class VerdictKeeper:
    """Keeps verdicts for the next run, and the time when each pair came to overlap as it does.

    Attributes:
        unsaved: Whether anything was found out that is not written yet.
    """

    def __init__(
        self, runner: Runner, quarantine: Quarantine, cache: VerdictCache | None, clock: Clock
    ) -> None:
        """Create one; nothing is read yet.

        Args:
            runner: The gateway to git.
            quarantine: Where git's settings for merges are asked for.
            cache: Where verdicts of earlier runs are; `None` to keep none.
            clock: Time.
        """
        self.unsaved = False
        self._runner = runner
        self._quarantine = quarantine
        self._cache = cache
        self._clock = clock
        self._kept = Kept()
        self._fingerprint: str | None = None
        self._settings: object = None
        self._saved_at = 0.0

    @property
    def keeps(self) -> bool:
        """Whether verdicts can be kept now."""
        return self._cache is not None and self.unsaved

    def settings_changed(self) -> bool:
        """Whether git's merge settings changed, which makes all verdicts obsolete.

        The first time, those that were kept for these settings are taken over.
        """
        stamp = settings_stamp(self._runner.repository)
        if stamp == self._settings:
            return False
        first = self._settings is None
        self._settings = stamp
        before, self._fingerprint = self._fingerprint, fingerprint(self._runner, self._quarantine)
        if before == self._fingerprint:
            return False
        if first:
            if self._cache is not None:
                self._kept = self._cache.load(self._fingerprint)
            return False
        self._kept.verdicts.clear()
        return True

    def recall(self, proof: Proof) -> Verdict | None:
        """The kept verdict for some commits, if any."""
        return self._kept.verdicts.get(proof)

    def since(self, pair: Pair, answer: Fact[Verdict]) -> float | None:
        """Since when a pair overlaps as it does; `None` when it does not."""
        if not isinstance(answer, Verdict):
            return None
        if answer.level is Level.CLEAR:
            self._kept.since.pop(pair, None)
            return None
        level, when = self._kept.since.get(pair, (None, 0.0))
        if level is not answer.level:
            when = self._clock()
            self._kept.since[pair] = (answer.level, when)
        return when

    def retain(self, pairs: Collection[Pair]) -> None:
        """Forget the times of all pairs but these."""
        self._kept.since = {p: s for p, s in self._kept.since.items() if p in pairs}

    def keep(self, verdicts: dict[Proof, Verdict]) -> None:
        """Keep these verdicts and no others; they are saved when it is time."""
        self._kept.verdicts = verdicts
        if self._clock() - self._saved_at >= SAVE_EVERY:
            self._write()

    def close(self) -> None:
        """Save what was not saved yet."""
        if self.unsaved:
            self._write()

    def _write(self) -> None:
        if self._cache is not None and self._fingerprint is not None:
            self._cache.save(self._fingerprint, self._kept)
            self._saved_at = self._clock()
            self.unsaved = False
