"""Which tests failed is told by what known programs print, and by nothing else."""

from __future__ import annotations

import pytest

from parallel_tui.model.proving.failing import MOST, failures, from_junit, from_output

PRINTED = {
    "pytest": (
        """
=========================== short test summary info ============================
FAILED tests/test_a.py::test_one - AssertionError: 1 != 2
FAILED tests/test_a.py::TestB::test_two[a - b]
ERROR tests/test_c.py - ImportError: cannot import name 'x' from 'y'
ERROR tests/test_d.py
2 failed, 3 passed, 2 errors in 0.04s
FAILED to reach anything
""",
        {
            "tests/test_a.py::test_one",
            "tests/test_a.py::TestB::test_two[a",
            "tests/test_c.py",
            "tests/test_d.py",
        },
    ),
    "unittest": (
        """
======================================================================
FAIL: test_sum (tests.test_x.Sums.test_sum) (a=1)
ERROR: test_y (unittest.loader._FailedTest.test_y)
FAILED (failures=1, errors=1)
""",
        {
            "test_sum (tests.test_x.Sums.test_sum) (a=1)",
            "test_y (unittest.loader._FailedTest.test_y)",
        },
    ),
    "go": (
        "--- FAIL: TestA (0.01s)\n    --- FAIL: TestA/deep (0.00s)\nFAIL\nFAIL\tx.org/a\t0.02s\n"
        "FAIL\tx.org/b [build failed]\n",
        {"TestA", "TestA/deep", "x.org/b"},
    ),
    "cargo": ("test a::b ... FAILED\ntest a::c ... ok\n", {"a::b"}),
    "TAP": ("ok 1 - a\nnot ok 2 - b c\nnot ok 3 d # TODO later\n", {"b c"}),
    "jest": (
        " \x1b[1mFAIL\x1b[0m src/x.test.js\n  ● sums › adds\n  ● Console\n\nTests: 1 failed\n",
        {"src/x.test.js", "sums › adds"},
    ),
}


@pytest.mark.parametrize("program", PRINTED)
def test_what_programs_print(program: str) -> None:
    text, expected = PRINTED[program]
    assert from_output(text) == expected


def test_junit_reports() -> None:
    report = (
        '<?xml version="1.0"?><testsuites><testsuite>'
        '<testcase classname="a.B" name="one"><failure>no</failure></testcase>'
        '<testcase classname="a.B" name="two"/><testcase name="three"><error/></testcase>'
        '<testcase name="four"><skipped/></testcase></testsuite></testsuites>'
    )
    assert from_junit(report) == {"a.B::one", "three"}
    assert from_junit("<html/>") == from_junit("<testsuite") == frozenset()
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite><testcase name="&a;"/></testsuite>'
    assert from_junit(bomb) == frozenset()
    assert failures("pytest", "FAILED b.py::c", [report]) == {"a.B::one", "three"}


def test_a_command_that_names_no_test_failed_as_a_whole() -> None:
    assert failures("make it", "no\n", []) == {"$ make it"}
    many = "\n".join(f"FAILED a.py::t{number}" for number in range(MOST + 1))
    assert failures("make it", many, []) == {"$ make it"}
