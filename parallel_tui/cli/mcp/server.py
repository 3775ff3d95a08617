"""The server: tools of this package over the SDK's protocol.

Imported by `pdev mcp` alone: the SDK costs more than all the rest of a command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.lowlevel import Server

from parallel_tui import __version__
from parallel_tui.cli.mcp.tools import BY_NAME, INSTRUCTIONS, TOOLS, Tool
from parallel_tui.cli.mcp.wire import wire
from parallel_tui.errors import UsageError
from parallel_tui.model.text import strict_json
from parallel_tui.ports.system import OwnCommand

Ask: TypeAlias = Callable[[Sequence[str]], OwnCommand]
"""Starts `pdev` with some arguments."""

PATIENCE: Final = 120.0
"""Seconds for one answer."""


def serve(ask: Ask) -> None:
    """Serve the client at our standard input and output until it is gone.

    Args:
        ask: Starts `pdev` with some arguments.
    """
    if sys.stdout is None:  # closed from the start; something of ours may stand there by now
        raise UsageError("Standard output is closed, so no agent can be answered")
    if sys.stdin is None:
        return  # closed from the start: nobody asks anything, and other files stand in its place
    outgoing = os.dup(1)
    try:
        # Whatever else prints in this process must not get between the messages.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(2, 1)
        except OSError:  # standard error is closed
            os.dup2(nowhere, 1)
        os.close(nowhere)
        anyio.run(_serve, ask, outgoing)
    except BaseExceptionGroup as group:
        raise _end_of(group) from None
    finally:
        os.close(outgoing)


def _end_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Being told to end, where a signal met one of the tasks; else what went wrong, as it is."""
    told: BaseException | None = group.subgroup((SystemExit, KeyboardInterrupt))
    while isinstance(told, BaseExceptionGroup):
        told = told.exceptions[0]
    return group if told is None else told


async def _serve(ask: Ask, outgoing: int) -> None:
    server: Server[Any] = Server(
        "pdev",
        version=__version__,
        title="pdev",
        instructions=INSTRUCTIONS,
        on_list_tools=_list,
        on_call_tool=partial(_call, ask),
    )
    async with wire(0, outgoing) as (incoming, outward):
        await server.run(incoming, outward, server.create_initialization_options())


async def _list(context: object, params: object) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[_described(tool) for tool in TOOLS])


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.schema,
        annotations=types.ToolAnnotations(
            read_only_hint=tool.reads, destructive_hint=False, open_world_hint=False
        ),
    )


async def _call(
    ask: Ask, context: object, params: types.CallToolRequestParams
) -> types.CallToolResult:
    tool = BY_NAME.get(params.name)
    if tool is None:
        return _failed(f"There is no tool {params.name!r}.", f"There are: {', '.join(BY_NAME)}.")
    try:
        asked = ask(tool.command(params.arguments or {}))
    except UsageError as error:
        return _failed(error.message, error.hint)
    except OSError as error:
        return _failed(f"pdev could not be started: {error.strerror or error}")
    try:
        with anyio.move_on_after(PATIENCE):
            waited = await anyio.to_thread.run_sync(asked.wait, abandon_on_cancel=True)
            return _answer(tool, *waited)
    except BaseException:  # the client took its question back, or is gone
        asked.end()
        raise
    asked.end()
    return _failed(f"pdev gave no answer within {PATIENCE:.0f} seconds.", "Try it again later.")


def _answer(tool: Tool, status: int, out: bytes, err: bytes) -> types.CallToolResult:
    """The command's own line; its error as one of the tool, in our sentence."""
    text = out.decode("ascii", "replace").strip()
    try:
        told = strict_json.parse(text)
    except strict_json.NotJsonError:
        told = None
    if not isinstance(told, dict):
        said = err.decode("utf-8", "replace").strip()
        return _failed(f"pdev ended with status {status} and without an answer.", said)
    error = told.get("error")
    if isinstance(error, dict):
        sentence = f"{error.get('title')}: {error.get('message')}"
        made = _failed(sentence, tool.advice(str(error.get("hint", ""))))
        made.structured_content = told
        return made
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)])


def _failed(message: str, hint: str = "") -> types.CallToolResult:
    text = "\n".join(filter(None, (message, hint)))
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=text)]
    return types.CallToolResult(content=content, is_error=True)


def environment(env: Mapping[str, str], parent: int) -> dict[str, str]:
    """What a command finds: all that we do, and the agent as the proof that its session lives.

    Agents tell their hooks their own process id, but not their servers; the client that started us
    is the agent, or dies with it.

    Args:
        env: Our environment.
        parent: Process id of whoever started us.
    """
    return {**env, **({} if env.get("CLAUDE_PID") or parent <= 1 else {"CLAUDE_PID": str(parent)})}


def tell_people() -> None:
    """Say what this is, to somebody who typed the command."""
    if sys.stdin is not None and sys.stdin.isatty():
        print(
            "pdev mcp: waits for an agent on standard input; add it to yours with "
            "`claude mcp add pdev -- pdev mcp`. Ctrl+C ends it.",
            file=sys.stderr,
        )
