"""Python files of a project, imported under private names, and where in them an exception came from.

They see each other as a package (`from ._names import PREFIX`), and shadow no module of anybody. Nothing is written
beside them.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from types import CodeType, ModuleType

from xyztf.errors import Location

PREFIX = "_xyztf_own_rules_"
"""How the names of these packages begin."""


class _Loader(SourceFileLoader):
    """Compiles what a file says now: kept bytecode is told by second and size, and may be of the text before."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _Finder(MetaPathFinder):
    """Finds the modules of these packages, and no others."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(PREFIX):
            return None
        specs = (FileFinder(folder, (_Loader, [".py"])).find_spec(fullname) for folder in path or ())
        return next((spec for spec in specs if spec), None)


_FINDER = _Finder()


def package_of(folder: Path) -> str:
    """The name of the package that the files of a folder make, with what its `__init__.py` does, if there is one.

    What was imported of it before is forgotten. Raises whatever that file raises.
    """
    name = f"{PREFIX}{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    for known in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        del sys.modules[known]
    if _FINDER not in sys.meta_path:
        sys.meta_path.insert(0, _FINDER)
    first = folder / "__init__.py"
    loader = _Loader(name, str(first)) if first.is_file() else None
    spec = ModuleSpec(name, loader, origin=str(first) if loader else None, is_package=True)
    spec.has_location = loader is not None
    spec.submodule_search_locations = [str(folder)]
    package = sys.modules[name] = module_from_spec(spec)
    if loader:
        loader.exec_module(package)
    return name


def imported(package: str, stem: str) -> ModuleType:
    """A file of the package. Raises whatever it raises."""
    return importlib.import_module(f"{package}.{stem}")


def said(error: BaseException) -> str:
    """What an exception says, on one line, with its type."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        text = ""
    return ": ".join(part for part in (type(error).__name__, " ".join(str(text).split())) if part)


def place_of(error: BaseException, folder: str) -> Location | None:
    """The innermost line below a folder on the way to an exception; None where the way does not lead there."""
    below = folder.rstrip(os.sep) + os.sep
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(below):
        return Location(error.filename, error.lineno or 1, error.offset or 0)
    place, trace = None, error.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(below):
            place = Location(file, trace.tb_lineno)
        trace = trace.tb_next
    return place


def class_place(kind: type, argument: str | None = None) -> Location:
    """Where a class is written, or an argument within it."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    if file is None:
        return Location(kind.__module__)
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, ValueError, SyntaxError):
        return Location(file)
    found = [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and each.name == kind.__name__]
    if not found:
        return Location(file)
    for each in found[-1].body:
        names = (
            each.targets if isinstance(each, ast.Assign) else [each.target] if isinstance(each, ast.AnnAssign) else []
        )
        if any(isinstance(name, ast.Name) and name.id == argument for name in names):
            return Location(file, each.lineno)
    return Location(file, found[-1].lineno)
