"""Terraform counts a string's characters as a reader does: grapheme clusters, not code points."""

from __future__ import annotations

import re
import unicodedata

_CHARACTER = re.compile(r"\r\n|.", re.DOTALL)
# Hangul jamo, joiners and marks of direction, regional indicators, skin tones and tags: parts of longer characters.
_JOINING = re.compile("[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u200c\u200d\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")


def characters(text: str) -> list[str] | None:
    """The characters of a text, CR and LF together being one. None where code points combine: not decided here."""
    if not text.isascii() and (_JOINING.search(text) or any(map(_combines, text))):
        return None
    return _CHARACTER.findall(text)


def _combines(point: str) -> bool:
    # Marks extend the character before them, some format characters (Cf) the one after them.
    return (
        ord(point) > 0x7F and unicodedata.category(point) in ("Mn", "Mc", "Me", "Cf", "Cn", "Lo") and not _stands(point)
    )


def _stands(point: str) -> bool:
    # Of the letters without case, a few (as in Thai and Lao) extend the one before; ideographs and kana never do.
    return unicodedata.category(point) == "Lo" and not 0x0E00 <= ord(point) <= 0x0EFF
