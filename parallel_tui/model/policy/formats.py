"""Shapes of what the evaluator takes and gives, and of `policy.json`: only for whoever reads types.

`core` must not import anything, so that its values are those of JSON.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from parallel_tui.model.text.glob_tables import Table

Line = tuple[int, str, Table] | list[object]
"""A pattern of a list: whether it takes paths out again (`!`), as written, and its table."""


class CompiledSession(TypedDict):
    """One entry of `sessions:`. `names` are the session names that it is about."""

    name: str
    names: list[str]
    shared: bool
    note: str
    owns: list[Line]
    can_read: list[Line]


class CompiledBase(TypedDict):
    """Where the policy was read. `blob` is `None` when base has no such file."""

    name: str
    ref: str
    commit: str
    blob: str | None


class CompiledPolicy(TypedDict):
    """The contents of `policy.json`.

    `levels` has an action for each of `foreign`, `readable`, `shared`, `unowned`, `locks`.
    `fold` is whether the file system ignores case. `problems` has a sentence for all that is
    wrong with the file; where there is any, nobody's paths are known. `settings` has path, time of
    change (in ns) and size of each configuration file that the levels come from, 0 and 0 for one
    that is not there. `warnings` tells of keys that mean nothing.
    """

    schema: int
    at: float
    base: CompiledBase
    source: str
    levels: dict[str, str]
    fold: bool
    sessions: list[CompiledSession]
    problems: list[str]
    warnings: list[str]
    settings: list[list[object]]


class LockView(TypedDict):
    """A lock, as its two files say.

    `state` is a word of `LockState`. `table` is what `glob_tables` makes of a target that is a
    pattern, and missing for a plain path. `name` is the lock file's, without its ending.
    """

    name: str
    target: str
    owner: str | None
    state: str
    since: NotRequired[float | None]
    reason: NotRequired[str]
    elsewhere: NotRequired[str]
    table: NotRequired[Table | None]


class Remark(TypedDict):
    """One reason why a path is not plainly allowed.

    `verdict` is `locked`, `foreign`, `readable`, `shared`, `unowned` or `unknown`; `sentence` has
    no full stop. `act` is what to do: `ask` somebody (owner, path), `take` over a lock (target),
    `emit` an event, look at `locks`, `check` again, or nothing (empty).
    """

    path: str
    role: str
    verdict: str
    action: str
    owner: str | None
    pattern: str
    since: float | None
    sentence: str
    act: str
    what: list[str]


class Ruling(TypedDict):
    """The answer about one edit; `worst` is the first remark with its action."""

    action: str
    worst: Remark | None
    verdicts: list[tuple[str, str]]
    remarks: list[Remark]
