"""Rows of figures: what they are judged by, how they are ordered, and how they are written."""

from __future__ import annotations

import threading

import pytest

from tests.benchmarks import page
from tests.benchmarks.harness import TooLongError, within
from tests.benchmarks.report import Report, Row, Section, markdown, ordered, over, text


def test_a_budget_is_that_of_the_ratio_where_a_floor_is() -> None:
    row = Row(Section.START, "rows", 30.0, floor=10.0, against="python", budget=3.0)
    assert row.ratio == 3.0
    assert row.verdict == "ok"
    assert Row(Section.START, "rows", 31.0, floor=10.0, budget=3.0).verdict == "over"


def test_a_budget_is_that_of_the_value_where_no_floor_is() -> None:
    assert Row(Section.KEYS, "key", 50.0, budget=50.0).verdict == "ok"
    assert Row(Section.KEYS, "key", 51.0, budget=50.0).verdict == "over"
    assert Row(Section.KEYS, "key", 51.0, budget=50.0).ratio is None


def test_nothing_is_judged_without_a_budget_or_a_figure() -> None:
    assert Row(Section.KEYS, "key", 5.0).verdict == "—"
    assert Row(Section.KEYS, "key", None, budget=50.0, note="never seen").verdict == "—"
    assert Row(Section.IDLE, "processes", 1.0, "", budget=0.0).verdict == "over"


def test_rows_stand_by_section_and_sizes_of_a_figure_together() -> None:
    report = Report()
    for size in ("5 × 10", "20 × 10"):
        report.size = size
        report.value(Section.KEYS, "key", 1.0)
        report.value(Section.START, "rows", 2.0)
        report.value(Section.START, "frame", 3.0)
    assert [(row.what, row.size) for row in ordered(report.rows)] == [
        ("rows", "5 × 10"),
        ("rows", "20 × 10"),
        ("frame", "5 × 10"),
        ("frame", "20 × 10"),
        ("key", "5 × 10"),
        ("key", "20 × 10"),
    ]


def test_times_become_a_median_and_a_95th_percentile_with_budgets_of_their_own() -> None:
    report = Report()
    report.spread(Section.KEYS, "key", [10.0, 20.0, 60.0, None], p50=25, p95=50)
    median, most = report.rows
    assert (median.what, median.value, median.verdict) == ("key, p50", 20.0, "ok")
    assert (most.what, most.value, most.verdict) == ("key, p95", 60.0, "over")
    assert most.note == "1 of 4 never seen"
    assert over(report.rows) == [most]


def test_what_was_never_seen_is_a_row_that_says_so() -> None:
    report = Report()
    report.spread(Section.KEYS, "key", [None, None], p95=50)
    report.time(Section.START, "rows", None, 10.0, "python", budget=6)
    assert [(row.value, row.note) for row in report.rows] == [(None, "never seen")] * 2


def test_a_page_has_a_table_for_each_section() -> None:
    rows = [
        Row(Section.KEYS, "a | b", 5.0, budget=50.0, size="5 × 10"),
        Row(Section.START, "rows", 25.0, floor=10.0, against="python", budget=2.0, size="5 × 10"),
        Row(Section.STORE, "read", None, note="left out: 5 s were over"),
    ]
    assert markdown(rows).splitlines() == [
        "### Start of the dashboard",
        "",
        "| what | size | value | floor | ratio | budget | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| rows | 5 × 10 | 25 ms | 10 ms, python | 2.50 × | 2 × | over |",
        "",
        "### Keys",
        "",
        "| what | size | value | floor | ratio | budget | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| a \\| b | 5 × 10 | 5 ms |  |  | 50 ms | ok |",
        "",
        "### Store",
        "",
        "| what | size | value | floor | ratio | budget | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| read (left out: 5 s were over) |  | — |  |  |  | — |",
    ]


def test_the_table_of_a_terminal_has_straight_columns() -> None:
    rows = [Row(Section.KEYS, "key", 5.0, size="5 × 10"), Row(Section.KEYS, "longer", 500.0)]
    head, line, first, second = text(rows).splitlines()
    assert set(line) == {"-"}
    assert head.index("value") == first.index("5 ms") == second.index("500 ms")


def test_a_page_names_the_machine_and_what_is_over() -> None:
    rows = [Row(Section.KEYS, "key", 51.0, budget=50.0, size="5 × 10"), Row(Section.KEYS, "x", 1.0)]
    written = page.page(rows, parts=["dashboard"], how="Once.", busy="0.5 before")
    assert "1 of 1 rows with a budget are over it:\n\n* Keys: key, 5 × 10" in written
    assert "git version" in written
    assert "load 0.5 before" in " ".join(written.split())


def test_a_measurement_ends_when_its_time_is_over() -> None:
    with pytest.raises(TooLongError), within(1):
        threading.Event().wait(60)
