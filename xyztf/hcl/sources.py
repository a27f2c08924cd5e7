"""Where files come from: the disk, or texts that stand in for files of it. Each text is parsed once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from xyztf.errors import Location, Problem, XyztfError
from xyztf.hcl.grammar import parser
from xyztf.hcl.module import Module, module_of
from xyztf.hcl.parse import parse
from xyztf.hcl.syntax import File
from xyztf.hcl.values import Value
from xyztf.hcl.variable_files import ENDINGS as VALUES
from xyztf.hcl.variable_files import in_order, values_of, values_of_json
from xyztf.side_by_side import processors, side_by_side

ENDINGS = (".tf", ".tf.json", ".tofu")
SKIPPED = frozenset({".terraform", ".git", ".xyztf", ".terragrunt-cache", "node_modules", ".venv"})

WORTH_IT = 100_000
"""Characters from which several processes are faster than one: about 0.15 s of parsing."""


class Sources:
    """Folders below `base`, as modules. Paths are told relative to it.

    `instead` are texts for files that are not, or not so, on the disk; None takes a file away. `parser_in` is a folder
    that keeps the parser itself. Not for several threads.
    """

    def __init__(
        self, base: Path, instead: Mapping[str, str | None] | None = None, parser_in: Path | None = None
    ) -> None:
        self.base = base
        self.instead = dict(instead or {})
        self.parser_in = parser_in
        self._files: dict[tuple[str, str], File | Problem] = {}
        self._modules: dict[str, Module] = {}

    def changed(self, instead: Mapping[str, str | None]) -> Sources:
        """The same with other texts in some files; what was parsed is not parsed again."""
        other = Sources(self.base, {**self.instead, **instead}, self.parser_in)
        other._files = self._files
        folders = {name.rpartition("/")[0] for name in instead}
        other._modules = {folder: module for folder, module in self._modules.items() if folder not in folders}
        return other

    def text(self, name: str) -> str:
        """The text of a file, by its path below the base. Raises OSError, UnicodeDecodeError."""
        given = self.instead.get(name)
        return given if given is not None else (self.base / name).read_text(encoding="utf-8")

    def names(self, folder: str) -> list[str]:
        """All that is read of a folder with Terraform files, sorted: those, and the values it has for its variables.

        Paths below the base. None where no Terraform files are.
        """
        found = self._there(folder, (*ENDINGS, *VALUES))
        return found if any(name.endswith(ENDINGS) for name in found) else []

    def values(self, folder: str) -> tuple[dict[str, Value], list[Problem]]:
        """What a folder's own files give the variables of the root module in it, and why one cannot be read."""
        values: dict[str, Value] = {}
        unread = []
        for name in in_order(self._there(folder, VALUES)):
            found = self._values(name)
            if isinstance(found, Problem):
                unread.append(found)
            else:
                values |= found
        return values, unread

    def _values(self, name: str) -> dict[str, Value] | Problem:
        read = self._file(name) if name.endswith(".tfvars") else None
        if isinstance(read, Problem):
            return read
        try:
            return values_of(read) if read else values_of_json(self.text(name), name)
        except XyztfError as error:
            return error.problems[0]
        except (OSError, UnicodeDecodeError) as error:
            return Problem(f"the file cannot be read: {error}", Location(name))

    def _there(self, folder: str, endings: tuple[str, ...]) -> list[str]:
        path = self.base / folder
        try:
            found = {entry.name for entry in os.scandir(path) if entry.name.endswith(endings) and entry.is_file()}
        except (FileNotFoundError, NotADirectoryError):
            found = set()
        for name, text in self.instead.items():
            where, _, file = name.rpartition("/")
            if where == folder and file.endswith(endings):
                (found.discard if text is None else found.add)(file)
        return sorted(f"{folder}/{name}" if folder else name for name in found if not name.startswith("."))

    def folders(self, top: str = "") -> list[str]:
        """The folders at and below `top` that hold Terraform files, sorted."""
        found = []
        for path, below, names in os.walk(self.base / top):
            below[:] = sorted(name for name in below if name not in SKIPPED)
            if any(name.endswith(ENDINGS) and not name.startswith(".") for name in names):
                found.append(os.path.relpath(path, self.base).replace(os.sep, "/"))
        return ["" if folder == "." else folder for folder in sorted(found)]

    def read_ahead(self, folders: Iterable[str]) -> None:
        """Parse the files of these folders, where there is much to parse on all processors. It changes no result."""
        texts = {}
        for name in (name for folder in folders for name in self._there(folder, ENDINGS)):
            with suppress(OSError, UnicodeDecodeError):
                texts[name] = self.text(name)
        waiting = {name: text for name, text in texts.items() if (name, text) not in self._files}
        if sum(map(len, waiting.values())) < WORTH_IT:
            return
        parser(self.parser_in)
        shares = _shares(waiting, processors())
        for read in side_by_side([partial(self._read, share) for share in shares]):
            self._files |= read

    def _read(self, texts: Mapping[str, str]) -> dict[tuple[str, str], File | Problem]:
        return {(name, text): self._parsed(name, text) for name, text in texts.items()}

    def module(self, folder: str) -> Module:
        """The module in a folder, empty where there is none. What cannot be read is in its `unread`."""
        if folder not in self._modules:
            read = [self._file(name) for name in self._there(folder, ENDINGS)]
            files = [file for file in read if isinstance(file, File)]
            self._modules[folder] = module_of(folder, files, [each for each in read if isinstance(each, Problem)])
        return self._modules[folder]

    def file(self, name: str) -> File | None:
        """One file; None where it cannot be read."""
        found = self._file(name)
        return found if isinstance(found, File) else None

    def mentions(self, name: str, words: str) -> bool:
        """Whether these words stand anywhere in a file. False where it cannot be read."""
        try:
            return words in self.text(name)
        except (OSError, UnicodeDecodeError):
            return False

    def _file(self, name: str) -> File | Problem:
        try:
            text = self.text(name)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return Problem("the file is not UTF-8", Location(name, line), "save it as UTF-8")
        except OSError as error:
            return Problem(f"the file cannot be read: {error.strerror}", Location(name))
        key = (name, text)
        if key not in self._files:
            self._files[key] = self._parsed(name, text)
        return self._files[key]

    def _parsed(self, name: str, text: str) -> File | Problem:
        try:
            return _parse(text, name, self.parser_in)
        except XyztfError as error:
            if not error.problems or error.problems[0].location is None:
                raise
            return error.problems[0]


def _shares(texts: Mapping[str, str], count: int) -> list[dict[str, str]]:
    """The texts in so many parts of about the same length."""
    shares: list[dict[str, str]] = [{} for _ in range(count)]
    lengths = [0] * count
    for name, text in sorted(texts.items(), key=lambda each: -len(each[1])):
        least = lengths.index(min(lengths))
        shares[least][name] = text
        lengths[least] += len(text)
    return [share for share in shares if share]


def _parse(text: str, name: str, parser_in: Path | None) -> File:
    if name.endswith(".json"):
        from xyztf.hcl.json_syntax import parse_json

        return parse_json(text, name, parser_in)
    return parse(text, name, parser_in)
