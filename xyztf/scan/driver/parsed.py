"""Files parsed once, whichever root asks for them, beside the import of checkov.

checkov parses what it meets by `hcl2.load`, which depends on the text alone. What one process has parsed stays in a
private folder under the digest of its text; all others take it from there. What is not there, or does not parse, is
left to hcl2 itself.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TextIO

_SOURCE = re.compile(r"""^\s*source\s*=\s*"(\.\.?/[^"]+)\"""", re.MULTILINE)
_PROTOCOL = pickle.HIGHEST_PROTOCOL


def share(folder: str) -> None:
    """From now on, in this process and its forks, parse by way of `folder`."""
    import hcl2

    parse = hcl2.loads

    def load(file: TextIO) -> Any:
        text = file.read()
        place = _place(folder, text)
        try:
            with open(place, "rb") as kept:
                return pickle.loads(kept.read())
        except FileNotFoundError:
            found = parse(text)
        _keep(place, found)
        return found

    hcl2.load = load


def parse_ahead(roots: list[str], folder: str) -> None:
    """Parse what the roots and the modules that they call by a path hold. Not everything needs to be found."""
    import hcl2

    for file in _files(roots):
        try:
            # As checkov opens them.
            with open(file, encoding="utf-8-sig") as opened:
                text = opened.read()
            place = _place(folder, text)
            if not os.path.exists(place):
                _keep(place, hcl2.loads(text))
        except Exception:
            continue  # it is for checkov to find that out


def _files(roots: list[str]) -> Iterator[str]:
    waiting = list(roots)
    seen = set()
    while waiting:
        folder = os.path.normpath(waiting.pop(0))
        if folder in seen:
            continue
        seen.add(folder)
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            path = os.path.join(folder, name)
            if not name.endswith((".tf", ".hcl")):
                continue
            yield path
            try:
                with open(path, encoding="utf-8") as file:
                    waiting += [os.path.join(folder, source) for source in _SOURCE.findall(file.read())]
            except (OSError, ValueError):
                continue


def _place(folder: str, text: str) -> str:
    return os.path.join(folder, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def _keep(place: str, found: Any) -> None:
    temporary = f"{place}.{os.getpid()}"
    with open(temporary, "wb") as file:
        pickle.dump(found, file, _PROTOCOL)
    os.replace(temporary, place)
