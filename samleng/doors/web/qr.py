"""QR codes on pages."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr(content: str, error: str = "m") -> SafeString:
    """What is ours to say, mostly an address, as a QR code in SVG, drawn without inline style.

    `error`: how much of it may be spoilt, as segno names it; "l" keeps a long one coarse enough to be read.
    """
    drawing = segno.make(content, error=error).svg_inline(
        scale=4, omitsize=True, border=2, svgclass=None, lineclass=None
    )
    return mark_safe(drawing)  # noqa: S308  made of our own words
