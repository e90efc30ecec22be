"""The second person looks at how a source will be read from now on, then says who they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ui.dialogs.second import SecondPersonDialog
from ui.language import put, say
from ui.pages.panel import Panel, Section


class SourceReviewDialog(SecondPersonDialog):
    """``SecondPersonDialog`` under what is reviewed. Identifying oneself is the review; there is nothing to give."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = 820
        self.panel = Panel()
        self.body.insertWidget(0, self.panel)
        put(self.kicker, "import_page.review.kicker")
        put(self.key, "import_page.review.give")
        put(self.back, "import_page.review.back")

    def show_reviewed(self, sections: Sequence[Section]) -> None:
        """What is to be reviewed, in the language of the moment."""
        self.panel.show_sections(tuple(sections))

    def retranslate(self) -> None:
        super().retranslate()
        self.title.setText(say("import_page.review.title"))
        self.setWindowTitle(self.title.text())
