"""Two machines without anything shared: one that a real server lets in, and one that knows how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.running import Ran, pdev
from tests.hosts.sshd import SshServer, serving
from tests.support.isolation import environment
from tests.support.world import World


@dataclass
class Reached:
    """`red`, which has a clone and a server, and `here`, whose settings say how it is reached.

    Attributes:
        red: The repository there.
        here: The one here.
        server: Lets `here` in.
    """

    red: World
    here: World
    server: SshServer

    @property
    def home(self) -> Path:
        """The home directory there."""
        return Path(self.red.env["HOME"])

    def pdev(self, *arguments: str, stdin: str = "") -> Ran:
        """Run pdev here."""
        return pdev(*arguments, cwd=self.here.repo, env=self.here.env, stdin=stdin)

    def configure(self, program: str = "", ssh: str = "red") -> None:
        """Write down here how red is reached."""
        settings = Path(self.here.env["XDG_CONFIG_HOME"], "pdev", "config.yml")
        settings.parent.mkdir(parents=True, exist_ok=True)
        where = f", program: {program}" if program else ""
        settings.write_text(f"hosts: {{red: {{ssh: {ssh}, path: {self.red.repo}{where}}}}}\n")


@contextmanager
def reached(folder: Path, here: dict[str, str]) -> Iterator[Reached]:
    """Both machines, and the server between them.

    Args:
        folder: An empty one.
        here: Environment of this machine.
    """
    home = folder / "red-home"
    home.mkdir()
    red = World(folder / "red", environment(home, Path(here["TMUX_TMPDIR"])))
    red.init()
    with serving(folder / "ssh", red.env) as server:
        # The socket of a shared connection needs a short path.
        run = Path(here["TMUX_TMPDIR"], "r")
        run.mkdir(mode=0o700)
        world = World(folder / "w", {**server.environment(here), "XDG_RUNTIME_DIR": str(run)})
        world.root.mkdir()
        world.git("clone", "-q", str(red.repo), str(world.repo), cwd=world.root)
        made = Reached(red, world, server)
        made.configure()
        yield made
