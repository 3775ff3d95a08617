"""A throwaway repository with live sessions, made of real git, real tmux and real programs."""
