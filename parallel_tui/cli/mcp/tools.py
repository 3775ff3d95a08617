"""Tools for agents, each a command line of `pdev` with `--json`, so that there is one schema.

The SDK is not imported here, so that what a tool means can be tested without it.
"""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final, TypeAlias

    from parallel_tui.model.text.strict_json import Json

    Given: TypeAlias = Mapping[str, Json]
    Schema: TypeAlias = dict[str, Json]

INSTRUCTIONS: Final = """\
pdev shows and coordinates the parallel sessions of this git repository: other agents work in other
worktrees of it at the same time. Search for these tools by the name pdev.
- Before you edit a file that others may be changing too, ask would_conflict with its path and the
  lines you mean to change: it merges your work with theirs, and says who would be in conflict and
  whose the path is.
- To keep others from a file for longer, take a lock and give a reason; release it with unlock. A
  lock that another session holds is refused with its owner and reason: work on something else, or
  hand the work over with send_handoff.
- Look at events and handoffs when you begin and when you have finished something.
- Before you say that you are done, ask can_land: whether your work, uncommitted edits included,
  merges to base, and with which sessions it conflicts.
All answers are those of `pdev … --json`; a value that is null has its reason beside it."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool.

    Attributes:
        name: Its name.
        description: For the agent.
        properties: Its arguments, as JSON Schema has them.
        required: Those that have to be given.
        words: Makes the command line of its arguments, without `--json`.
        reads: Whether it changes nothing.
        remedy: What to do when it is refused, where the command's own advice is an option of its
            own: the tool has none of these, on purpose.
    """

    name: str
    description: str
    properties: Schema
    words: Callable[[Given], list[str]]
    required: tuple[str, ...] = ()
    reads: bool = True
    remedy: str = ""

    def advice(self, hint: str) -> str:
        """The advice that goes with an error: the command's own, unless it names its options.

        Args:
            hint: The command's.
        """
        return self.remedy if " --" in f" {hint}" else hint

    @property
    def schema(self) -> Schema:
        """Its arguments as a JSON Schema."""
        made: Schema = {"type": "object", "properties": self.properties}
        if self.required:
            made["required"] = list(self.required)
        made["additionalProperties"] = False
        return made

    def command(self, given: Given) -> list[str]:
        """The command line that answers.

        Args:
            given: The arguments that the agent gave; one that is null counts as not given.

        Raises:
            UsageError: When one is missing, unknown, or of a wrong kind.
        """
        told = {name: value for name, value in given.items() if value is not None}
        for name in told:
            if name not in self.properties:
                known = ", ".join(self.properties) or "it takes none"
                raise UsageError(
                    f"{self.name} has no argument {name!r}", hint=f"There are: {known}"
                )
        for name in self.required:
            if name not in told:
                raise UsageError(f"{self.name} needs the argument {name!r}")
        words = self.words(told)
        for word in words:
            try:
                word.encode("utf-8", "surrogateescape")
            except UnicodeEncodeError:
                raise UsageError(f"{word!r} has half a character") from None
            if "\0" in word:
                raise UsageError(f"{word!r} has a zero byte, which no argument can have")
        own, dash, rest = words, [], []
        if "--" in words:
            at = words.index("--")
            own, dash, rest = words[:at], ["--"], words[at + 1 :]
        return [*own, "--json", *dash, *rest]


_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": {"type": "string"}}
_FLAG: Final[Schema] = {"type": "boolean"}


def _described(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}


def _text(given: Given, name: str) -> str:
    value = given[name]
    if not isinstance(value, str):
        raise UsageError(f"The argument {name!r} must be a text")
    return value


def _option(given: Given, name: str) -> list[str]:
    # In one word, for a value may begin with a dash.
    return [f"--{name}={_text(given, name)}"] if name in given else []


def _texts(given: Given, name: str) -> list[str]:
    value = given.get(name, [])
    texts = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(texts) != len(value):
        raise UsageError(f"The argument {name!r} must be a list of texts")
    return texts


def _flag(given: Given, name: str) -> list[str]:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise UsageError(f"The argument {name!r} must be true or false")
    return [f"--{name}"] if value else []


def _lock(given: Given) -> list[str]:
    options = [*_option(given, "reason"), *_option(given, "ttl"), *_flag(given, "take")]
    return ["lock", *options, "--", *_texts(given, "paths")]


def _unlock(given: Given) -> list[str]:
    return ["unlock", *_flag(given, "all"), "--", *_texts(given, "paths")]


def _would_conflict(given: Given) -> list[str]:
    lines = _option(given, "lines")
    return ["check", f"--path={_text(given, 'path')}", *lines]


def _send_handoff(given: Given) -> list[str]:
    files = [f"--file={each}" for each in _texts(given, "files")]
    options = [*_option(given, "task"), *_option(given, "context"), *files]
    return ["handoff", "send", *options, "--", _text(given, "to")]


_PATHS: Final = _described(_TEXTS, "paths from the root of the repository, or patterns: src/api/**")

TOOLS: Final = (
    Tool(
        "sessions",
        "All parallel sessions of this repository: branch, state, ahead and behind of base, and "
        "what is uncommitted.",
        {},
        lambda given: ["list"],
    ),
    Tool("locks", "Every lock: what, who, since when, why.", {}, lambda given: ["locks"]),
    Tool(
        "lock",
        "Keep other sessions from writing paths; all of them or none. Refused with the owner and "
        "the reason where another session holds one.",
        {
            "paths": _PATHS,
            "reason": _described(_TEXT, "why, for sessions that are blocked"),
            "ttl": _described(_TEXT, "time after which others may take it: 30m, 2h"),
            "take": _described(_FLAG, "take over locks whose time is over"),
        },
        _lock,
        required=("paths",),
        reads=False,
        remedy="Work on something else meanwhile, or pass the work to the owner with send_handoff.",
    ),
    Tool(
        "unlock",
        "Release locks of this session.",
        {"paths": _PATHS, "all": _described(_FLAG, "every lock of this session")},
        _unlock,
        reads=False,
    ),
    Tool(
        "would_conflict",
        "Before an edit: which sessions would conflict with it, by real merges of your work and "
        "theirs, uncommitted edits included, and whose lock is in the way (`blockers`). In "
        "`pairs`, level 1 is the same file far apart, 2 within three lines, 3 a conflict, 4 a "
        "failing rebase; `clear` names the sessions that are not met.",
        {
            "path": _described(_TEXT, "the file, from the root of the repository or absolute"),
            "lines": _described(
                _TEXT, "the lines you would replace, as in your file now: 12 or 12-20; all without"
            ),
        },
        _would_conflict,
        required=("path",),
    ),
    Tool(
        "handoffs",
        "Work that sessions passed to each other and nobody has closed yet.",
        {
            "to": _described(_TEXT, "only those for this session"),
            "all": _described(_FLAG, "closed ones too"),
        },
        lambda given: ["handoff", "list", *_flag(given, "all"), *_option(given, "to")],
    ),
    Tool(
        "send_handoff",
        "Hand a task to another session.",
        {
            "to": _described(_TEXT, "the session that should take it"),
            "task": _described(_TEXT, "what to do"),
            "context": _described(_TEXT, "what the receiver should know"),
            "files": _described(_TEXTS, "files that it is about"),
        },
        _send_handoff,
        required=("to", "task"),
        reads=False,
        remedy="Name one of those that the tool sessions lists.",
    ),
    Tool(
        "events",
        "Messages between sessions, newest first.",
        {"unread": _described(_FLAG, "only those that this session has not seen")},
        lambda given: ["event", "list", *_flag(given, "unread")],
    ),
    Tool(
        "can_land",
        "Whether the work of this session, uncommitted edits included, merges to base as base is "
        "now (`base`), and with which sessions it conflicts (`pairs`). Levels are those of "
        "would_conflict.",
        {},
        lambda given: ["check", "--mine", "--brief"],
    ),
)
"""Every tool, in the order in which an agent sees them."""

BY_NAME: Final[Mapping[str, Tool]] = {tool.name: tool for tool in TOOLS}
