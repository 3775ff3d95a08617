"""`pdev host run`: keep a clone in step with others without a dashboard."""

from __future__ import annotations

import os
import time
from contextlib import closing

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.view.host_news import HostNews


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
