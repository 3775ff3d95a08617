"""Put the hook into the text of an agent's settings, and take it out again. Pure.

All other characters stay as they are: what is added is one insertion a place, and each is
remembered, so that taking it out gives back the text before, to the byte.
"""

from __future__ import annotations

from parallel_tui.model.agent import hook_line
from parallel_tui.model.text import json_spans, strict_json
from parallel_tui.model.text.strict_json import NotJsonError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from parallel_tui.model.agent.hook_line import HookPlace
    from parallel_tui.model.text.json_spans import TextSpan
    from parallel_tui.model.text.strict_json import Json

_MARK: Final = "\ufeff"
_EMPTY: Final = "{}\n"


@dataclass(frozen=True, slots=True)
class Installed:
    """A text with the hook in it.

    Attributes:
        text: The whole.
        added: What was inserted, in order of place.
    """

    text: str
    added: tuple[str, ...]


def _hooks(span: TextSpan) -> TextSpan | None:
    """The value of `hooks`; `None` where there is none.

    Raises:
        NotJsonError: When the text has another shape than settings have.
    """
    if not isinstance(span.value, dict):
        raise NotJsonError("it holds no object")
    hooks = span.member("hooks")
    if hooks is not None and not isinstance(hooks.value, dict):
        raise NotJsonError("its `hooks` is no object")
    for name, part in zip(hooks.keys, hooks.parts, strict=True) if hooks else ():
        if not isinstance(part.value, list) and name not in ("enabled", "disabled"):
            raise NotJsonError(f"its `hooks` has something else than a list for {name[:60]!r}")
    return hooks


def wanted(place: HookPlace, agent: str) -> dict[str, list[Json]]:
    """The `hooks` of settings that have nothing but ours."""
    return {
        event.name: [hook_line.entry(place, agent, event)]
        for event in hook_line.AGENT_EVENTS[agent]
    }


def install(text: str, place: HookPlace, agent: str) -> Installed:
    """Add the hook to settings that do not have it.

    Args:
        text: The settings; empty for a new file.
        place: Where the hook stands.
        agent: Whose settings they are.

    Raises:
        NotJsonError: When they are no JSON, or have another shape than settings have.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    body = text.removeprefix(_MARK)
    if not body.strip():
        body = body or _EMPTY
        if body != _EMPTY:
            raise NotJsonError("it is empty")
    span = json_spans.scan(body)
    hooks, ours = _hooks(span), wanted(place, agent)
    edits: list[tuple[int, str]] = []
    if hooks is None:
        edits.append(json_spans.add(body, span, [("hooks", {**ours})]))
    else:
        fresh: list[tuple[str | None, Json]] = []
        for event, entries in ours.items():
            there = hooks.member(event)
            if there is None:
                fresh.append((event, entries))
            else:
                edits.append(json_spans.add(body, there, [(None, each) for each in entries]))
        if fresh:
            edits.append(json_spans.add(body, hooks, fresh))
    edits.sort()
    for at, added in reversed(edits):
        body = body[:at] + added + body[at:]
    _demand_all(json_spans.scan(body), span, ours)
    return Installed(mark + body, tuple(added for _, added in edits))


def _demand_all(after: TextSpan, before: TextSpan, ours: dict[str, list[Json]]) -> None:
    """Check that the new text says what the old one said, and ours, and nothing else."""
    expected = dict(before.value) if isinstance(before.value, dict) else {}
    standing = expected.get("hooks")
    hooks: dict[str, Json] = dict(standing) if isinstance(standing, dict) else {}
    for event, entries in ours.items():
        there = hooks.get(event)
        hooks[event] = [*(there if isinstance(there, list) else ()), *entries]
    if after.value != {**expected, "hooks": hooks}:
        raise NotJsonError("its layout is one that cannot be added to")


def handlers(text: str) -> Iterator[tuple[str, str]]:
    """Event and command line of each handler of ours in settings.

    Raises:
        NotJsonError: When they are no JSON, or have another shape than settings have.
    """
    body = text.removeprefix(_MARK)
    hooks = _hooks(json_spans.scan(body)) if body.strip() else None
    for event, entries in zip(hooks.keys, hooks.parts, strict=True) if hooks else ():
        for entry in entries.parts:
            inner = entry.member("hooks") if isinstance(entry.value, dict) else None
            for handler in inner.parts if inner else ():
                if hook_line.is_ours(handler.value) and isinstance(handler.value, dict):
                    yield event, str(handler.value["command"])


def is_current(text: str, place: HookPlace, agent: str) -> bool:
    """Whether settings have exactly the handlers that an installation would add.

    Raises:
        NotJsonError: As for `handlers`.
    """
    ours = strict_json.line({"hooks": wanted(place, agent)})
    return sorted(handlers(text)) == sorted(handlers(ours))


def uninstall(text: str, added: tuple[str, ...] = ()) -> str:
    """Take all of ours out of settings.

    Where what was inserted still stands there as it was, exactly that is cut out; else, because
    somebody wrote the file anew, our entries, and the lists that hold nothing else.

    Args:
        text: The settings.
        added: What was inserted, where that is known.

    Raises:
        NotJsonError: As for `handlers`.
    """
    short = text
    for each in added:
        short = short.replace(each, "", 1) if short.count(each) == 1 else ""
    if added and short:
        try:
            if not list(handlers(short)):
                return short
        except NotJsonError:
            pass
    mark = _MARK if text.startswith(_MARK) else ""
    body = text.removeprefix(_MARK)
    while (shorter := _without_one(body)) is not None:
        body = shorter
    return mark + body


def _without_one(text: str) -> str | None:
    """The text without one thing of ours; `None` when there is none left."""
    span = json_spans.scan(text)
    hooks = _hooks(span)
    if hooks is None:
        return None
    for number, entries in enumerate(hooks.parts):
        for place, entry in enumerate(entries.parts):
            inner = entry.member("hooks") if isinstance(entry.value, dict) else None
            ours = [hook_line.is_ours(each.value) for each in inner.parts] if inner else []
            if inner is None or not any(ours):
                continue
            if not all(ours):
                return json_spans.cut(text, inner, ours.index(True))
            if len(entries.parts) > 1:
                return json_spans.cut(text, entries, place)
            if len(hooks.parts) > 1:
                return json_spans.cut(text, hooks, number)
            return json_spans.cut(text, span, span.keys.index("hooks"))
    return None
