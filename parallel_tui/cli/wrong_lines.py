"""What is wrong with a command line, said in our words instead of `argparse`'s."""

from __future__ import annotations

import re
from difflib import get_close_matches

from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def error(message: str, prog: str, commands: Sequence[str]) -> UsageError:
    """The error for a wrong command line.

    Args:
        message: What `argparse` says.
        prog: The command whose words are wrong, as it is typed.
        commands: Names of all commands.
    """
    more = f"`{prog} --help` shows what there is{', with examples' if ' ' in prog else ''}."
    if found := re.match(
        r"argument (COMMAND|VERB): invalid choice: '(.*?)' \(choose from (.*)\)", message
    ):
        return _no_such(found, prog, commands)
    if found := re.match(r"argument (.*?): invalid choice: '(.*?)' \(choose from (.*)\)", message):
        choices = found[3].replace("'", "")
        return UsageError(f"{found[1]} cannot be {found[2]!r}", hint=f"One of: {choices}.")
    if found := re.match(r"argument (.*?): expected (?:one|at least one) argument", message):
        return UsageError(f"{found[1]} needs a value", hint=more)
    if found := re.match(r"argument (.*?): invalid \S+ value: (.*)", message):
        return UsageError(f"{found[1]} cannot be {found[2]}", hint=more)
    if found := re.match(r"argument (.*?): not allowed with argument (.*)", message):
        return UsageError(f"{found[1]} and {found[2]} exclude each other", hint=more)
    if found := re.match(r"one of the arguments (.*) is required", message):
        return UsageError(f"One of these is needed: {', '.join(found[1].split())}", hint=more)
    if found := re.match(r"the following arguments are required: (.*)", message):
        missing = found[1].split(", ")
        verb = "is" if len(missing) == 1 else "are"
        return UsageError(f"{' and '.join(missing)} {verb} missing", hint=more)
    if found := re.match(r"unrecognized arguments: (\S*)", message):
        word = found[1]
        option = word.startswith("-") and word != "-"
        said = f"There is no option {word!r} here" if option else f"{word!r} is a word too many"
        if option and prog == "pdev run":
            more = "If it is the command's own, write -- before the command."
        return UsageError(said, hint=more)
    if found := re.match(r"argument (.*?): (.*)", message):
        return UsageError(f"{found[1]}: {found[2]}", hint=more)
    return UsageError(message, hint=more)


def _no_such(found: re.Match[str], prog: str, commands: Sequence[str]) -> UsageError:
    names = commands if found[1] == "COMMAND" else re.findall(r"[\w-]+", found[3])
    near = get_close_matches(found[2], names, n=1)
    return UsageError(
        f"There is no command {found[2]!r}" + ("" if found[1] == "COMMAND" else f" of `{prog}`"),
        hint=f"Did you mean `{prog} {near[0]}`?" if near else f"There are: {', '.join(names)}.",
    )
