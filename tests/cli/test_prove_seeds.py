"""Conflicts that no merge shows, in small programs: each is found, and nothing else is named."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.test_prove import breaks, checks, proof, prove
from tests.support.world import World

UNITTEST = f"{sys.executable} -m unittest -q"
TEST = (
    "import unittest\n\n\nclass {name}(unittest.TestCase):\n"
    "    def test_{name}(self):\n        {text}\n"
)


def case(name: str, text: str) -> str:
    return TEST.format(name=name, text=text)


PRICES = "def total(items):\n    return sum(items)\n"
CASES: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str], Mapping[str, str], str]] = {
    "a function renamed here and newly called there": (
        UNITTEST,
        {
            "shop/__init__.py": "",
            "shop/prices.py": PRICES,
            "test_prices.py": case("prices", "import shop.prices as p; p.total([1])"),
        },
        {
            "shop/prices.py": PRICES.replace("total", "sum_of"),
            "test_prices.py": case("prices", "import shop.prices as p; p.sum_of([1])"),
        },
        {
            "shop/cart.py": "from shop.prices import total\n\n\ndef cart():\n    total([1])\n",
            "test_cart.py": case("cart", "import shop.cart as c; c.cart()"),
        },
        "test_cart",
    ),
    "a parameter added here and not given there": (
        "sh tests.sh",
        {
            "lib.sh": 'greet() { echo "hello $1"; }\n',
            "tests.sh": 'status=0\nfor each in t/*; do\n  sh "$each" || '
            '{ echo "not ok 1 - $each"; status=1; }\ndone\nexit $status\n',
            "t/one": '. ./lib.sh; test "$(greet you)" = "hello you"\n',
        },
        {
            "lib.sh": 'greet() { echo "${2:?who} says hello $1"; }\n',
            "t/one": '. ./lib.sh; test "$(greet you me)" = "me says hello you"\n',
        },
        {"t/two": '. ./lib.sh; test "$(greet all)" = "hello all"\n'},
        "t/two",
    ),
    "a file moved here and newly imported there": (
        UNITTEST,
        {
            "shop/__init__.py": "",
            "shop/old/__init__.py": "",
            "shop/old/prices.py": PRICES,
            "test_prices.py": case("prices", "import shop.old.prices as p; p.total([1])"),
        },
        {
            "shop/old/__init__.py": "-",
            "shop/old/prices.py": "-",
            "shop/new/__init__.py": "",
            "shop/new/prices.py": PRICES,
            "test_prices.py": case("prices", "import shop.new.prices as p; p.total([1])"),
        },
        {"test_report.py": case("report", "import shop.old; from shop.old import prices")},
        "test_report",
    ),
}


def put(world: World, files: Mapping[str, str], tree: Path) -> None:
    for path, text in files.items():
        if text == "-":
            world.git("rm", "-q", path, cwd=tree)
        else:
            world.write(path, text, cwd=tree)
    world.git("add", "-A", cwd=tree)
    world.git("commit", "-qm", "change", cwd=tree)


@pytest.mark.parametrize("seed", CASES)
def test_it_is_found_and_nobody_else_is_named(world: World, seed: str) -> None:
    check, base, one, other, failing = CASES[seed]
    put(world, {".gitignore": "__pycache__/\n", **base}, world.repo)
    for name, files in (("changes", one), ("docs", {"DOCS": "1\n"}), ("uses", other)):
        put(world, files, world.worktree(name))
    checks(world, check)
    told = proof(prove(world, "--json"))
    (pair,) = breaks(told)
    assert pair == ("changes", "uses")
    assert all(failing in each for each in breaks(told)[pair])
    assert told["proved"] == ["changes", "docs"]
