"""A throwaway repository with real worktrees, real windows and simulated agents, for `--demo`."""
