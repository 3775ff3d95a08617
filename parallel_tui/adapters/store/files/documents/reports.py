"""Reported conflicts in the state document: the guide's sentences, and pdev's own records."""

from __future__ import annotations

from parallel_tui.adapters.store.files.mechanics.json_document import texts
from parallel_tui.model.sharing.conflict_report import BaseReport, PairReport, lines_of, names_in
from parallel_tui.model.sharing.lock import Holder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

CONFLICTS: Final = "conflicts"
"""The guide's list of sentences; other programs may put down theirs."""

KEY: Final = "pdev_conflicts"
"""Our own part of the document."""


def reports_of(data: Mapping[str, Json]) -> dict[str, BaseReport]:
    """Reports by base; records of any other shape are ignored."""
    found = data.get(KEY)
    reports: dict[str, BaseReport] = {}
    for base, each in found.items() if isinstance(found, dict) else ():
        pairs = each.get("pairs") if isinstance(each, dict) else None
        if isinstance(each, dict) and isinstance(pairs, dict):
            records = {
                pair: _pair(one)
                for pair, one in pairs.items()
                if isinstance(one, dict) and names_in(pair)
            }
            reports[base] = BaseReport(records, _holder(each.get("by")))
    return reports


def put_reports(data: dict[str, Json], reports: Mapping[str, BaseReport]) -> None:
    """Write reports into the document; the sentences of others stay, before ours."""
    standing = data.get(CONFLICTS)
    ours = {*lines_of(reports_of(data)), *_lines_without_base(data)}
    foreign = [
        each
        for each in (standing if isinstance(standing, list) else [])
        if not (isinstance(each, str) and each in ours)
    ]
    data[CONFLICTS] = [*foreign, *lines_of(reports)]
    data[KEY] = {
        base: {
            "pairs": {pair: _as_json(one) for pair, one in report.pairs.items()},
            "by": _writer(report.by) if report.by else None,
        }
        for base, report in sorted(reports.items())
        if report.pairs
    }


def _writer(by: Holder) -> dict[str, Json]:
    return {"host": by.host, "boot": by.boot, "pid": by.pid, "start": by.start}


def _pair(data: Mapping[str, Json]) -> PairReport:
    line = data.get("line")
    return PairReport(line if isinstance(line, str) else None, texts(data.get("proofs")))


def _as_json(report: PairReport) -> dict[str, Json]:
    data: dict[str, Json] = {} if report.line is None else {"line": report.line}
    return {**data, "proofs": [*report.proofs]}


def _lines_without_base(data: Mapping[str, Json]) -> tuple[str, ...]:
    """Our sentences from a version whose reports named no base."""
    found = data.get(KEY)
    lines = (
        each.get("line")
        for each in (found.values() if isinstance(found, dict) else ())
        if isinstance(each, dict)
    )
    return tuple(line for line in lines if isinstance(line, str))


def _holder(data: Json) -> Holder | None:
    if not isinstance(data, dict):
        return None
    host, boot, pid, start = (data.get(name) for name in ("host", "boot", "pid", "start"))
    if not (isinstance(host, str) and isinstance(boot, str) and isinstance(start, str)):
        return None
    return Holder(host, boot, pid, start) if isinstance(pid, int) else None
