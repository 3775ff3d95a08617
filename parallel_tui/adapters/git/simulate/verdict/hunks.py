"""Read one conflicting path in full: both sides' hunks and authors, and git's merge result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from parallel_tui.adapters.git.run.environment import raw, text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.drivers import driver_of
from parallel_tui.adapters.git.simulate.merge.merges import Merge, Names
from parallel_tui.adapters.git.simulate.merge.told_patches import patches
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.simulate.resolutions import RememberedResolutions
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict.landing import Landed
from parallel_tui.adapters.git.simulate.verdict.orders import decisive
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.pairs import Author, Hunk, PathDetail, Side
from parallel_tui.model.overlap.telling import PathPatch
from parallel_tui.model.overlap.verdict import Span

if TYPE_CHECKING:
    from parallel_tui.adapters.git.simulate.verdict.predict import Predictor

_DIFF: Final = (
    "diff-tree",
    "-r",
    "-p",
    "-U0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--inter-hunk-context=0",
)
_MOST: Final = 2_000_000


class PatchReader:
    """Reads what sessions change in some paths; nothing twice while their work stands."""

    def __init__(self, runner: Runner, quarantine: Quarantine, predictor: Predictor) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self._landings = predictor.landings
        self._known: dict[str, tuple[tuple[str, str], frozenset[str], Mapping[str, PathPatch]]] = {}

    def of(self, base: str, work: Work, paths: Collection[str]) -> Mapping[str, PathPatch]:
        """Patches of a work by path; one process, two where it does not land on base.

        Args:
            base: Commit of base.
            work: The work.
            paths: The paths; those that it does not change are left out.

        Raises:
            CouldNotLookError: When it cannot be compared, or git gave no answer.
        """
        proof, wanted = (base, work.commit), frozenset(paths)
        known = self._known.get(work.key)
        if known is None or known[0] != proof or not wanted <= known[1]:
            known = (proof, wanted, self._read(base, work, wanted))
            self._known[work.key] = known
        return {path: patch for path, patch in known[2].items() if path in wanted}

    def _read(self, base: str, work: Work, wanted: frozenset[str]) -> Mapping[str, PathPatch]:
        landed = self._landings.of(base, [work])[work.commit]
        if isinstance(landed, Unknown):
            raise CouldNotLookError(f"The work in {work.key} cannot be compared: {landed.reason}")
        touched = [each.touches for each in landed.changes]
        asked = {path for paths in touched if not wanted.isdisjoint(paths) for path in paths}
        if not asked:
            return {}
        before = base if landed.merge.clean else _common(self._runner, self._quarantine, base, work)
        after = landed.merge.tree if landed.merge.clean else work.tree
        trees = (self._landings.tree_of(before), after)
        return patches(self._runner, self._quarantine, trees, asked)


def read_detail(
    runner: Runner,
    quarantine: Quarantine,
    predictor: Predictor,
    base: str,
    works: Sequence[Work],
    path: str,
    *,
    max_bytes: int,
) -> PathDetail:
    """Read both sides of a path; takes about eight processes, so only on request.

    Args:
        runner: The gateway to git.
        quarantine: Where objects are.
        predictor: Knows how sessions land.
        base: Commit of base.
        works: One work, against base, or two.
        path: The path.
        max_bytes: The merged text is cut there.

    Raises:
        CouldNotLookError: When the pair cannot be merged, or git gave no answer.
    """
    landings = predictor.landings
    told = landings.of(base, works)
    landed: list[Landed] = []
    for work in works:
        each = told[work.commit]
        if isinstance(each, Unknown):
            raise CouldNotLookError(f"The work in {work.key} cannot be compared: {each.reason}")
        landed.append(each)
    if len(landed) == 1:
        merge: Merge | Unknown = landed[0].merge
        names = Names((base, works[0].commit))
        common = _common(runner, quarantine, base, works[0])
        sides = [
            _side(runner, quarantine, None, common, base, path, (f"{common}..{base}", None)),
            _work_side(runner, quarantine, common, works[0].tree, works[0], path, common),
        ]
    else:
        tried = predictor.orders.tried(base, [(landed[0], landed[1])])[0]
        merge = decisive(tried)
        order = next(order for order, each in tried if each is merge)
        names = Names((order.first, order.second))
        sides = []
        for each in landed:
            tree = each.merge.tree if each.merge.clean else each.work.tree
            frame = base if each.merge.clean else _common(runner, quarantine, base, each.work)
            sides.append(_work_side(runner, quarantine, frame, tree, each.work, path, base))
    if isinstance(merge, Unknown):
        raise CouldNotLookError(f"The two cannot be compared: {merge.reason}")
    places = [path, *(f"{path}~{oid}" for oid in names.pair)]  # where git moved it out of the way
    merged, cut = _blob(runner, quarantine, merge.tree, places, max_bytes)
    text_left = None if merged is None else names.marked(merged)
    resolved = False
    if text_left is not None and not cut and not merge.clean:
        remembered = RememberedResolutions(runner, predictor.rerere)
        resolved = bool(remembered.known({path: raw(text_left)}))
    driver = driver_of(runner, predictor.landings.stage.for_base(base), path)
    return PathDetail(
        path, sides[0], sides[1], text_left, truncated=cut, resolved=resolved, driver=driver,
        trees=(base, *(work.tree for work in works)),
    )  # fmt: skip


def _common(runner: Runner, quarantine: Quarantine, base: str, work: Work) -> str:
    return runner.run(["merge-base", base, work.tip], env=quarantine.env).text.split()[0]


def _work_side(
    runner: Runner,
    quarantine: Quarantine,
    frame: str,
    tree: str,
    work: Work,
    path: str,
    start: str,
) -> Side:
    dirty = (work.head_tree, work.tree) if work.dirty and not work.merging else None
    history = (f"{start}..{work.tip}", dirty)
    return _side(runner, quarantine, work.key, frame, tree, path, history)


def _side(
    runner: Runner,
    quarantine: Quarantine,
    key: str | None,
    frame: str,
    tree: str,
    path: str,
    history: tuple[str, tuple[str, str] | None],
) -> Side:
    args = [*OPTIONS, *_DIFF, frame, tree, "--", path]
    patch = runner.run(args, env=quarantine.env).stdout[:_MOST]
    commits, dirty = history
    authors: list[Author] = []
    if dirty is not None:
        args = [*OPTIONS, "diff-tree", "-r", "--quiet", *dirty, "--", path]
        if runner.run(args, env=quarantine.env, ok=(0, 1)).status:
            authors.append(Author(None))
    args = ["log", "-1", "--format=%H%x00%an%x00%at%x00%s", commits, "--", path]
    fields = runner.run(args, env=quarantine.env).text.rstrip("\n").split("\0")
    if len(fields) == 4:
        authors.append(Author(fields[0], fields[1], float(fields[2]), fields[3]))
    return Side(key, _hunks(patch), tuple(authors))


def _hunks(patch: bytes) -> tuple[Hunk, ...]:
    found: list[tuple[Span, list[bytes]]] = []
    for line in patch.split(b"\n"):
        if line.startswith(b"@@ -"):
            start, _, count = line[4:].split(b" ", 1)[0].partition(b",")
            found.append((Span(int(start), int(count) if count else 1), []))
        elif found and line[:1] in (b"+", b"-", b"\\"):
            found[-1][1].append(line)
    return tuple(Hunk(span, text(b"\n".join(lines))) for span, lines in found)


def _blob(
    runner: Runner, quarantine: Quarantine, tree: str, places: Sequence[str], most: int
) -> tuple[str | None, bool]:
    """The first of some objects that is text, cut at a number of bytes; and whether it was cut."""
    args = [*OPTIONS, "ls-tree", "-z", "--full-tree", tree, "--", *places]
    listed = runner.run(args, env=quarantine.env).stdout.split(b"\0")
    found = (entry.split(b"\t", 1)[0].split(b" ") for entry in listed)
    blob = next((each[2] for each in found if len(each) == 3 and each[1] == b"blob"), None)
    if blob is None:
        return None, False
    args = [*OPTIONS, "cat-file", "blob", blob.decode()]
    data = runner.run(args, env=quarantine.env).stdout
    if b"\0" in data[:8000]:
        return None, False
    return text(data[:most]), len(data) > most
