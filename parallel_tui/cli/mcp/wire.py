"""Messages over standard input and output, one JSON object a line.

The SDK's own reads in a thread that nobody can wake, so that a program with a client that hangs, or
that reads no more, would not end when it is told to. Here everything waits in the loop.
"""

from __future__ import annotations

import errno
import os
import select
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeAlias

import anyio
import anyio.abc
import mcp_types as types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage

Incoming: TypeAlias = SessionMessage | Exception
Streams: TypeAlias = tuple[
    MemoryObjectReceiveStream[Incoming], MemoryObjectSendStream[SessionMessage]
]

LONGEST: Final = 8 * 1024 * 1024
"""Bytes of one line; whoever sends more is no client."""

_CHUNK: Final = 65_536
_ROOM: Final = select.PIPE_BUF
"""Bytes that fit into a pipe that says it can be written."""
_LAST: Final = 5.0
"""Seconds for what is still to be written when the client has closed its end."""

_NEWER: Final = "server/discover"
"""With this clients ask for a later protocol, in which there is no `initialize` any more. We speak
the one with it, and say so as any server does that knows no other."""


@asynccontextmanager
async def wire(incoming: int, outgoing: int) -> AsyncIterator[Streams]:
    """The two streams of a server, until the client closes either end.

    Args:
        incoming: Descriptor to read.
        outgoing: Descriptor to write.
    """
    to_server, from_client = anyio.create_memory_object_stream[Incoming]()
    to_client, from_server = anyio.create_memory_object_stream[SessionMessage]()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_read, incoming, to_server, to_client.clone())
        tasks.start_soon(_write, outgoing, from_server, tasks.cancel_scope)
        yield from_client, to_client
        # The server is done: what it said last is still written, if anybody reads.
        to_client.close()
        tasks.cancel_scope.deadline = anyio.current_time() + _LAST


async def _read(
    descriptor: int,
    to_server: MemoryObjectSendStream[Incoming],
    to_client: MemoryObjectSendStream[SessionMessage],
) -> None:
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        async with to_server, to_client:
            async for line in lines(descriptor):
                try:
                    message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
                except ValueError as error:
                    await to_server.send(error)
                    continue
                if isinstance(message, types.JSONRPCRequest) and message.method == _NEWER:
                    await to_client.send(SessionMessage(_unknown(message)))
                else:
                    await to_server.send(SessionMessage(message))


def _unknown(request: types.JSONRPCRequest) -> types.JSONRPCError:
    error = types.ErrorData(
        code=types.METHOD_NOT_FOUND, message="Method not found", data=request.method
    )
    return types.JSONRPCError(jsonrpc="2.0", id=request.id, error=error)


async def lines(descriptor: int) -> AsyncIterator[bytes]:
    """Lines of a descriptor until its end; what follows the last newline is none."""
    left = b""
    while True:
        try:
            await _ready(anyio.wait_readable, descriptor)
            chunk = os.read(descriptor, _CHUNK)
        except OSError:  # closed from the start, or a terminal that went away
            return
        if not chunk or len(left) > LONGEST:
            return
        *whole, left = (left + chunk).split(b"\n")
        for line in whole:
            if line.strip():
                yield line


async def _write(
    descriptor: int,
    from_server: MemoryObjectReceiveStream[SessionMessage],
    scope: anyio.CancelScope,
) -> None:
    async with from_server:
        async for each in from_server:
            text = each.message.model_dump_json(by_alias=True, exclude_unset=True)
            left = memoryview(text.encode("utf-8", "surrogatepass") + b"\n")
            while left:
                try:
                    await _ready(anyio.wait_writable, descriptor)
                    left = left[os.write(descriptor, left[:_ROOM]) :]
                except OSError:  # nobody reads any more: there is nothing left to serve
                    scope.cancel()
                    return


async def _ready(wait: Callable[[int], Awaitable[None]], descriptor: int) -> None:
    """Wait for a descriptor; a plain file is always ready, and no loop waits for one."""
    try:
        await wait(descriptor)
    except OSError as error:
        if error.errno != errno.EPERM:
            raise
