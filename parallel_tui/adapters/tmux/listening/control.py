"""A tmux client without a screen: it is told of changes and asked questions, through one pipe.

It ends with us, however we end: tmux ends a client whose input is closed. It starts no server
(`-N`), takes nothing of our environment into a session (`-E`), and is hidden as `hiding` says.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import IO, Final

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.tmux.command import (
    TIMEOUT,
    Address,
    TmuxError,
    chain,
    failure,
    hung,
    missing,
)
from parallel_tui.adapters.tmux.listening.control_lines import (
    Answer,
    ControlParser,
    Notice,
    line_of,
)
from parallel_tui.adapters.tmux.listening.hiding import HidingPlace
from parallel_tui.adapters.tmux.listing import new_mark
from parallel_tui.errors import MuxError
from parallel_tui.model.inheritance import outside_windows

_PIECE: Final = 1 << 16
_LAST_WORDS: Final = 1.0
"""Seconds that the client may take to end; a stopped server never lets it go."""


class ClientEndedError(TmuxError):
    """The client has ended; a process of its own may still get an answer."""


class _Question:
    """What was asked, and the answers so far.

    Args:
        end: The text that the last answer consists of.
    """

    def __init__(self, end: str) -> None:
        self.end = end
        self.answers: list[Answer] = []
        self.complete = False
        self.done = threading.Event()


def _pipe() -> tuple[int, int]:
    try:
        return os.pipe()
    except OSError as error:
        raise _not_started(error) from error


def _not_started(error: OSError) -> TmuxError:
    return TmuxError(f"tmux could not be started: {error.strerror or error}")


class ControlClient:
    """A client that listens in a tmux session. Safe to use from several threads.

    Args:
        address: The server.
        place: Where to be.
        told: Called from a thread of its own with each notification.
        ended: Called from there once, when the client is gone.

    Raises:
        MuxError: When it could not be attached, or would count as somebody.
    """

    def __init__(
        self,
        address: Address,
        place: HidingPlace,
        told: Callable[[Notice], None],
        ended: Callable[[], None],
    ) -> None:
        self._address = address
        self._told = told
        self._ended = ended
        self._lock = threading.Lock()
        self._parser = ControlParser()
        self._questions: deque[_Question] = deque()
        self._over = False
        self._why: str | None = None
        self._steps = len(place.enter())
        self._arrived = threading.Event()
        self._heard = False
        self._enough, self._stop = _pipe()
        try:
            self._stdin, self._stdout = self._start(place)
        except BaseException:
            os.close(self._enough)
            os.close(self._stop)
            raise
        self._thread = threading.Thread(target=self._read, name="pdev-mux-told", daemon=True)
        self._thread.start()
        self._place = place
        if place.channel is None:
            self.arrive()

    def arrive(self) -> None:
        """Wait until it is where it is to be, and make sure that nobody notices it there.

        Raises:
            MuxError: When it could not be attached, or would count as somebody.
        """
        try:
            self._demand_hidden(self._place)
        except MuxError:
            self.close()
            raise

    def _start(self, place: HidingPlace) -> tuple[IO[bytes], IO[bytes]]:
        argv = ["tmux", "-u", "-N", *self._address.flags, "-C", *chain(place.enter())]
        try:
            self._process = programs.start(
                argv,
                env=outside_windows(os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except FileNotFoundError as error:
            raise missing() from error
        except OSError as error:
            raise _not_started(error) from error
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError("pipes were asked for")
        return stdin, stdout

    def _demand_hidden(self, place: HidingPlace) -> None:
        """Make sure that nobody notices us; else whatever counts clients would count us."""
        # tmux may read a question before it has done what the client was started with
        if not self._arrived.wait(TIMEOUT):
            raise hung(self._address, TIMEOUT)
        flags = "#{session_id} #{session_attached} #{client_flags}"
        said = self.ask([["display-message", "-p", flags]]).removesuffix("\n")
        where, attached, known = (*said.split(" "), "", "")[:3]
        alone = attached == "0" or place.channel is not None
        if where != place.session or not alone or "suspended" not in known.split(","):
            raise TmuxError("this tmux would count it as somebody who looks")

    def ask(self, commands: Sequence[Sequence[str]], *, timeout: float = TIMEOUT) -> str:
        """Run commands and return what they printed; the first that fails ends them.

        Raises:
            MuxError: When one failed, or the client ended or did not answer.
        """
        question = _Question(new_mark() + ".")
        # a line of its own, for it must come even when the others fail
        lines = line_of(commands) + line_of([["display-message", "-p", question.end]])
        with self._lock:
            if self._over:
                raise self._gone()
            self._questions.append(question)
            try:
                self._stdin.write(lines)
                self._stdin.flush()
            except (OSError, ValueError) as error:
                self._questions.remove(question)
                raise self._gone() from error
        if not question.done.wait(timeout):
            self.close()
            raise hung(self._address, timeout)
        for answer in question.answers:
            if not answer.good:
                raise failure(self._address, answer.text)
        if not question.complete:
            raise self._gone()
        return "".join(answer.text for answer in question.answers)

    def let_go(self) -> None:
        """Have the client end; never blocks."""
        with suppress(OSError):
            self._stdin.close()

    def close(self) -> None:
        """End the client and wait for it.

        A server crashes, and all windows go, when a control client is killed before it has said all
        of itself (tmux 3.3a; its pull request 5004), for which it needs long on a busy machine. One
        that nothing was heard of is asked to end: it says the rest first, be it later than we wait.
        """
        self.let_go()
        if not self._ends() and self._heard:
            self._process.kill()
        elif self._process.poll() is None:
            self._process.terminate()
        self._ends()
        with self._lock:
            if not self._over:  # a stopped server keeps its end of the pipe open
                os.write(self._stop, b".")
        if self._thread is not threading.current_thread():
            self._thread.join(_LAST_WORDS)

    def _ends(self) -> bool:
        """Whether its process ends within the time that it may take."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WORDS)
        return self._process.poll() is not None

    def _gone(self) -> MuxError:
        if self._why is not None:
            return failure(self._address, self._why)
        return ClientEndedError("the tmux client that listens has ended")

    def _read(self) -> None:
        """Hand on what comes, until nothing comes any more."""
        with suppress(OSError):  # as good as an end
            for data in self._pieces():
                for said in self._parser.feed(data):
                    if isinstance(said, Notice):
                        self._told(said)
                    else:
                        self._answered(said)
        with self._lock:
            self._over = True
            left, self._questions = self._questions, deque()
            os.close(self._enough)
            os.close(self._stop)
        self._arrived.set()
        for question in left:
            question.done.set()
        self._stdout.close()
        self.let_go()
        self._process.wait()
        self._ended()

    def _pieces(self) -> Iterator[bytes]:
        with selectors.PollSelector() as waiting:  # which needs no open file of its own
            for each in (self._stdout.fileno(), self._enough):
                waiting.register(each, selectors.EVENT_READ)
            while all(key.fd != self._enough for key, _ in waiting.select()):
                data = os.read(self._stdout.fileno(), _PIECE)
                if not data:
                    return
                self._heard = True
                yield data

    def _answered(self, answer: Answer) -> None:
        with self._lock:
            question = self._questions[0] if self._questions else None
            if question is None:
                self._steps -= 1
                if not answer.good:
                    self._why = answer.text
                if not answer.good or not self._steps:
                    self._arrived.set()
                return
            if answer.text == f"{question.end}\n":
                self._questions.popleft()
                question.complete = True
                question.done.set()
            else:
                question.answers.append(answer)
