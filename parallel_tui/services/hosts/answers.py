"""What another machine's `pdev` answers, or why it gave no answer. Pure."""

from __future__ import annotations

import re
import shlex

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.hosts import reach
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
_FAR_TOO_OLD: Final = re.compile(r"invalid choice: '?answer|no command .*answer", re.IGNORECASE)


class ElsewhereError(RefusedError):
    """Another machine understood and refused."""


class NoProgramError(CouldNotLookError):
    """A machine was reached, and has no `pdev` that could answer."""


def failure_of(
    place: HostReach, arguments: Sequence[str], status: int | None, errors: str
) -> CouldNotLookError | None:
    """Why a machine could not be asked; `None` where it was.

    Args:
        place: Which machine.
        arguments: What was asked.
        status: With which status ssh ended; `None` when it was given up.
        errors: What was complained.
    """
    remedy = there(place, arguments)
    last = next((line.strip() for line in reversed(errors.splitlines()) if line.strip()), "")
    if status is None:
        return CouldNotLookError(
            f"{place.host} did not answer in time",
            hint=f"Whether it is reached at all: ssh {place.ssh} true\n{remedy}",
        )
    if status == SSH_FAILED:
        said = last.removeprefix("ssh: ") or "it said nothing"
        if _NAMELESS.search(errors):
            advice = Advice("Say the name that your ssh knows: ", Act.CONNECT, (place.host, "SSH"))
            return CouldNotLookError(
                f"{place.host} cannot be reached as {place.ssh}: {said}",
                hint=remedy,
                advice=(advice,),
                said=errors,
            )
        return CouldNotLookError(
            f"{place.host} cannot be reached as {place.ssh}: {said}",
            hint="Try it, and accept its key or give its password once: "
            f"ssh {place.ssh} true\n{remedy}",
            said=errors,
        )
    program = place.program or reach.USUAL_PROGRAM
    if status in _UNFOUND or (status == 1 and _UNFOUND_WORDS.search(last) and program in errors):
        return NoProgramError(
            f"{place.host} has no {program} that a command of ssh finds",
            hint="Install it there, or say where it is, as seen from the home directory: "
            f"hosts.{place.host}.program in your own configuration\n{remedy}",
            said=errors,
        )
    if status == 2 and _FAR_TOO_OLD.search(errors):
        return NoProgramError(
            f"{place.host} has a pdev that cannot be asked by other machines",
            hint=f"Install a newer one there.\n{remedy}",
        )
    return None


def there(place: HostReach, arguments: Sequence[str]) -> str:
    """The same command, for somebody who sits there."""
    shown = [each for each in arguments if each != "--json"]
    if shown[:2] == ["host", "about"]:
        return ""
    where = f"-C {shlex.quote(place.path)} " if place.path else ""
    return f"Or run it there: pdev {where}{shlex.join(shown)}"


def object_in(
    place: HostReach, arguments: tuple[str, ...], answer: RemoteAnswer, *, changes: bool
) -> dict[str, Json]:
    """The JSON object of an answer: what it says, unless that is an error."""
    found = _last_object(answer.output)
    if found is None:
        failure = failure_of(place, arguments, answer.status, answer.errors)
        if failure is None:
            failure = CouldNotLookError(
                f"{place.host} gave no answer that can be understood",
                hint=there(place, arguments),
                said=answer.errors or answer.output[-2000:],
            )
        if changes and not isinstance(failure, NoProgramError) and _begun(answer):
            failure = CouldNotLookError(
                f"{failure.message}; whether it was done is not known",
                hint=failure.hint,
                said=failure.said,
            )
        raise failure
    error = found.get("error")
    if isinstance(error, dict):
        message, hint = error.get("message"), error.get("hint")
        raise ElsewhereError(
            f"{place.host}: {message if isinstance(message, str) else 'refused'}",
            hint=hint if isinstance(hint, str) else "",
        )
    return found


def _begun(answer: RemoteAnswer) -> bool:
    """Whether a command may have begun there before its answer was lost."""
    return answer.status != SSH_FAILED or _LOST.search(answer.errors) is not None


def _last_object(output: str) -> dict[str, Json] | None:
    """The last JSON object with a schema, for what a shell prints at its start may stand before."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            try:
                found = strict_json.parse(line)
            except ValueError:
                continue
            if isinstance(found, dict) and isinstance(found.get("schema"), int):
                return found
    return None
