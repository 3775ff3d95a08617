"""Tell which tests failed by what a command printed, or wrote as JUnit XML. Pure.

What is not known to name a test is not guessed at: a command then failed as a whole.
"""

from __future__ import annotations

import re

from parallel_tui.model.proving.outcome import WHOLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Final

MOST: Final = 1000
"""Names that are told of one run; beyond it, a command failed as a whole."""

_COLOURS: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_LONGEST: Final = 500
_LINES: Final = (
    # pytest: its short summary.
    re.compile(r"(?:FAILED|ERROR) (?P<name>[^\s].*?\.py(?:::.+?)?)(?: - .*)?"),
    # unittest: the head of each report.
    re.compile(r"(?:FAIL|ERROR): (?P<name>\S+ \([\w.<>]+\).*)"),
    # go test; a package that could not be built or set up has no tests to name.
    re.compile(r"\s*--- FAIL: (?P<name>\S+) \([\d.]+s\)"),
    re.compile(r"FAIL\t(?P<name>\S+) \[(?:build|setup) failed\]"),
    # cargo test.
    re.compile(r"test (?P<name>\S.*?) \.\.\. FAILED"),
    # TAP: bats, prove, tap.
    re.compile(r"not ok \d+ (?:- )?(?P<name>(?!.*# (?:TODO|SKIP)).+?)(?: # .*| in \d+ms)?"),
    # vitest and jest: a file, and with it what in it failed.
    re.compile(r"\s*FAIL\s+(?P<name>\S+\.(?:[cm]?[jt]sx?|vue|svelte)(?: > .+)?)"),
    re.compile(r"\s*● (?P<name>(?!Console|Deprecation).+ › .+)"),
)


def from_output(text: str) -> frozenset[str]:
    """Names of the tests that failed, by the lines that test programs print of them.

    Args:
        text: What one command printed.
    """
    found = set()
    for line in _COLOURS.sub("", text).splitlines():
        name = next(
            (match["name"] for each in _LINES if (match := each.fullmatch(line.rstrip()))), None
        )
        if name is not None:
            found.add(name[:_LONGEST])
    return frozenset(found)


def from_junit(text: str) -> frozenset[str]:
    """Names of the tests that failed, by a JUnit XML report; none where it is no such thing.

    Args:
        text: The report.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # no report has these, and they can blow up
        return frozenset()
    from xml.etree import ElementTree as Xml

    try:
        root = Xml.fromstring(text)  # noqa: S314 - no declarations, so nothing can be expanded
    except Xml.ParseError:
        return frozenset()
    if root.tag not in ("testsuites", "testsuite"):
        return frozenset()
    return frozenset(name[:_LONGEST] for name in _cases(root.iter("testcase")))


def _cases(cases: Iterable[object]) -> Iterator[str]:
    for case in cases:
        kinds = {child.tag for child in case}  # type: ignore[attr-defined]
        if kinds & {"failure", "error"}:
            told = case.attrib  # type: ignore[attr-defined]
            where = told.get("classname") or told.get("file") or ""
            yield f"{where}::{told.get('name', '')}" if where else told.get("name", "?")


def failures(line: str, output: str, reports: Iterable[str]) -> frozenset[str]:
    """What failed in a command that did not end well.

    Args:
        line: The command.
        output: What it printed.
        reports: JUnit reports that it wrote.
    """
    named = frozenset[str]().union(*map(from_junit, reports)) or from_output(output)
    return named if 0 < len(named) <= MOST else frozenset({WHOLE + line})
