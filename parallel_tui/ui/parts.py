"""Tell whether a widget still has its parts, which it loses before itself when a program ends."""

from __future__ import annotations

from textual.dom import DOMNode
from textual.widget import Widget


def has(node: DOMNode, part: type[Widget]) -> bool:
    """Whether a widget of this class is below a node.

    Textual's `query` compares all that is below with the selector, every time; this one remembers.
    """
    found = node.query_one_optional(part)
    return found is not None and found.is_attached
