"""What another machine's `pdev` answers, or why it gave no answer. Pure."""

from __future__ import annotations

import re
import shlex

from parallel_tui import SCHEMA
from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.hosts import marks, reach
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.hosts.reach import HostReach
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.hosts.reach import RemoteAnswer

SSH_FAILED: Final = 255
_UNFOUND: Final = (126, 127)
_UNFOUND_WORDS: Final = re.compile(r"(?i)not found|no such file|unknown command")
_LOST: Final = re.compile(r"(?i)not responding|closed by remote|reset by peer|broken pipe")
_NAMELESS: Final = re.compile(r"(?i)could not resolve hostname")
_FAR_TOO_OLD: Final = re.compile(
    r"invalid choice: '?(?:host|answer)\b|no command '(?:host|answer)'", re.IGNORECASE
)


class ElsewhereError(RefusedError):
    """Another machine understood and refused.

    Attributes:
        kind: Of which kind its error is; `usage` where its `pdev` did not know what was asked.
    """

    kind = ""


class NoProgramError(CouldNotLookError):
    """A machine was reached, and has no `pdev` that could answer."""


class UnfoundError(NoProgramError):
    """None was found there; it may be in another place."""


def failure_of(
    place: HostReach,
    arguments: Sequence[str],
    answer: RemoteAnswer,
    *,
    begun: bool | None = None,
) -> CouldNotLookError | None:
    """Why a machine could not be asked; `None` where it was.

    Args:
        place: Which machine.
        arguments: What was asked.
        answer: What came of it; what was printed counts only where nothing was begun.
        begun: Whether its `pdev` has begun to answer; `None` where that cannot be told.
    """
    remedy = there(place, arguments)
    status, last = answer.status, _last(answer.errors)
    if status is None:
        return CouldNotLookError(
            f"{place.host} did not answer in time",
            hint=f"Whether it is reached at all: ssh {place.ssh} true\n{remedy}",
        )
    if status == SSH_FAILED:
        said = last.removeprefix("ssh: ") or "it said nothing"
        if _NAMELESS.search(answer.errors):
            advice = Advice("Say the name that your ssh knows: ", Act.CONNECT, (place.host, "SSH"))
            return CouldNotLookError(
                f"{place.host} cannot be reached as {place.ssh}: {said}",
                hint=remedy,
                advice=(advice,),
                said=answer.errors,
            )
        return CouldNotLookError(
            f"{place.host} cannot be reached as {place.ssh}: {said}",
            hint="Try it, and accept its key or give its password once: "
            f"ssh {place.ssh} true\n{remedy}",
            said=answer.errors,
        )
    if begun:
        return None
    if status == 2 and _FAR_TOO_OLD.search(answer.errors):
        return NoProgramError(
            f"{place.host} has a pdev that cannot be asked by other machines",
            hint=f"Install a newer one there.\n{remedy}",
        )
    if _is_unfound(place, answer, begun):
        return no_program(place, arguments, answer.errors)
    if begun is None:
        return None
    if _last_object(_last(answer.output)) is not None:
        return CouldNotLookError(
            f"{place.host} has an older pdev, which answers in another way than this one asks",
            hint=f"Install the version of this machine there.\n{remedy}",
        )
    said = last or _last(answer.output) or "its shell said nothing"
    return CouldNotLookError(
        f"{place.host} is reached, but no pdev begins to answer there: {said}",
        hint=f"What happens to a command there: ssh {place.ssh} {_program(place)} --version\n"
        f"{remedy}",
        said=answer.errors or answer.output[-2000:],
    )


def _program(place: HostReach) -> str:
    return place.program or reach.USUAL_PROGRAM


def _last(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def _is_unfound(place: HostReach, answer: RemoteAnswer, begun: bool | None) -> bool:
    """Whether a shell did not find the program, or could not run it.

    A C shell says that by the status 1, perhaps in another language.
    """
    if answer.status in _UNFOUND:
        return True
    if answer.status != 1 or _program(place).rpartition("/")[2] not in answer.errors:
        return False
    last = _last(answer.errors)
    named = begun is False and _program(place).rpartition("/")[2] in last
    return named or _UNFOUND_WORDS.search(last) is not None


def no_program(
    place: HostReach, arguments: Sequence[str], said: str, *, near: bool = False
) -> UnfoundError:
    """No `pdev` was found on a machine.

    Args:
        place: Which.
        arguments: What was asked.
        said: What its shell complained.
        near: Whether it was looked for in the usual place beside the `PATH` too.
    """
    beside = f", and none is at ~/{reach.NEAR_PROGRAM}" if near else ""
    return UnfoundError(
        f"{place.host} has no {_program(place)} that a command of ssh finds{beside}",
        hint="Install it there, or say where it is, as seen from the home directory, by "
        f"hosts.{place.host}.program in your own configuration.\n{there(place, arguments)}",
        advice=(Advice("Or note that once: ", Act.PROGRAM, (place.host, "venv/bin/pdev")),),
        said=said,
    )


def there(place: HostReach, arguments: Sequence[str]) -> str:
    """The same command, for somebody who sits there."""
    shown = [each for each in arguments if each != "--json"]
    if shown[:2] == ["host", "about"]:
        return ""
    where = f"-C {shlex.quote(place.path)} " if place.path else ""
    return f"Or run it there: pdev {where}{shlex.join(shown)}"


def object_in(
    place: HostReach,
    arguments: tuple[str, ...],
    answer: RemoteAnswer,
    mark: str,
    *,
    changes: bool,
) -> dict[str, Json]:
    """The JSON object of an answer: what it says, unless that is an error.

    Args:
        place: Which machine.
        arguments: What was asked.
        answer: What came of it.
        mark: With which mark it was asked.
        changes: Whether something was to be changed.

    Raises:
        ElsewhereError: When it refuses.
        CouldNotLookError: When it gave no answer, or one that is not understood.
    """
    printed = marks.between(answer.output, mark)
    found = None if printed is None else _last_object(printed)
    if found is None:
        failure = failure_of(place, arguments, answer, begun=printed is not None)
        if failure is None:
            failure = CouldNotLookError(
                f"{place.host} gave no answer that can be understood",
                hint=there(place, arguments),
                said=answer.errors or answer.output[-2000:],
            )
        if changes and _may_have_begun(answer, printed):
            failure = CouldNotLookError(
                f"{failure.message}; whether it was done is not known",
                hint=failure.hint,
                said=failure.said,
            )
        raise failure
    if found["schema"] != SCHEMA:
        raise _other_format(place, found["schema"], changes=changes)
    error = found.get("error")
    if isinstance(error, dict):
        message, hint, kind = error.get("message"), error.get("hint"), error.get("kind")
        refused = ElsewhereError(
            f"{place.host}: {message if isinstance(message, str) else 'refused'}",
            hint=hint if isinstance(hint, str) else "",
        )
        refused.kind = kind if isinstance(kind, str) else ""
        raise refused
    return found


def _may_have_begun(answer: RemoteAnswer, printed: str | None) -> bool:
    """Whether a command may have begun there before its answer was lost."""
    if (
        printed is not None
        or answer.status is None
        or _last_object(_last(answer.output)) is not None
    ):
        return True
    return answer.status == SSH_FAILED and _LOST.search(answer.errors) is not None


def _other_format(place: HostReach, schema: Json, *, changes: bool) -> CouldNotLookError:
    newer = isinstance(schema, int) and schema > SCHEMA
    done = "; whether it was done is not known" if changes else ""
    return CouldNotLookError(
        f"{place.host} answers in format {schema}, and this pdev understands {SCHEMA}{done}",
        hint=f"Install a newer pdev {'here' if newer else 'there'}.",
    )


def _last_object(output: str) -> dict[str, Json] | None:
    """The last JSON object with a schema, for notes of other programs may stand before it."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            try:
                found = strict_json.parse(line)
            except ValueError:
                continue
            if isinstance(found, dict) and isinstance(found.get("schema"), int):
                return found
    return None
