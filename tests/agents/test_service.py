"""The stand-in for the model's service answers as published. Runs without any agent."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any

import pytest

from tests.agents.driver.model import BROKEN, LIMITED, OVERLOADED, Fail, Model, Say, Use
from tests.agents.driver.service import Service
from tests.support.waiting import eventually

TOOLS = [{"name": "Edit", "input_schema": {"type": "object"}}]


def _user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": text}]}


def _body(*messages: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"model": "m", "max_tokens": 9, "messages": list(messages), "tools": TOOLS, **more}


def _ask(
    service: Service, body: object, path: str = "/v1/messages?beta=true", method: str = "POST"
) -> tuple[int, http.client.HTTPMessage, str]:
    link = http.client.HTTPConnection(service.url.removeprefix("http://"))
    raw = body if isinstance(body, str) else json.dumps(body)
    link.request(method, path, raw, {"user-agent": "test"})
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer.status, answer.headers, text


def _events(text: str) -> list[dict[str, Any]]:
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.splitlines()
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        found.append(event)
    return found


def _kinds(events: list[dict[str, Any]]) -> list[str]:
    """Kinds of the events, each run of the same kind once."""
    kinds = [each["type"] for each in events]
    return [kind for index, kind in enumerate(kinds) if kinds[index - 1 : index] != [kind]]


def test_text_and_thoughts_are_streamed_in_pieces(service: Service, model: Model) -> None:
    text, thoughts = "a text that is longer than one piece ✓", "hm"
    model.script("talk", Say(text, thoughts))
    status, headers, raw = _ask(service, _body(_user("go [[talk]]"), stream=True))
    assert (status, headers.get_content_type()) == (200, "text/event-stream")
    events = _events(raw)
    one = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert _kinds(events) == ["message_start", *one, *one, "message_delta", "message_stop"]
    deltas = [each["delta"] for each in events if each["type"] == "content_block_delta"]
    assert "".join(each.get("text", "") for each in deltas) == text
    assert "".join(each.get("thinking", "") for each in deltas) == thoughts
    assert [each["type"] for each in deltas][1] == "signature_delta"
    assert events[-2]["delta"]["stop_reason"] == "end_turn"


def test_the_input_of_a_tool_is_streamed_as_pieces_of_json(service: Service, model: Model) -> None:
    given = {"file_path": "/a b", "old_string": '"quoted"\n', "new_string": "ü"}
    model.script("edit", Use("Edit", given, say="I edit."))
    events = _events(_ask(service, _body(_user("[[edit]]"), stream=True))[2])
    start = [each for each in events if each["type"] == "content_block_start"][1]
    assert start["index"] == 1
    assert (start["content_block"]["name"], start["content_block"]["input"]) == ("Edit", {})
    pieces = [each["delta"] for each in events if each.get("index") == 1 and "delta" in each]
    assert len(pieces) > 1
    assert json.loads("".join(each["partial_json"] for each in pieces)) == given
    assert events[-2]["delta"]["stop_reason"] == "tool_use"


def test_the_next_step_is_read_from_the_conversation(service: Service, model: Model) -> None:
    model.script("one", Use("Edit", {}), Say("edited"))
    model.script("two", Say("second"))
    calls = {"role": "assistant", "content": [{"type": "tool_use"}]}
    answers = {"role": "user", "content": [{"type": "tool_result", "content": "fine [[two]]"}]}
    so_far = [_user("[[one]]"), calls, answers]
    said = {"role": "assistant", "content": "edited"}

    def says(*messages: dict[str, Any]) -> str:
        return str(json.loads(_ask(service, _body(*messages))[2])["content"][-1].get("text"))

    assert says(*so_far[:1]) == "None"
    assert says(*so_far) == "edited"
    assert says(*so_far, said) == "That was all."
    assert says(*so_far, said, _user("[[two]]")) == "second"
    assert says(_user("[[unknown]]")) == "That was all."
    assert service.asked[1].results == "fine [[two]]"
    assert "two" not in service.asked[1].text


def test_a_held_answer_comes_when_it_is_let(service: Service, model: Model) -> None:
    model.script("slow", Say("at last"), held=True)
    answers: list[str] = []
    asking = threading.Thread(
        target=lambda: answers.append(_ask(service, _body(_user("[[slow]]"), stream=True))[2])
    )
    asking.start()
    eventually(lambda: service.turns("slow"))
    assert not answers
    model.let("slow")
    asking.join()
    assert "at last" in answers[0]


def test_what_is_asked_on_the_side_uses_no_step(service: Service, model: Model) -> None:
    model.script("one", Use("Edit", {}))
    body = {"model": "m", "messages": [_user("a title for: [[one]]")]}
    assert json.loads(_ask(service, body)[2])["stop_reason"] == "end_turn"
    assert service.turns() == []


@pytest.mark.parametrize("fail", [LIMITED, OVERLOADED, BROKEN])
def test_failures_are_the_published_ones(service: Service, model: Model, fail: Fail) -> None:
    model.script("fail", fail)
    status, headers, text = _ask(service, _body(_user("[[fail]]"), stream=True))
    assert status == fail.status
    assert json.loads(text)["error"]["type"] == fail.kind
    assert headers.get("retry-after") == fail.headers.get("retry-after")


def test_other_paths_are_answered_and_remembered(service: Service) -> None:
    assert json.loads(_ask(service, {"a": 1}, "/v1/messages/count_tokens")[2])["input_tokens"] > 0
    assert json.loads(_ask(service, "", "/v1/models", "GET")[2])["data"] == []
    assert _ask(service, "", "/", "HEAD")[0] == 200
    assert _ask(service, "no json", "/api/other")[0] == 404
    paths = [(each.method, each.path) for each in service.asked]
    assert paths[-1] == ("POST", "/api/other")
    assert service.asked[-1].body == {"raw": "no json"}
