"""Dealing tasks out: nothing lost, nothing twice, no tick forgotten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.sharing.tasks import (
    Task,
    TaskList,
    deal,
    distribute,
    parse_backlog,
    parse_list,
    render_list,
    take_out,
)

TEXTS = st.lists(st.text(st.sampled_from("abcXYZü"), min_size=1, max_size=4))
SESSIONS = st.integers(1, 5).map(lambda count: [f"s{number}" for number in range(1, count + 1)])


def test_a_backlog_may_be_written_in_many_ways() -> None:
    text = "\ufeff# Sprint\r\n\r\n- one\r\n* [x] two\r\n  - nested\r\n3. three\r\n"
    text += "<!-- no\r\nno -->\r\nfour\r\n"
    assert parse_backlog(text) == (
        Task("one"),
        Task("two", done=True, details=("  - nested",)),
        Task("three"),
        Task("four"),
    )


@given(TEXTS, SESSIONS)
def test_dealing_is_the_guides_round_robin(texts: list[str], sessions: list[str]) -> None:
    tasks = [Task(text) for text in texts]
    result = distribute(tasks, sessions, {})
    assert tuple(each.tasks for each in result.lists) == deal(tasks, len(sessions))


@given(TEXTS, SESSIONS, st.data())
def test_dealing_again_keeps_every_task_and_tick_once(
    texts: list[str], sessions: list[str], data: st.DataObject
) -> None:
    first = distribute([Task(text) for text in texts], sessions, {})
    ticked = {
        each.session: TaskList(
            each.session,
            tuple(Task(task.text, done=data.draw(st.booleans())) for task in each.tasks),
        )
        for each in first.lists
    }
    again = distribute([Task(text) for text in texts], sessions, ticked)
    assert {each.session: each for each in again.lists} == ticked
    assert again.added == {}
    more = [Task("new"), *(Task(text) for text in texts)]
    grown = distribute(more, sessions, ticked)
    assert (
        sorted(t.text for each in grown.lists for t in each.tasks)
        == sorted(task.text for task in more)
        or "new" in texts
    )


@given(TEXTS)
def test_a_list_survives_writing_and_reading(texts: list[str]) -> None:
    tasks = tuple(Task(text, done=number % 2 == 0) for number, text in enumerate(texts))
    assert parse_list("s", render_list("Session s", tasks)).tasks == tasks


@given(
    st.lists(st.text("ab -[]x", max_size=8).filter(str.strip), min_size=1, max_size=5),
    st.data(),
)
def test_taking_a_task_out_leaves_all_other_bytes(texts: list[str], data: st.DataObject) -> None:
    blocks = [f"- [ ] {text.strip()}\r\n  detail of {place}\n" for place, text in enumerate(texts)]
    around = "# Mine\n\nA note.\n"
    number = data.draw(st.integers(1, len(blocks)))
    rest, task = take_out(around + "".join(blocks) + "\nThe end", number)
    assert task is not None
    assert (task.text, task.details) == (texts[number - 1].strip(), (f"  detail of {number - 1}",))
    assert rest == around + "".join(blocks[: number - 1] + blocks[number:]) + "\nThe end"
    assert take_out(rest, len(blocks)) == (rest, None)
