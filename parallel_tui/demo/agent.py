"""A simulated coding agent, for the demo.

It runs in a tmux window as `python -I -S agent.py --script NAME`: it prints what it does at a human
pace, edits real files, commits, asks a question, rings the bell and waits. Standard library only,
no network; it writes nowhere but in the worktree it was started in and, with `--tell`, what it does
into a file.

A script is a text file beside this one, a step a line, `verb argument | argument …`:

    task TEXT                     what it was asked to do
    say TEXT                      a remark
    tool NAME | ARGUMENT | RESULT a tool call with its result
    table TITLE | ROW | ROW …     a plan; rows begin with x when done
    edit PATH | LINE              append a line to a file
    commit SUBJECT                commit everything
    run COMMAND | LINE | LINE …   a command and its (invented) output
    ask QUESTION | CHOICE …       a menu, the bell, and Enter goes on
    finish TEXT                   the end
    fail TEXT                     it gives up
    limit MINUTES | TEXT          it may not go on before a time
    die                           its process is killed
    from here                     where `again` goes back to
    still                         where `--still` stops
    again                         once more from `from here`; `{round}` counts the rounds
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SCRIPTS = Path(__file__).with_name("scripts")
ACCENT, DIM, GREEN, YELLOW, BOLD, OFF = (
    "\x1b[38;5;173m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[0m",
)  # fmt: skip


class EndedError(Exception):
    """The script has ended."""


class Performer:
    """Performs one script."""

    def __init__(
        self,
        steps: list[tuple[str, list[str]]],
        *,
        seed: int,
        still: bool,
        tells: Path | None = None,
    ) -> None:
        self.steps = steps
        self.still = still
        self.tells = tells
        self.chance = random.Random(seed)  # noqa: S311 - pace, not secrets
        self.round = 0

    def perform(self) -> None:
        """Run all steps until the script, its window or its worktree ends."""
        verbs: dict[str, Callable[..., None]] = {
            "task": self.task, "say": self.say, "tool": self.tool, "table": self.table,
            "edit": self.edit, "commit": self.commit, "run": self.run, "ask": self.ask,
            "finish": self.finish, "fail": self.fail, "limit": self.limit, "die": self.die,
            "still": self.stop, "from": lambda _: None,
        }  # fmt: skip
        place = 0
        while place < len(self.steps):
            verb, arguments = self.steps[place]
            place += 1
            if verb == "again":
                self.round += 1
                place = next(i for i, step in enumerate(self.steps) if step[0] == "from")
                continue
            verbs[verb](*(text.replace("{round}", str(self.round + 1)) for text in arguments))
            self.pause(0.6, 1.6)

    def tell(self, state: str, **more: object) -> None:
        """Write down what it is doing, as the hooks of a real agent do."""
        session, pid = os.environ.get("PDEV_SESSION", ""), os.getpid()
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return
        if self.tells is None or not session:
            return
        said = {
            "schema": 1, "agent": "command", "session": session, "pid": pid,
            "start": stat[stat.rfind(")") + 2 :].split()[19], "at": time.time(),
            "pane": os.environ.get("TMUX_PANE", ""), "cwd": str(Path.cwd()),
            "state": state, **more,
        }  # fmt: skip
        self.tells.mkdir(parents=True, exist_ok=True)
        draft = self.tells / f".{session}.{pid}.0.tmp"
        draft.write_text(json.dumps(said))
        draft.replace(self.tells / f"{session}--{pid}.json")

    def pause(self, least: float, most: float) -> None:
        """Wait; end when the worktree was removed."""
        if not self.still:
            time.sleep(self.chance.uniform(least, most))
        Path.cwd()  # raises when the worktree has been taken away, which ends the script

    def put(self, text: str = "") -> None:
        """Print one line, a long one at typing speed."""
        for word in text.split(" "):
            sys.stdout.write(word + " ")
            sys.stdout.flush()
            self.pause(0.0, 0.06)
        sys.stdout.write("\n")
        sys.stdout.flush()

    def task(self, text: str) -> None:
        """Print the prompt that it was given."""
        self.tell("working")
        self.put(f"{DIM}╭{'─' * (len(text) + 4)}╮{OFF}")
        self.put(f"{DIM}│{OFF} > {BOLD}{text}{OFF} {DIM}│{OFF}")
        self.put(f"{DIM}╰{'─' * (len(text) + 4)}╯{OFF}\n")

    def say(self, text: str) -> None:
        """Print a remark."""
        self.put(f"{ACCENT}●{OFF} {text}\n")

    def tool(self, name: str, argument: str, *results: str) -> None:
        """Print a tool call."""
        self.tell("working", tool=name, detail=argument)
        self.put(f"{GREEN}●{OFF} {BOLD}{name}{OFF}({argument})")
        self.pause(0.4, 1.5)
        for number, result in enumerate(results):
            self.put(f"  {'└' if number == 0 else ' '}  {DIM}{result}{OFF}")
        self.put()

    def table(self, title: str, *rows: str) -> None:
        """Print a plan with the finished steps."""
        self.put(f"{ACCENT}●{OFF} {BOLD}{title}{OFF}")
        for row in rows:
            done = row.startswith("x ")
            mark = f"{GREEN}■{OFF}" if done else f"{DIM}□{OFF}"
            self.put(f"  {mark} {DIM if done else ''}{row[2:]}{OFF}")
        self.put()

    def edit(self, path: str, line: str) -> None:
        """Append a line to a file of the worktree, and print it like a diff."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        old = target.read_text().count("\n") if target.exists() else 0
        with target.open("a") as file:
            file.write(line + "\n")
        verb = "Update" if old else "Write"
        self.put(f"{GREEN}●{OFF} {BOLD}{verb}{OFF}({path})")
        self.put(f"  └  {old + 1:>4} {GREEN}+ {line}{OFF}\n")

    def commit(self, subject: str) -> None:
        """Commit everything, using only this repository's settings."""
        env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        quiet = {"env": env, "stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
        subprocess.run(["git", "add", "-A"], check=False, **quiet)  # type: ignore[call-overload]
        done = subprocess.run(
            ["git", "commit", "-m", subject], check=False, **quiet  # type: ignore[call-overload]
        )  # fmt: skip
        self.tool("Bash", f'git commit -m "{subject}"', (done.stdout or done.stderr).split("\n")[0])

    def run(self, command: str, *output: str) -> None:
        """Print a command and its output."""
        self.tool("Bash", command, *output)

    def ask(self, question: str, *choices: str) -> None:
        """Ask, ring the bell and wait for Enter."""
        width = max(len(question), *(len(choice) + 5 for choice in choices))
        self.put(f"{YELLOW}╭{'─' * (width + 2)}╮{OFF}")
        self.put(f"{YELLOW}│{OFF} {BOLD}{question:<{width}}{OFF} {YELLOW}│{OFF}")
        for number, choice in enumerate(choices, start=1):
            mark = "❯" if number == 1 else " "
            text = f"{mark} {number}. {choice}"
            self.put(f"{YELLOW}│{OFF} {text:<{width}} {YELLOW}│{OFF}")
        self.put(f"{YELLOW}╰{'─' * (width + 2)}╯{OFF}")
        self.tell("waiting", **{"for": "question", "detail": question})
        sys.stdout.write("\a")
        sys.stdout.flush()
        if not sys.stdin.readline():
            raise EndedError
        self.tell("working")

    def finish(self, text: str) -> None:
        """Print the last line, and stay until Enter is pressed."""
        self.put(f"{GREEN}✔{OFF} {BOLD}{text}{OFF}\n")
        self.tell("done", message=text)
        sys.stdin.readline()
        raise EndedError

    def fail(self, text: str) -> None:
        """Print what went wrong, and stay until Enter is pressed."""
        self.put(f"{YELLOW}✖{OFF} {BOLD}{text}{OFF}\n")
        self.tell("failed", error="server_error", message=text)
        sys.stdin.readline()
        raise EndedError

    def limit(self, minutes: str, text: str) -> None:
        """Print that it may not go on, and stay until Enter is pressed."""
        self.put(f"{YELLOW}◷{OFF} {BOLD}{text}{OFF}\n")
        self.tell("limited", message=text, until=time.time() + int(minutes) * 60)
        sys.stdin.readline()
        raise EndedError

    def die(self, *_: str) -> None:
        """End as a process does that the system kills: without a word."""
        os.kill(os.getpid(), signal.SIGKILL)

    def stop(self, *_: str) -> None:
        """Stop for a still picture, without exiting."""
        if self.still:
            while sys.stdin.readline():
                pass
            raise EndedError


def read_script(name: str) -> list[tuple[str, list[str]]]:
    """Steps of a script by name."""
    steps = []
    for line in (SCRIPTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.strip():
            verb, _, rest = line.partition(" ")
            steps.append((verb, [part.strip() for part in rest.split(" | ")]))
    return steps


def main() -> int:
    """Perform the script named on the command line."""
    names = sorted(path.stem for path in SCRIPTS.glob("*.txt"))
    parser = argparse.ArgumentParser(description="Behave like a coding agent.")
    parser.add_argument("--script", choices=names, default="assistant")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--still", action="store_true", help="reach a fixed state and stop there")
    parser.add_argument("--task", help="what it was asked to do, instead of the script's own")
    parser.add_argument("--tell", type=Path, help="the folder to write down in what it does")
    options = parser.parse_args()
    steps = read_script(options.script)
    if options.task:
        steps = [("task", [options.task])] + [step for step in steps if step[0] != "task"]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # boxes, in any locale
    performer = Performer(steps, seed=options.seed, still=options.still, tells=options.tell)
    with contextlib.suppress(EndedError, KeyboardInterrupt, FileNotFoundError):
        performer.perform()
    with contextlib.suppress(OSError):  # the demo may be gone
        performer.tell("ended")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
