"""`python -m parallel_tui` is `pdev-tui`."""

from parallel_tui.ui.launch import main

if __name__ == "__main__":
    raise SystemExit(main())
