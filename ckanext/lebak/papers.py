"""Papers that people take away and sign: A4, as PDF. The same content gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, TableStyle

FONT, BOLD = "Vera", "VeraBd"
"""Reportlab's own free font, which has more letters than the fonts that every PDF reader has."""
MARGIN = 15 * mm
GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.25, colors.HexColor("#8a94a0")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
)
HEADED = TableStyle([*GRID.getCommands(), ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#dce9e0"))])
"""A grid whose first row holds the headings."""


def style(size: float = 9, *, bold: bool = False, **more: Any) -> ParagraphStyle:
    """A style of text.

    Args:
        size: In points.
        bold: Whether it stands out.
        **more: Attributes of reportlab's ``ParagraphStyle``.
    """
    _fonts()
    return ParagraphStyle("lebak", fontName=BOLD if bold else FONT, fontSize=size, leading=size * 1.3, **more)


def words(text: object, as_: ParagraphStyle) -> Paragraph:
    """A paragraph of what people typed: it is text, no markup of reportlab, which could fetch a picture."""
    return Paragraph(escape(str(text)).replace("\n", "<br/>"), as_)


def pdf(story: Sequence[Flowable], *, title: str, wide: bool = False, foot: str = "") -> bytes:
    """A document.

    Args:
        story: What stands on it.
        title: Of the document; readers show it in the window's frame.
        wide: Whether the paper lies on its long side.
        foot: What stands on each page beside its number.
    """
    _fonts()
    stream = io.BytesIO()
    size = landscape(A4) if wide else A4
    margins: dict[str, Any] = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    # No time of printing is in it, and no author.
    document = SimpleDocTemplate(stream, pagesize=size, title=title, author="", lang="id", invariant=1, **margins)
    document.build(list(story), canvasmaker=_footed(foot, size[0]))
    return stream.getvalue()


@cache
def _fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


def _footed(foot: str, width: float) -> type[Canvas]:
    """A canvas that writes the foot of each page once it knows how many there are."""

    class Footed(Canvas):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()  # pyright: ignore[reportAttributeAccessIssue] - as reportlab's own numbered pages do it

        def save(self) -> None:
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont(FONT, 7)
                self.drawString(MARGIN, MARGIN / 2, foot)
                self.drawRightString(width - MARGIN, MARGIN / 2, f"Halaman {number} dari {len(self._pages)}")
                super().showPage()
            super().save()

    return Footed
