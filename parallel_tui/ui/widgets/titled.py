"""Base class of panes whose border has texts that change."""

from __future__ import annotations

from typing import Self

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region


class Titled(Vertical):
    """A pane of which only the border's lines are painted anew when its titles change.

    Textual paints all of it, and the detail pane's title changes with every step of the cursor.
    """

    _titling = False

    def entitle(self, above: Content, below: Content | None = None) -> None:
        """Set the texts in the border."""
        self._titling = True
        try:
            self.border_title = above
            if below is not None:
                self.border_subtitle = below
        finally:
            self._titling = False

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Request to be painted; see Textual."""
        if self._titling and self.outer_size:
            left, top = self.content_offset
            width, height = self.outer_size
            # Regions count from the first cell within the border.
            regions = tuple(Region(-left, y - top, width, 1) for y in (0, height - 1))
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
