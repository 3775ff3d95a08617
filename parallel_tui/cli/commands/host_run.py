"""`pdev host run` and `pdev host unit`: keep a clone in step with others without a dashboard."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.view.host_news import HostNews

_NEEDED: Final = ("PDEV_STORE", "PDEV_STORE_REPOSITORY", "XDG_CONFIG_HOME", "PGSERVICEFILE")
"""Variables that decide what the process works with, and that a service does not inherit."""


def run_host(parsed: argparse.Namespace, output: Output) -> int:
    """Keep this clone in step until a signal ends it."""
    core = core_for(parsed, output)
    if not core.served and not core.hosts.choice.read().on:
        raise RefusedError(
            "There is nothing to keep in step: the store is files of this machine, and no work is"
            " shared",
            hint="Set a store on a server (docs/hosts.md), or share work: pdev host share work",
        )
    with closing(core.hosts.running()) as part:
        if not part.take():
            raise RefusedError(
                "Another process keeps this clone in step already",
                hint=f"Its id stands in {core.repository.runtime_dir}/host.lock.",
            )
        core.notices.clear()  # said once, as trouble
        return _keep(core, output, quiet=parsed.quiet)


def _keep(core: Core, output: Output, *, quiet: bool) -> int:
    from parallel_tui.cli.commands.watch import CutShort, Feed, signals
    from parallel_tui.model.view.host_news import HostNews, host_news
    from parallel_tui.model.view.snapshot import Snapshot

    def show(news: HostNews) -> None:
        if quiet and not news.bad:
            return
        at = core.clock()
        if output.json:
            output.data(
                {"at": at, "event": news.event, "about": news.about or None, "message": news.text}
            )
        else:
            clock = time.strftime("%H:%M:%S", time.localtime(at))
            output.line(one_line(f"{clock}  {news.text}"))
        output.out.flush()

    feed, before = Feed(), Snapshot(core.repository)
    engine = core.hosts.engine()
    where = f", with the store at {_server(core)}" if core.served else ""
    try:
        with signals(feed):
            text = f"Keeping {core.repository.name} in step{where} (process {os.getpid()})"
            show(HostNews("started", text))
            engine.start(feed.publish)
            for snapshot in feed.read(None):
                for news in host_news(before, snapshot):
                    show(news)
                before = snapshot
    except CutShort:
        output.abandon()
        return 0
    finally:
        engine.stop()
        feed.close()
    show(HostNews("ended", "Ended"))
    return 0


def _server(core: Core) -> str:
    from parallel_tui.bootstrap.store import serving

    return serving.place(core)[0].shown


def run_unit(parsed: argparse.Namespace, output: Output) -> int:
    """Print a unit of systemd that keeps this clone in step."""
    from parallel_tui.cli.render.unit import unit_name, user_unit

    core = core_for(parsed, output)
    name = unit_name(core.repository.name, core.repository.common_dir)
    folder = core.repository.main_path or core.repository.common_dir
    command = [sys.executable, "-P", "-m", "parallel_tui.cli.main", "-C", folder, "host", "run"]
    env = {each: core.env[each] for each in _NEEDED if core.env.get(each)}
    unit = user_unit(core.repository.name, name, command, env)
    if output.json:
        output.data({"name": name, "unit": unit})
        return 0
    output.out.write(unit)
    output.talk(f"pdev: note: how to enable it stands at its top; its name is {name}")
    return 0
