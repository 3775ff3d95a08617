"""What a spawn leaves in the world."""

from __future__ import annotations

from tests.support.world import World


def traces(world: World) -> tuple[object, ...]:
    """Everything a failed spawn could leave behind."""
    exclude = world.repo / ".git/info/exclude"
    return (
        world.git("worktree", "list", "--porcelain"),
        world.git("for-each-ref"),
        (world.repo / ".git/config").read_text(),
        exclude.read_bytes() if exclude.exists() else None,
        sorted(path.name for path in world.root.iterdir()),
        world.tmux("list-windows", "-a", "-F", "#{window_id} #{window_name}", check=False),
    )
