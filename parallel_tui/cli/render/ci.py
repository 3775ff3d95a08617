"""The result of `pdev ci check` as lines, annotations of GitHub, GitLab's report, and JSON. Pure.

An annotation stands at a file, not at a line: lines are known in base, and those of the commit that
a reader looks at may be others.
"""

from __future__ import annotations

import hashlib

from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.schema import overlap_json
from parallel_tui.cli.render.schema_locks import put
from parallel_tui.model.overlap.branches import Relation
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.overlap.words import MEANING, OPTION_WORDS, path_words
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Final

    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.overlap.verdict import Span
    from parallel_tui.services.ci.branches import CiChecked

MOST: Final = 10
"""Annotations of one kind that GitHub shows of a step; the log has all."""
_PATHS: Final = 5
_RELATIONS: Final[Mapping[Relation, str]] = {
    Relation.PART_OF_OURS: "is part of this",
    Relation.HAS_OURS: "is built on this",
}
_TITLES: Final[Mapping[Level, str]] = {
    Level.CONFLICT: "Conflict with another branch",
    Level.REBASE: "No rebase beside another branch",
}
_MARKDOWN: Final = {ord(char): f"&#{ord(char)};" for char in "|`*_~[]\\@:#&<>\"'"}
_SEVERITY: Final = {"error": "blocker", "warning": "minor", "notice": "info"}


@dataclass(frozen=True, slots=True)
class Note:
    """One remark at a file.

    Attributes:
        kind: `error`, `warning` or `notice`.
        path: The file.
        title: A few words.
        text: A sentence.
    """

    kind: str
    path: str
    title: str
    text: str


def notes(checked: CiChecked) -> tuple[Note, ...]:
    """What is worth a remark at a file, the worst first; one remark for all branches it meets."""
    found = [
        Note("error", each.path, "Outside its boundaries", each.sentence)
        if each.denied
        else Note("warning", each.path, "Outside its boundaries", each.sentence)
        for each in checked.breaches or ()
    ]
    verdict = checked.verdict
    base = checked.base.name
    for path in verdict.paths if isinstance(verdict, Verdict) else ():
        if path.level is Level.CONFLICT:
            kind = path.kind.value if path.kind else "content"
            text = path.text or f"Merging it to {base} fails ({kind})."
            found.append(Note("error", path.path, f"Conflict with {base}", text))
        elif path.level is Level.REBASE:
            text = f"It can be merged to {base}, but not rebased onto it."
            found.append(Note("warning", path.path, f"No rebase onto {base}", text))
    found += _meetings(checked)
    order = ("error", "warning", "notice")
    return tuple(sorted(found, key=lambda note: order.index(note.kind)))


def _meetings(checked: CiChecked) -> list[Note]:
    base = checked.base.name
    met: dict[str, list[tuple[Level, str]]] = {}
    for other in checked.others:
        if other.meets and isinstance(other.verdict, Verdict):
            for each in other.verdict.paths:
                lines = _lines(each.theirs)
                where = f" at {lines} of {base}" if lines else ""
                said = f"{other.branch.name}{where} ({MEANING[each.level]})"
                met.setdefault(each.path, []).append((each.level, said))
    found = []
    for path, some in met.items():
        some.sort(key=lambda each: (-each[0], each[1]))
        worst = some[0][0]
        title = _TITLES.get(worst, "Also changed in another branch")
        more = f" … and {len(some) - _PATHS} more" if len(some) > _PATHS else ""
        text = "; ".join(said for _, said in some[:_PATHS]) + more
        kind = "warning" if worst >= Level.NEAR else "notice"
        found.append((worst, Note(kind, path, title, f"Also changed in {text}.")))
    found.sort(key=lambda each: (-each[0], each[1].path))
    return [note for _, note in found]


def _lines(spans: Sequence[Span]) -> str:
    told = []
    for span in spans[:3]:
        if span.count > 1:
            told.append(f"lines {span.start}–{span.start + span.count - 1}")
        else:
            told.append(f"line {span.start}" if span.count else f"after line {span.start}")
    return ", ".join([*told, *(["…"] if len(spans) > len(told) else [])])


def github(found: Sequence[Note]) -> Iterator[str]:
    """Workflow commands that annotate files; what is too much for GitHub is left to the log."""
    count = {"error": 0, "warning": 0, "notice": 0}
    for note in found:
        count[note.kind] += 1
        if count[note.kind] <= MOST:
            path, title = _property(note.path), _property(note.title)
            yield f"::{note.kind} file={path},title={title}::{_message(note.text)}"


def _message(text: str) -> str:
    """Escaped as the runner reads it back, so that no text can end its line or the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def code_quality(found: Sequence[Note]) -> list[Json]:
    """GitLab's code quality report."""
    report: list[Json] = []
    for note in found:
        mark = "\0".join((note.kind, note.path, note.title, note.text))
        print_of = hashlib.sha256(mark.encode("utf-8", "surrogateescape")).hexdigest()
        report.append(
            {
                "description": f"{note.title}: {note.text}",
                "check_name": "parallel-branches",
                "fingerprint": print_of,
                "severity": _SEVERITY[note.kind],
                "location": {"path": note.path, "lines": {"begin": 1}},
            }
        )
    return report


def lines(checked: CiChecked) -> Iterator[str]:
    """The result for people, one sentence a line."""
    verdict, base = checked.verdict, checked.base.name
    ours = checked.branch or checked.head[:10]
    if not isinstance(verdict, Verdict):
        yield one_line(f"unknown    {ours} × {base}: {verdict.reason}")
    elif verdict.in_base:
        yield one_line(f"in base    {ours} × {base}: {base} has all of it already")
    else:
        yield one_line(f"{_pair(verdict, f'{ours} × {base}')}")
    for each in checked.breaches or ():
        word = "boundary" if each.denied else "note"
        yield one_line(f"{word:<9}  {each.path}: {each.sentence}")
    for other in checked.others:
        told = other.verdict
        pair = f"{ours} × {other.branch.name}"
        if not isinstance(told, Verdict):
            yield one_line(f"unknown    {pair}: {told.reason}")
        elif other.relation is not Relation.APART:
            yield one_line(f"{'related':<9}  {pair}: that {_RELATIONS[other.relation]}")
        elif told.level:
            yield one_line(_pair(told, pair))


def _pair(verdict: Verdict, pair: str) -> str:
    shown = [path_words(path) for path in verdict.paths[:_PATHS]]
    more = len(verdict.paths) - len(shown)
    told = ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])
    said = f": {told}" if told else ""
    limited = f" [{verdict.limited}]" if verdict.limited else ""
    return f"{OPTION_WORDS[verdict.level]:<9}  {pair}{said}{limited}"


def markdown(checked: CiChecked) -> str:
    """The result as a table for the page of a run."""
    rows = ["| branch | | files |", "| --- | --- | --- |"]
    pairs = [(checked.base.name, checked.verdict, Relation.APART)]
    pairs += [(each.branch.name, each.verdict, each.relation) for each in checked.others]
    for name, verdict, relation in pairs:
        if not isinstance(verdict, Verdict):
            rows.append(f"| {_code(name)} | unknown | {_code(verdict.reason)} |")
        elif relation is not Relation.APART:
            rows.append(f"| {_code(name)} | {_RELATIONS[relation]} | |")
        elif verdict.level or name == checked.base.name:
            shown = [_code(path_words(path)) for path in verdict.paths[:_PATHS]]
            more = len(verdict.paths) - len(shown)
            files = "<br>".join([*shown, *([f"and {more} more"] if more > 0 else [])])
            rows.append(f"| {_code(name)} | {OPTION_WORDS[verdict.level]} | {files} |")
    said = " ".join(summary(checked))
    return f"### Parallel branches\n\n{said.translate(_MARKDOWN)}\n\n" + "\n".join(rows) + "\n"


def _code(text: str) -> str:
    """Text from outside that no Markdown and no table takes for its own."""
    return f"<code>{one_line(text).translate(_MARKDOWN)}</code>"


def summary(checked: CiChecked) -> tuple[str, ...]:
    """Closing sentences."""
    met = sum(other.meets for other in checked.others)
    unknown = sum(not isinstance(other.verdict, Verdict) for other in checked.others)
    count = len(checked.others)
    against = "1 other branch" if count == 1 else f"{count} other branches"
    told = f"meets {met or 'none'} of {against}"
    if unknown:
        told += f", {unknown} could not be compared"
    if checked.old:
        told += f", {checked.old} without a recent commit left out"
    if not checked.unknown:
        word = "does not merge" if checked.conflicts else "merges"
        return (f"It {word} to {checked.base.name}, and {told}.",)
    cut_off = (checked.hint,) if "shallow" in checked.unknown else ()
    return (f"It is not known whether it merges to {checked.base.name}; it {told}.", *cut_off)


def checked_json(checked: CiChecked) -> Json:
    """The result as JSON: the pairs have the shape that `pdev check` prints."""
    ours = checked.branch or checked.head[:10]
    names = {"": ours, **{each.branch.name: each.branch.name for each in checked.others}}
    made: Json = {
        "provider": checked.event.provider.value,
        "event": checked.event.kind,
        "head": {"name": ours, "commit": checked.head},
        "against": {"name": checked.base.name, "commit": checked.base.oid},
        "base": [overlap_json(Overlap("", None, checked.verdict), names)],
        "pairs": [
            {
                **overlap_json(Overlap("", each.branch.name, each.verdict), names),
                "commit": each.branch.oid,
                "relation": each.relation.value,
            }
            for each in checked.others
        ],
        "left_out": checked.old,
    }
    told = checked.breaches
    breaches = None if told is None else [
        {"path": each.path, "sentence": each.sentence, "denied": each.denied} for each in told
    ]  # fmt: skip
    put(made, "boundaries", breaches, "nobody asked for them")
    return made
