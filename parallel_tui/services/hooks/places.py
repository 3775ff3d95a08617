"""Which file holds which agent's settings."""

from __future__ import annotations

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.agent.hook_state import AGENT_SCOPES, HookScope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.session.repository import Repository

_FILES = {
    "claude": (".claude/settings.json", "CLAUDE_CONFIG_DIR", "settings.json"),
    "codex": (".codex/hooks.json", "CODEX_HOME", "hooks.json"),
    "gemini": (".gemini/settings.json", "", ""),
}
"""Of each agent: its file below a folder, and what names another folder for the user's own."""


def settings_file(
    agent: str,
    scope: HookScope,
    *,
    repository: Repository,
    worktree: str | None,
    env: Mapping[str, str],
) -> str:
    """Path of the settings of an agent.

    Args:
        agent: Whose.
        scope: Which of them.
        repository: For those that hold in every worktree.
        worktree: Top of the worktree that the command is about; `None` in none.
        env: Says where the user's own are.

    Raises:
        UsageError: When the agent has no such settings.
        RefusedError: When there is no place for them here.
    """
    if agent not in AGENT_SCOPES:
        agents = ", ".join(AGENT_SCOPES)
        raise UsageError(f"There are no hooks for {agent!r}", hint=f"There are: {agents}.")
    if scope not in AGENT_SCOPES[agent]:
        others = ", ".join(AGENT_SCOPES[agent])
        raise UsageError(f"{agent} has no {scope} settings", hint=f"It has: {others}.")
    inside, variable, name = _FILES[agent]
    if scope is HookScope.USER:
        if variable and env.get(variable, "").startswith("/"):
            return f"{env[variable].rstrip('/')}/{name}"
        if not env.get("HOME", "").startswith("/"):
            raise RefusedError("Nothing says where your own settings are: HOME is not set")
        return f"{env['HOME'].rstrip('/')}/{inside}"
    if scope is HookScope.LOCAL:
        if repository.bare:
            raise RefusedError(
                "A bare repository has no main checkout, and so no local settings",
                hint="Use --scope user; sessions that pdev starts have their hooks anyway.",
            )
        return f"{repository.main_path}/.claude/settings.local.json"
    if worktree is None:
        raise RefusedError(
            "The project's settings stand in a worktree, and this is in none",
            hint="Run it inside one, or name one with -C.",
        )
    return f"{worktree}/{inside}"
