"""A stand-in for the service of the model: Anthropic's published Messages API on loopback."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.agents.driver.model import Fail, Json, Model, Say, Step, Use, results, words

PATIENCE = 300.0
"""Seconds after which an answer that is held back is given all the same."""
BREATH = 0.2  # seconds between two signs of life while an answer is held back
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Asked:
    """One request that came in.

    Attributes:
        at: Seconds since 1970.
        method: Of HTTP.
        path: Without the query.
        body: As sent; empty when there was none.
        agent: The `user-agent` header.
    """

    at: float
    method: str
    path: str
    body: Json
    agent: str

    @property
    def is_turn(self) -> bool:
        """Whether the agent itself asks, not a helper of it such as one that finds a title."""
        return self.path == "/v1/messages" and bool(self.body.get("tools"))

    @property
    def text(self) -> str:
        """All that the person, hooks and the program said in this conversation so far."""
        return _joined(words, self.body)

    @property
    def results(self) -> str:
        """All that tools answered in this conversation so far."""
        return _joined(results, self.body)


def _joined(part: Callable[[Json], str], body: Json) -> str:
    texts = [part(each) for each in body.get("messages", [])]
    return "\n".join(each for each in texts if each)


class Service:
    """The service: answers on a port of loopback, from a thread, until it is closed.

    Args:
        model: Says what is answered.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._asked: list[Asked] = []
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """What `ANTHROPIC_BASE_URL` has to be."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def asked(self) -> list[Asked]:
        """Every request so far, oldest first."""
        return list(self._asked)

    def turns(self, marker: str = "") -> list[Asked]:
        """Requests for an answer in conversations in which a marker was given."""
        return [each for each in self.asked if each.is_turn and marker in each.text]

    def record(self, asked: Asked) -> None:
        """Remember a request."""
        self._asked.append(asked)

    def close(self) -> None:
        """Stop answering."""
        self.model.let_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, service: Service) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.service = service

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away: Esc does that."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        self._route({"/v1/models": self._models})

    def do_HEAD(self) -> None:
        self._route({"/": lambda _: self._json(200, {})})

    def do_POST(self) -> None:
        self._route({"/v1/messages": self._message, "/v1/messages/count_tokens": self._count})

    def _route(self, known: dict[str, Callable[[Json], None]]) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            body = {"raw": raw.decode(errors="replace")}
        path = urlsplit(self.path).path
        agent = self.headers.get("user-agent") or ""
        self.server.service.record(Asked(time.time(), self.command, path, body, agent))
        answer = known.get(path)
        if answer is None:
            self._fail(Fail(404, "not_found_error", f"no {path} here"))
        else:
            answer(body)

    def _models(self, body: Json) -> None:
        self._json(200, {"data": [], "has_more": False, "first_id": None, "last_id": None})

    def _count(self, body: Json) -> None:
        self._json(200, {"input_tokens": len(json.dumps(body)) // 4})

    def _message(self, body: Json) -> None:
        step, gate = self.server.service.model.answer(body)
        if isinstance(step, Fail):
            self._wait(gate)
            self._fail(step)
        elif body.get("stream"):
            self._stream(body, step, gate)
        else:
            self._wait(gate)
            self._json(200, _whole(body, step))

    def _wait(self, gate: threading.Event | None) -> None:
        if gate is not None:
            gate.wait(PATIENCE)

    def _stream(self, body: Json, step: Say | Use, gate: threading.Event | None) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("cache-control", "no-cache")
        self.send_header("connection", "close")
        self._identify()
        self.end_headers()
        message = _whole(body, step)
        blocks, stop = message["content"], message["stop_reason"]
        self._event(
            {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
        )
        late = time.monotonic() + PATIENCE
        while gate is not None and not gate.wait(BREATH) and time.monotonic() < late:
            self._event({"type": "ping"})  # also finds out that nobody listens any more
        for index, block in enumerate(blocks):
            for event in _block_events(block):
                self._event({**event, "index": index})
        delta = {"stop_reason": stop, "stop_sequence": None}
        self._event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 20}})
        self._event({"type": "message_stop"})
        self.close_connection = True

    def _event(self, event: Json) -> None:
        self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _fail(self, fail: Fail) -> None:
        error = {"type": fail.kind, "message": fail.message}
        self._json(fail.status, {"type": "error", "error": error}, fail.headers)

    def _json(self, status: int, body: Json, headers: Any = None) -> None:
        sent = b"" if self.command == "HEAD" else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self._identify()
        self.end_headers()
        self.wfile.write(sent)

    def _identify(self) -> None:
        self.send_header("request-id", f"req_{next(_NUMBERS):024}")


def _whole(body: Json, step: Say | Use) -> Json:
    """A whole message, as it is answered where nothing is streamed."""
    return {
        "id": f"msg_{next(_NUMBERS):024}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", ""),
        "content": _content(step),
        "stop_reason": "tool_use" if isinstance(step, Use) else "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": len(json.dumps(body)) // 4,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 20,
        },
    }


def _content(step: Step) -> list[Json]:
    blocks: list[Json] = []
    if isinstance(step, Say):
        if step.thinking:
            thought = {"type": "thinking", "thinking": step.thinking, "signature": "c2lnbmVk"}
            blocks.append(thought)
        blocks.append({"type": "text", "text": step.text})
    elif isinstance(step, Use):
        if step.say:
            blocks.append({"type": "text", "text": step.say})
        name = f"toolu_{next(_NUMBERS):024}"
        blocks.append(
            {"type": "tool_use", "id": name, "name": step.tool, "input": dict(step.given)}
        )
    return blocks


def _block_events(block: Json) -> Iterator[Json]:
    """The events of one block: it begins empty, grows in pieces, and ends."""
    kind = block["type"]
    empty = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}}
    start = {**block, **empty.get(kind, {"input": {}})}
    yield {"type": "content_block_start", "content_block": start}
    if kind == "tool_use":
        for piece in _pieces(json.dumps(block["input"])):
            yield _delta("input_json_delta", partial_json=piece)
    else:
        for piece in _pieces(block[kind]):
            yield _delta(f"{kind}_delta", **{kind: piece})
    if kind == "thinking":
        yield _delta("signature_delta", signature=block["signature"])
    yield {"type": "content_block_stop"}


def _delta(kind: str, **value: str) -> Json:
    return {"type": "content_block_delta", "delta": {"type": kind, **value}}


def _pieces(text: str, size: int = 24) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
