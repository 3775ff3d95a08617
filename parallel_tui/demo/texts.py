"""Texts that the demo writes into its files."""

from __future__ import annotations

from typing import Final

BOUNDARIES: Final = """\
sessions:
  auth:
    owns: [api/auth/**, web/src/pages/Login.tsx]
    note: the new login; ask before you change its page
  checkout:
    owns: ["web/src/pages/Checkout*.tsx"]
  orders-index:
    owns: [db/**]
"""
"""Whose paths are whose, as base has it."""

MAIL: Final = '''"""Letters to customers: plain text, one language, never a tracking pixel."""

from dataclasses import dataclass

SENDER = "shop@example.invalid"


@dataclass(frozen=True)
class Letter:
    """What is sent when somebody logs in from a new place."""

    to: str
    place: str

    def text(self) -> str:
        return f"Somebody logged in from {self.place}. Was it you?"
'''
"""What one of the agents has written and not committed yet."""

BACKLOG: Final = """\
- Lock an account after five failures
- Show the total in every step
- Send a letter after a login from a new place
- Remember the address
"""
"""Tasks that are dealt out to `auth` and `checkout` in turn."""
