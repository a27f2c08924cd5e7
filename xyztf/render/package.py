"""A Lambda function's folder as a zip archive that is the same to the byte wherever and whenever it is made.

Terraform could build it with the archive provider; then a plan needs that provider and writes files. Built here, it is
committed, and what is deployed is what was reviewed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from xyztf.render.header import END_OF_ARCHIVE, archive_note

_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_UNIX = 3


def archive(files: Mapping[str, bytes], template: str) -> bytes:
    """A zip of `files` (path inside it to content). Stored, not deflated: zlib's output differs between versions."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            bundle.writestr(entry, files[path])
    packed = buffer.getvalue()
    buffer.seek(0)
    with zipfile.ZipFile(buffer, "a") as bundle:
        bundle.comment = archive_note(packed[: packed.rfind(END_OF_ARCHIVE)], template)
    return buffer.getvalue()
