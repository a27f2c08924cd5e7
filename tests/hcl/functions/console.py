"""What the real `terraform console` says to many calls, asked at once, and the notation of calls and their results."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from xyztf.hcl.functions import FUNCTIONS, FunctionError
from xyztf.hcl.values import UNKNOWN, Set

REFUSED = "!refused"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def written(value: Any) -> str:
    """A value as HCL."""
    if isinstance(value, Set):
        return f"toset({written(list(value))})"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(key)} = {written(each)}' for key, each in value.items())}}}"
    if not isinstance(value, str):
        return json.dumps(value)
    text = "".join(_ESCAPES.get(each) or (each if each >= " " else f"\\u{ord(each):04x}") for each in value)
    return '"' + text.replace("${", "$${").replace("%{", "%%{") + '"'


def call(name: str, arguments: Iterable[Any]) -> str:
    """A call as HCL."""
    return f"{name}({', '.join(map(written, arguments))})"


def ask(expressions: Sequence[str], folder: Path) -> list[Any]:
    """What Terraform gives for each expression, as JSON has it; REFUSED where it refuses."""
    tries = "".join(f'    try(jsonencode({each}), "{REFUSED}"),\n' for each in expressions)
    (folder / "main.tf").write_text(f"locals {{\n  results = [\n{tries}  ]\n}}\n", encoding="utf-8")
    run = subprocess.run(
        ["terraform", "console"],
        input="base64encode(jsonencode(local.results))\n",  # the console would escape line separators its own way
        cwd=folder,
        env={**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    results = json.loads(base64.b64decode(json.loads(run.stdout)))
    return [each if each == REFUSED else json.loads(each) for each in results]


def ours(name: str, arguments: Iterable[Any]) -> Any:
    """What our function gives; REFUSED where it refuses."""
    try:
        return FUNCTIONS[name](*arguments)
    except FunctionError:
        return REFUSED


def agrees(ours: Any, theirs: Any) -> bool:
    """Whether ours says the same, or nothing where it is UNKNOWN. 1 and true differ, and so do 1 and 1.0."""
    if ours is UNKNOWN:
        return True
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(agrees(ours[key], theirs[key]) for key in ours)
    return type(ours) is type(theirs) and bool(ours == theirs)
