"""Jinja for HCL: where templates come from, and how they print values.

Autoescaping does the work that matters: whatever a template prints with `{{ }}` becomes an HCL literal, unless it is
`Code` already (what a macro returns, or the `ref` filter). In a Markdown template it becomes escaped text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined

from xyztf.errors import Location, Problem, TemplateError
from xyztf.render.joining import JoiningEnvironment, without_unsafe_filters
from xyztf.render.literal import IDENTIFIER, Code, inside, literal

SUFFIX = ".j2"


@cache
def packaged_templates() -> Path:
    """The templates that came with xyztf: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_templates"
    return inside if inside.is_dir() else package.parent / "templates"


def search_path(project: Path) -> tuple[Path, ...]:
    """The folders of templates, the project's own first."""
    own = project / "templates"
    packaged = packaged_templates()
    if own.is_dir() and own.resolve() != packaged.resolve():
        return (own, packaged)
    return (packaged,)


_FAILURES = (
    jinja2.TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
    OSError,
)
"""What an expression in a template can fail with, and what stands in the way of reading one."""


class Templates:
    """The templates of a project: ours, and over them, file by file, its own."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        """Templates from `folders`, the first with a file of a name giving it."""
        self.folders = folders
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
        self._hcl = _hcl_environment(loader)
        self._markdown = _markdown_environment(loader)
        self._files: dict[str, dict[str, Path]] = {}
        self._has: dict[str, bool] = {}
        self._texts: dict[Path, str] = {}

    def files(self, folder: str) -> dict[str, Path]:
        """The files under `folder` (such as "modules/vpc") by path relative to it; a project's own hides ours.

        Parts of templates (.j2 files whose name or folder starts with "_") and what editors and Python leave behind
        are not files.
        """
        if folder not in self._files:
            found: dict[str, Path] = {}
            for root in reversed(self.folders):
                for path in sorted(_files_below(os.path.join(root, folder))):
                    name = os.path.relpath(path, os.path.join(root, folder))
                    if not _is_part(name):
                        found.pop(name.removesuffix(SUFFIX), None)  # main.tf hides main.tf.j2, and the other way round
                        found.pop(name + SUFFIX, None)
                        found[name] = Path(path)
            self._files[folder] = dict(sorted(found.items()))
        return self._files[folder]

    def has(self, name: str) -> bool:
        """Whether there is a template called `name`, such as "modules/vpc/_call.tf.j2"."""
        if name not in self._has:
            self._has[name] = any((folder / name).is_file() for folder in self.folders)
        return self._has[name]

    def text(self, name: str, path: Path) -> str:
        """The file at `path`, which goes out as it is; `name` is its name below templates/. Raises TemplateError."""
        if path not in self._texts:
            try:
                self._texts[path] = path.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise TemplateError(Problem(f"cannot be read: {error}", Location(f"templates/{name}"))) from error
        return self._texts[path]

    def render(self, name: str, context: Mapping[str, Any], subject: str) -> str:
        """The text that the template `name` gives with `context`.

        `subject` says for whom, for messages ("environment prod"). Raises TemplateError with the template and its
        line for an undefined name, a syntax error, a value that has no HCL literal, or whatever else it fails with.
        """
        jinja = self._markdown if name.endswith(".md" + SUFFIX) else self._hcl
        try:
            return jinja.get_template(name).render(context)
        except jinja2.TemplateSyntaxError as error:
            where = Location(f"templates/{error.name or name}", error.lineno)
            raise TemplateError(Problem(f"{error.message} ({subject})", where)) from None
        except jinja2.TemplateNotFound as error:
            where = self._failing_line(error, name)
            raise TemplateError(Problem(f"no template {error.name} ({subject})", where)) from None
        except _FAILURES as error:
            where = self._failing_line(error, name)
            hint = "every name must be defined: see docs/templates.md for what a template is given"
            is_undefined = isinstance(error, jinja2.UndefinedError)
            raise TemplateError(Problem(f"{error} ({subject})", where, hint if is_undefined else None)) from error

    def _failing_line(self, error: BaseException, name: str) -> Location:
        """The innermost template line on the way to `error`; Jinja puts template lines into the traceback."""
        where = Location(f"templates/{name}")
        trace = error.__traceback__
        while trace:
            file = trace.tb_frame.f_code.co_filename
            for folder in self.folders:
                if file.startswith(f"{folder}/"):
                    where = Location(f"templates/{Path(file).relative_to(folder).as_posix()}", trace.tb_lineno)
            trace = trace.tb_next
        return where


def _files_below(folder: str) -> list[str]:
    return [os.path.join(parent, name) for parent, _, names in os.walk(folder, followlinks=True) for name in names]


def _is_part(name: str) -> bool:
    """Whether a file below a module's templates is not itself rendered; Python's own `__init__.py` is."""
    parts = name.split("/")
    if any(part[0] == "." or part[-1] == "~" or part == "__pycache__" for part in parts):
        return True
    return name.endswith(SUFFIX) and any(part[0] == "_" for part in parts)


def _environment(loader: BaseLoader, **options: Any) -> JoiningEnvironment:
    return JoiningEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        **options,
    )


def _hcl_environment(loader: BaseLoader) -> JoiningEnvironment:
    jinja = without_unsafe_filters(_environment(loader, finalize=_finalized))
    jinja.filters["ref"] = reference
    jinja.filters["label"] = label
    jinja.filters["camel"] = camel
    jinja.filters["inside"] = inside
    jinja.filters["merged"] = merged
    return jinja


def _finalized(value: object) -> object:
    """An undefined value stays what it is, so that printing it is the error that it should be."""
    return value if isinstance(value, jinja2.Undefined) else literal(value)


def label(name: str) -> str:
    """`name` as the label of a block: hyphens, dots and the like become underscores."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


def camel(name: str) -> str:
    """`name` as a statement id in a policy, which takes letters and digits alone: events.rds becomes EventsRds."""
    return "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", name))


def reference(name: str) -> Code:
    """`name` as a bare identifier in an expression: {{ table | ref }}. Raises ValueError where it cannot be one."""
    text = label(name)
    if not IDENTIFIER.match(text):
        raise ValueError(f"{name!r} cannot be used as a Terraform identifier")
    return Code(text)


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both maps in one; the second wins."""
    return {**first, **second}


_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def _markdown_environment(loader: BaseLoader) -> JoiningEnvironment:
    jinja = without_unsafe_filters(_environment(loader, finalize=_markdown))
    jinja.filters["code"] = code_span
    return jinja


def code_span(value: object) -> Code:
    """`value` as inline code, in which Markdown escapes nothing. Bars would end a table's cell."""
    text = _one_line(value).replace("`", "'").replace("|", "\\|")
    return Code(f"`{text}`" if text else "")


def _markdown(value: object) -> object:
    if isinstance(value, (jinja2.Undefined, Code)):
        return value
    return Code(_MARKDOWN_SPECIAL.sub(r"\\\1", _one_line(value)))


def _one_line(value: object) -> str:
    """`value` as text without line ends, which would end a table, and without what a reader cannot see."""
    text = " ".join(str(value).split())
    text.encode("utf-8")  # refuses lone surrogates, as `quoted` does
    return _CONTROL.sub("\ufffd", text)
