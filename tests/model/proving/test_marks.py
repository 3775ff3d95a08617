"""What was proved is said of the very commits that it was proved of, and of no others."""

from __future__ import annotations

from parallel_tui.model.overlap.joint import Mark, words
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.overlap.words import conflicting, remarks, worst_first, worth_showing
from parallel_tui.model.proving.attached import attached
from parallel_tui.model.proving.proof import JointProof, Member, ProofMarks, ProvedBreak, marks
from parallel_tui.record import replace

HEADS = {name: f"{name}1" for name in "abcd"}
CHECK = ("make test",)
PROOF = JointProof(
    at=5.0, base="main", base_commit="0", strategy="merge", commands=CHECK, environment="x",
    members=tuple(Member(name, head) for name, head in HEADS.items() if name != "d"),
    aboard=("a", "b"), breaks=(ProvedBreak(("b", "c"), ("t",), ("b", "c")),),
)  # fmt: skip


def told(known: ProofMarks) -> str:
    """Glyphs of a, b, c, d, and of the pairs ab, ac, bc, ad."""
    alone = "".join(known.of(each).mark.glyph for each in "abcd")
    return f"{alone} " + "".join(known.pair(*each).mark.glyph for each in ("ab", "ac", "bc", "ad"))


def test_of_these_commits_and_no_others() -> None:
    def now(base: str = "0", **moved: str) -> str:
        return told(marks([PROOF], HEADS | moved, base, commands=CHECK))

    assert now() == "✓✗✗? ✓?✗?"
    assert now(c="c2") == "✓✓?? ✓???"
    assert now(a="a2") == "?✗✗? ??✗?"
    assert now(b="b2") == "???? ????", "a was checked with b alone"
    assert now(base="1") == "???? ????"
    assert told(marks([PROOF], HEADS, "0", commands=("other",))) == "???? ????"


def test_a_break_counts_more_than_an_older_proof_and_running_more_than_that() -> None:
    older = replace(PROOF, aboard=("a", "b", "c"), breaks=(), at=1.0)
    assert told(marks([PROOF, older], HEADS, "0", commands=CHECK)) == "✓✗✗? ✓✓✗?"
    busy = [Member(name, HEADS[name]) for name in "abd"]
    known = marks([PROOF], HEADS, "0", commands=CHECK, running=busy)
    assert told(known) == "…✗✗… …?✗…"
    gone = marks([PROOF], HEADS | {"a": "a2"}, "0", commands=CHECK, running=busy)
    assert gone.of("a").mark is Mark.UNKNOWN


def test_three_that_break_together_are_told_of_each_two() -> None:
    broken = ProvedBreak(("a", "b", "c"), ("t", "u", "v", "w"), ("a", "b", "c"))
    known = marks([replace(PROOF, breaks=(broken,))], HEADS, "0", commands=CHECK)
    assert words(known.pair("a", "b")) == "breaks with c: t, u, v and 1 more"
    assert words(known.of("a")) == "breaks with b, c: t, u, v and 1 more"


def test_it_stands_beside_what_merges_say() -> None:
    known = marks([PROOF], HEADS, "0", commands=CHECK)
    names = {f"/{name}": name for name in (*HEADS, "main")}
    clear = Verdict(Level.CLEAR)
    pairs = [("/b", "/c"), ("/a", "/b"), ("/a", None), ("/c", None), ("/d", "/a"), ("/main", "/a")]
    found = attached([Overlap(a, b, clear) for a, b in pairs], known, names)
    assert [each.proof and each.proof.mark.glyph for each in found] == [
        *("✗", "✓", "✓", "?", None, None)
    ]
    assert [each.pair for each in worth_showing(found)] == [("/b", "/c")]
    assert conflicting(found) == found[:1]
    assert worst_first(found)[0] == found[0]
    assert remarks(found[0], names) == ("breaks: t",)
    assert attached(found, ProofMarks(), names) == found
