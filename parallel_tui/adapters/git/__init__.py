"""git. `Runner` starts it through GitPython's command object; nothing else does."""
