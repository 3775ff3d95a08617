"""A stand-in for Claude Code with an input: it takes pasted prompts, and says that it works.

Run as `python typed_agent.py CONFIG_DIR GOT`. Each prompt is one line of JSON in the file GOT. It
works on a prompt until a file `GOT.rest` appears, which it deletes; with a file `GOT.deaf` it takes
a prompt and never begins.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tty
from pathlib import Path

from tests.support.fake_agent import record, write

PASTE, END = b"\x1b[200~", b"\x1b[201~"


def draw(text: str = "") -> None:
    """Draw the input as that program does."""
    sys.stdout.write(f"\r\x1b[2K\x1b[39m❯ {text}")
    sys.stdout.flush()


def main() -> None:
    """Take prompts until the terminal is gone."""
    config, got = Path(sys.argv[1]), Path(sys.argv[2])
    tty.setraw(0)
    sys.stdout.write("\x1b[?2004h")
    begun = record(os.getpid(), "idle", tmux=f"work:@0.{os.environ.get('TMUX_PANE', '')}")
    write(config, begun)
    draw()
    held = b""
    while True:
        held += os.read(0, 65536)
        if held.startswith(PASTE):
            if END not in held:
                continue
            text, rest = held[len(PASTE) :].split(END, 1)
            draw(text.decode().replace("\n", " ")[:40])
            if not rest:
                continue
        else:
            text, rest = held.rstrip(b"\r"), b"\r" if held.endswith(b"\r") else b""
            draw(text.decode(errors="replace"))
            if not rest:
                continue
        held = b""
        with got.open("a") as out:
            out.write(json.dumps(text.decode()) + "\n")
        draw()
        if not Path(f"{got}.deaf").exists():
            _work(config, begun, Path(f"{got}.rest"))


def _work(config: Path, begun: dict[str, object], rest: Path) -> None:
    write(config, {**begun, "status": "busy", "statusUpdatedAt": int(time.time() * 1000)})
    while not rest.exists():
        time.sleep(0.01)
    rest.unlink()
    write(config, {**begun, "status": "idle", "statusUpdatedAt": int(time.time() * 1000)})


if __name__ == "__main__":
    main()
