"""What was proved, in words and as JSON."""

from __future__ import annotations

from parallel_tui.cli.render.output import one_line
from parallel_tui.model.overlap.joint import some
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.proving.outcome import ProofStep
    from parallel_tui.model.proving.proof import JointProof, LeftOut, ProvedBreak


def proof_json(proof: JointProof) -> Json:
    """A proof as JSON."""
    return {
        "passed": proof.passed,
        "base": {"name": proof.base, "commit": proof.base_commit},
        "strategy": proof.strategy,
        "sessions": [{"session": e.session, "commit": e.commit} for e in proof.members],
        "proved": list(proof.aboard),
        "tree": proof.tree,
        "breaks": [break_json(each) for each in proof.breaks],
        "out": out_json(proof.out),
        "base_fails": list(proof.base_fails),
        "unsteady": list(proof.unsteady),
        "unknown": proof.unknown,
        "commands": list(proof.commands),
        "environment": proof.environment,
        "at": proof.at,
        "runs": proof.runs,
        "known": proof.known,
        "seconds": proof.seconds,
        "log": proof.log,
        "notes": list(proof.notes),
    }


def break_json(broken: ProvedBreak) -> Json:
    """Sessions that break base, as JSON."""
    return {
        "sessions": list(broken.sessions),
        "tests": list(broken.tests),
        "tried": list(broken.tried),
        "tree": broken.tree,
        "log": broken.log,
    }


def out_json(out: Sequence[LeftOut]) -> list[Json]:
    """Who was left out, as JSON."""
    return [{"session": each.session, "why": each.why} for each in out]


def step_line(step: ProofStep) -> str:
    """A step of a proof, in one line."""
    who = f"base with {', '.join(step.sessions)}" if step.sessions else "base alone"
    if step.waits:
        return f"  waiting: another check of this repository is running (prove.workers); then {who}"
    if step.outcome is None:
        return f"  {step.number:>2}  checking {who} …"
    failing = step.outcome.failing
    how = f"fails: {some(tuple(sorted(failing)))}" if failing else "passes"
    if step.outcome.impossible:
        how = f"could not be checked: {step.outcome.impossible}"
    if step.known:
        return f"   ·  {who}: {how} (known)"
    return f"  {step.number:>2}  {who}: {how}, in {step.seconds:.1f}s"


def show(proof: JointProof, output: Output) -> None:
    """Print a proof for people."""
    for line in _lines(proof, output):
        output.line(line)
    if proof.base_fails:
        what = some(proof.base_fails)
        output.talk(f"pdev: note: {proof.base} itself fails {what}; that counts for nobody")
    if proof.unsteady:
        what = some(proof.unsteady)
        output.talk(f"pdev: note: failed at one time and passed at another: {what}")
    for note in proof.notes:
        output.talk(f"pdev: note: {note}")
    took = f", in {proof.seconds:.1f}s" if proof.runs else ""
    known = f", {proof.known} known from before" if proof.known else ""
    output.talk(f"{plural(proof.runs, 'check')} run{known}{took}")


def _lines(proof: JointProof, output: Output) -> Iterator[str]:
    good, bad, unsure = (
        output.paint(glyph, code) for glyph, code in (("✓", "32"), ("✗", "31"), ("?", "33"))
    )
    if proof.aboard:
        how = "work together" if len(proof.aboard) > 1 else "works"
        at = f"{proof.base} at {proof.base_commit[:10]}"
        yield f"{good} " + one_line(f"{', '.join(proof.aboard)}: {how} on {at}")
    for broken in proof.breaks:
        yield f"{bad} " + one_line(break_words(broken, proof.base))
        if broken.log:
            yield one_line(f"    its output: {broken.log}")
    if proof.unknown:
        done = {*proof.aboard, *(each for b in proof.breaks for each in b.sessions)}
        names = [each.session for each in proof.members if each.session not in done]
        yield f"{unsure} " + one_line(f"{', '.join(names) or 'the rest'}: {proof.unknown}")
        if proof.log:
            yield one_line(f"    its output: {proof.log}")
    for each in proof.out:
        yield "- " + one_line(f"{each.session} was left out: {each.why}")
    if not proof.members and not proof.out:
        yield "No session has anything to land."


def break_words(broken: ProvedBreak, base: str) -> str:
    """Who breaks base, in one line."""
    who = " × ".join(broken.sessions)
    if len(broken.sessions) == 1:
        return f"{who}: {some(broken.tests)} fails with it, and not on {base} without it"
    fewer = "neither alone" if len(broken.sessions) == 2 else "no fewer of them"
    together = "both" if len(broken.sessions) == 2 else "all"
    return f"{who}: {some(broken.tests)} fails with {together} of them, and with {fewer}"
