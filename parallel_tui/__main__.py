"""`python -m parallel_tui` is `pdev-tui`."""

from parallel_tui.ui.start.launch import main

if __name__ == "__main__":
    raise SystemExit(main())
