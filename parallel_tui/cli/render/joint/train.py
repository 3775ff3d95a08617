"""The train, in words and as JSON."""

from __future__ import annotations

from parallel_tui.cli.render.joint.proofs import out_json
from parallel_tui.cli.render.output import one_line
from parallel_tui.model.proving.train import REF
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.proving.train import Train


def train_json(train: Train) -> Json:
    """The train as JSON."""
    return {
        "ref": REF,
        "at": train.at or "",
        "commit": train.commit or "",
        "current": train.current,
        "base": {"name": train.base.name, "commit": train.base.oid},
        "strategy": train.strategy,
        "aboard": [
            {
                "session": each.session,
                "branch": each.branch,
                "commit": each.commit,
                "landed": each.landed,
                "tree": each.tree,
                "proved": each.proved,
            }
            for each in train.aboard
        ],
        "out": out_json(train.out),
    }


def show_train(train: Train, output: Output) -> None:
    """Print the train for people."""
    for number, each in enumerate(train.aboard, 1):
        proved = ", proved" if each.proved else ""
        mark = output.paint(f"{number:>3}", "32")
        who = one_line(f"{each.session} ({each.branch} at {each.commit[:10]}){proved}")
        output.line(f"{mark}  {who}")
    for out in train.out:
        output.line(output.paint("  -", "33") + "  " + one_line(f"{out.session}: {out.why}"))
    output.talk(_where(train))


def _where(train: Train) -> str:
    """Where the reference stands, and what to do about it."""
    many = plural(len(train.aboard), "session")
    if not train.aboard:
        gone = f"; {REF} shows an older one: pdev train update" if train.at else ""
        return f"Nobody is aboard{gone}"
    at = f"{many} on {train.base.name} ({train.strategy})"
    if train.current:
        return f"{at}: {REF} is at {(train.at or '')[:10]}"
    return f"{at}: {REF} {'is behind' if train.at else 'is not there'}: pdev train update"
