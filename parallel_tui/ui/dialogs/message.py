"""Dialogs that send a message to agents, and show what waits for one."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence

from textual.content import Content

from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.message import Message, MessageKind
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import ago
from parallel_tui.services.reaching.post import Post
from parallel_tui.services.reaching.resting_sync import RestingSync
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog, Values
from parallel_tui.ui.fields import suggest

EVERYONE = "*"
"""Stands for all other sessions."""

_MOST_SHOWN = 8


def message_form(
    post: Post,
    session: str,
    names: Sequence[str],
    drafts: MutableMapping[str, str] | None = None,
) -> FormDialog:
    """The form that sends a prompt to the agents of one or more sessions.

    Args:
        post: Sends it.
        session: Name of the selected session.
        names: Of all sessions.
        drafts: Where what was typed is kept when the form is closed without effect.
    """

    def send(values: Values, choice: str) -> Receipt:
        wanted = [name for name in re.split(r"[\s,]+", values["to"]) if name]
        everyone = wanted == [EVERYONE]
        if not wanted:
            raise UsageError("Name at least one session to send to.")
        later = choice == "later"
        return post.send(() if everyone else wanted, values["text"], everyone=everyone, later=later)

    return FormDialog(
        "Send a prompt",
        (
            Field("to", "To", session, hint="sessions, or * for all", suggester=suggest([*names])),
            Field("text", "Prompt", area=True, draft=True),
        ),
        (Choice("send", "Send (ctrl+s)"), Choice("later", "Queue")),
        send,
        words=Content(
            "An agent at rest gets it as its next turn, at once. Else it waits until the agent "
            "comes to rest, or its hook takes it; until then you can take it back."
        ),
        focus="TextArea",
        drafts=drafts,
    )


def queue_dialog(
    post: Post, syncs: RestingSync, session: str, waiting: Sequence[Message], now: float
) -> FormDialog:
    """What waits for a session's agent, with what can be done about it."""
    only_syncs = all(each.kind is MessageKind.SYNC for each in waiting)

    def act(_: Values, choice: str) -> Receipt:
        if choice != "deliver":
            return post.revoke((), session=session)
        return syncs.attempt(session) if only_syncs else post.deliver(session)

    rows = [
        Content.assemble(
            (f"{safe(each.sender, 20)}, {ago(each.at, now)}: ", "dim"), safe(each.text, 300)
        )
        for each in waiting[:_MOST_SHOWN]
    ]
    more = len(waiting) - _MOST_SHOWN
    if more > 0:
        rows.append(Content.styled(f"and {more} more", "dim"))
    return FormDialog(
        f"Waiting for {session}",
        (),
        (
            Choice("deliver", "Sync now" if only_syncs else "Deliver one now"),
            Choice("revoke", "Take all back", danger=True),
        ),
        act,
        words=Content("\n").join(rows),
        enter="deliver",
        focus="#cancel",
    )
