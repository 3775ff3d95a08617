"""What is made when it is asked for is made once, and by nobody before."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from parallel_tui.model.lazy import Later, Lazy, lazy


class Kitchen(Lazy):
    """Makes things, and writes down when."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    @lazy
    def soup(self) -> str:
        """Needs bread."""
        self.made.append("soup")
        return f"soup with {self.bread}"

    @lazy
    def bread(self) -> str:
        """Needs nothing."""
        self.made.append("bread")
        return "bread"

    @lazy
    def _secret(self) -> str:
        self.made.append("secret")
        return "secret"


def test_each_is_made_once_when_it_is_asked_for() -> None:
    kitchen = Kitchen()
    assert kitchen.made == []
    assert kitchen.soup == "soup with bread" == kitchen.soup
    assert kitchen.bread == "bread"
    assert kitchen.made == ["soup", "bread"]


def test_two_kitchens_share_nothing() -> None:
    one, other = Kitchen(), Kitchen()
    assert (one.bread, other.made) == ("bread", [])


def test_many_threads_get_the_one_that_was_made() -> None:
    kitchen = Kitchen()
    together = threading.Barrier(8)

    def ask() -> int:
        together.wait()
        return id(kitchen.soup)

    with ThreadPoolExecutor(8) as pool:
        found = {task.result() for task in [pool.submit(ask) for _ in range(8)]}
    assert len(found) == 1
    assert kitchen.made == ["soup", "bread"]


def test_all_can_be_made_beforehand() -> None:
    kitchen = Kitchen()
    before: list[int] = []
    kitchen.complete(lambda: before.append(len(kitchen.made)))
    assert sorted(kitchen.made) == ["bread", "soup"]
    assert before[0] == 0
    assert len(before) == 2


def test_what_stands_for_a_thing_asks_for_it_late() -> None:
    kitchen = Kitchen()
    stands_for_it = Later(lambda: kitchen.soup)
    assert kitchen.made == []
    assert stands_for_it.upper() == "SOUP WITH BREAD"
