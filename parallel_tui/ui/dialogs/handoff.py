"""Dialogs that send a handoff and answer one."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence

from textual.content import Content

from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.coordination import Event, Handoff, HandoffState
from parallel_tui.model.sharing.sentences import event_sentence
from parallel_tui.model.text.words import ago
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sharing.handoffs import Handoffs
from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog, PathSuggester, Values, paths_in
from parallel_tui.ui.dialogs.lock import labelled
from parallel_tui.ui.fields import suggest


def handoff_form(
    handoffs: Handoffs,
    session: str,
    names: Sequence[str],
    paths: Callable[[], Sequence[str]],
    drafts: MutableMapping[str, str] | None = None,
) -> FormDialog:
    """The form that sends a handoff; an unknown receiver needs confirmation."""

    def send(values: Values, choice: str) -> Receipt:
        return handoffs.send(
            values["to"],
            task=values["task"],
            context=values["context"],
            files=paths_in(values["files"]),
            session=values["session"] or None,
            anyway=choice == "anyway",
        )

    others = [name for name in names if name != session]
    return FormDialog(
        "Hand off",
        (
            Field("to", "To", hint=_some(others), suggester=suggest(others)),
            Field("task", "Task", hint="what is to be done", draft=True),
            Field("context", "Context", area=True, draft=True),
            Field(
                "files", "Files", hint="paths it is about  (→ completes)", suggester=PathSuggester()
            ),
            Field("session", "From", session, suggester=suggest(list(names))),
        ),
        (
            Choice("send", "Hand off (ctrl+s)"),
            Choice("anyway", "Hand off anyway", after=lambda e: isinstance(e, RefusedError)),
        ),
        send,
        paths=paths,
        drafts=drafts,
    )


def handoff_answer(handoffs: Handoffs, handoff: Handoff, now: float) -> FormDialog:
    """A handoff in full, with the receiver's choices."""

    def send(values: Values, choice: str) -> Receipt:
        who = handoff.receiver
        if choice == "accept":
            return handoffs.accept(handoff.id, who)
        if choice == "done":
            return handoffs.done(handoff.id, who)
        return handoffs.decline(handoff.id, values["why"], who)

    pending = handoff.state is HandoffState.PENDING
    accept = [Choice("accept", "Accept")] if pending else []
    choices = [*accept, Choice("done", "Done"), Choice("decline", "Decline")]
    fields = [Field("why", "Reason", hint="why you decline it; its sender is told")]
    return FormDialog(
        f"Handoff {handoff.sender} → {handoff.receiver}",
        fields if handoff.open else (),
        choices if handoff.open else (),
        send,
        words=labelled(list(_facts(handoff, now))),
        enter="decline" if handoff.open else None,
        focus="Button",
    )


def _facts(handoff: Handoff, now: float) -> list[tuple[str, str]]:
    rows = [
        ("Task", handoff.task),
        ("Context", handoff.context),
        ("Files", "\n".join(handoff.files)),
        ("Branch", handoff.branch or ""),
        ("Commit", (handoff.commit or "")[:12]),
        ("Made", ago(handoff.timestamp / 1000, now)),
        ("State", handoff.state.value),
        ("Because", handoff.why),
    ]
    return [(label, value) for label, value in rows if value]


def event_words(event: Event, now: float) -> Content:
    """An event in full."""
    rows = [
        ("What", event_sentence(event)),
        ("From", event.session),
        ("To", ", ".join(event.recipients) or "everybody"),
        ("Sent", ago(event.timestamp / 1000, now)),
        ("Seen by", ", ".join(event.acknowledged) or "nobody yet"),
    ]
    return labelled([*rows, *([("Problem", event.problem)] if event.problem else [])])


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(name for name in names[:4] if name.isprintable())
    return f"{shown}, …" if len(names) > 4 else shown
