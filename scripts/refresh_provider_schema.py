"""Rebuilds `xyztf/facts/data/provider_schema.json` from what Terraform says of an AWS provider.

Run by hand, with terraform on the PATH:

    python scripts/refresh_provider_schema.py [--plugin-dir DIR] [--version 6.0.0 --as-of 2025-06-18]

DIR is a folder that holds the provider as a mirror does. Without it, Terraform installs the provider in its normal way,
or from where xyztf does (docs of XYZTF_PROVIDER_MIRROR). Without --version, it is the version the file has already.
--as-of is the day that version was released.

Same provider, same bytes. The format is described in `xyztf/facts/provider_schema.py`, which reads it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import tempfile
from base64 import b32encode
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from datetime import date
from pathlib import Path
from typing import Any

from xyztf.errors import Problem, XyztfError
from xyztf.facts.provider_schema import FLAGS, NESTINGS
from xyztf.facts.tables import DATA
from xyztf.terraform.binary import find_binary
from xyztf.terraform.provider import terraform_environment

FILE = DATA / "provider_schema.json"
SOURCE = "hashicorp/aws {version}: terraform providers schema -json"
MAIN = (
    'terraform {{\n  required_providers {{\n    aws = {{ source = "hashicorp/aws", version = "{version}" }}\n  }}\n}}\n'
)
KINDS = {
    "resource": "resource_schemas",
    "data": "data_source_schemas",
    "ephemeral": "ephemeral_resource_schemas",
}
WORTH_SHARING = 30
"""A block that is written shorter than this stays where it is: a line of its own would cost more."""


def main(arguments: list[str] | None = None) -> int:
    """Writes the file; prints whether it changed. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Rebuild the copy of the AWS provider's schema.")
    parser.add_argument("--plugin-dir", type=Path)
    parser.add_argument("--version")
    parser.add_argument("--as-of", type=date.fromisoformat)
    given = parser.parse_args(arguments)
    before = FILE.read_text(encoding="utf-8") if FILE.exists() else "{}"
    recorded = json.loads(before)
    version = given.version or recorded.get("version")
    same = version == recorded.get("version")
    as_of = given.as_of.isoformat() if given.as_of else recorded.get("as_of") if same else None
    if not version or not as_of:
        parser.error("a version that is not the file's needs --version and --as-of")
    try:
        text = schema_text(installed_schema(version, given.plugin_dir), version, as_of)
    except XyztfError as error:
        print(error)
        return int(error.exit_code)
    FILE.write_text(text, encoding="utf-8")
    print(f"{FILE.name}: {'unchanged' if text == before else 'written'}, {len(text)} bytes")
    return 0


def installed_schema(version: str, plugin_dir: Path | None = None) -> dict[str, Any]:
    """What Terraform says of that version of the provider. Raises XyztfError where Terraform fails."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "main.tf").write_text(MAIN.format(version=version), encoding="utf-8")
        place = [f"-plugin-dir={plugin_dir.resolve()}"] if plugin_dir else []
        _terraform(scratch, "init", "-input=false", "-no-color", *place)
        (schema,) = json.loads(_terraform(scratch, "providers", "schema", "-json"))["provider_schemas"].values()
        return dict(schema)


def _terraform(folder: str, *arguments: str) -> str:
    own = {name: value for name, value in os.environ.items() if not re.match("TF_(CLI_ARGS|DATA_DIR|WORKSPACE)", name)}
    command = [str(find_binary().path), *arguments]
    environment = terraform_environment(own, Path(folder))
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise XyztfError(Problem(f"terraform {arguments[0]} failed: {done.stderr.strip()}"))
    return done.stdout


def schema_text(schema: Mapping[str, Any], version: str, as_of: str) -> str:
    """The data file for the schema of one provider."""
    compact = _Compact()
    roots = {"provider.aws": compact.block(schema["provider"]["block"])}
    for kind, listed in KINDS.items():
        for name, found in sorted(schema.get(listed, {}).items()):
            roots[f"{kind}.{name}"] = compact.block(found["block"])
    shared = compact.shared()
    head = {"source": SOURCE.format(version=version), "as_of": as_of, "version": version}
    lines = {
        **{key: compact.written(digest, shared) for key, digest in roots.items()},
        **{f"block.{digest}": compact.written(digest, shared) for digest in shared},
        **{f"type.{digest}": fields for digest, fields in compact.types.items()},
    }
    # Sorted as they stand, since that is how they are looked up.
    entries = sorted(f"{_json(key)}:{_json(value)}" for key, value in lines.items())
    return ",\n".join([_json(head).removesuffix("}"), *entries]) + "\n}\n"


class _Compact:
    """Equal blocks and equal object types, each held once, by a digest of what it says.

    The digest and not a number names them, so that a new version of the provider changes only the lines it changes.
    """

    def __init__(self) -> None:
        self.types: dict[str, str] = {}
        self._blocks: dict[str, dict[str, Any]] = {}
        self._places: Counter[str] = Counter()

    def block(self, block: Mapping[str, Any]) -> str:
        """Holds a block of Terraform's JSON; gives its digest. The blocks in it are digests too."""
        _only(block, "attributes", "block_types", "deprecated", "description", "description_kind")
        arguments = ((name, self._argument(told)) for name, told in block.get("attributes", {}).items())
        held: dict[str, Any] = {"=": _grouped(arguments)}
        inner: dict[str, dict[str, str]] = {}
        for name, nested in sorted(block.get("block_types", {}).items()):
            _only(nested, "nesting_mode", "block", "min_items", "max_items")
            if nested["nesting_mode"] not in NESTINGS:
                raise XyztfError(Problem(f"unknown nesting of the block {name}: {nested['nesting_mode']}"))
            key = f"{nested['nesting_mode']} {nested.get('min_items', 0)} {nested.get('max_items', 0)}"
            inner.setdefault(key, {})[name] = self.block(nested["block"])
        held.update(sorted(inner.items()))
        if block.get("deprecated"):
            held["deprecated"] = True
        digest = _digest(held, self._blocks)
        if digest not in self._blocks:
            self._blocks[digest] = held
            self._places.update(digest for group in inner.values() for digest in group.values())
        return digest

    def _argument(self, told: Mapping[str, Any]) -> str:
        """The key under which an argument is written: its flags, and its type where that is not string."""
        _only(told, "type", *FLAGS.values(), "description", "description_kind")
        flags = "".join(flag for flag, word in FLAGS.items() if told.get(word))
        written = self._type(told["type"])
        return flags if written == "string" else f"{flags}:{written}"

    def _type(self, told: Any) -> str:
        if isinstance(told, str):
            return told
        outer, inner = told
        if outer != "object":
            return outer if inner == "string" else f"{outer}({self._type(inner)})"
        fields = _grouped((name, self._type(field)) for name, field in inner.items())
        digest = _digest(fields, self.types)
        self.types[digest] = fields
        return f"@{digest}"

    def shared(self) -> set[str]:
        """The digests of the blocks that get a line of their own."""
        return {
            digest
            for digest, places in self._places.items()
            if places > 1 and len(_json(self._blocks[digest])) > WORTH_SHARING
        }

    def written(self, digest: str, shared: Set[str]) -> str | dict[str, Any]:
        """A block as it is written: shared ones in it by their digests, the others in full."""

        def inner(found: str) -> str | dict[str, Any]:
            return f"@{found}" if found in shared else self.written(found, shared)

        held = self._blocks[digest]
        if list(held) == ["="]:
            return str(held["="])
        return {
            key: {name: inner(found) for name, found in value.items()} if isinstance(value, dict) else value
            for key, value in held.items()
            if value
        }


def _grouped(pairs: Iterable[tuple[str, str]]) -> str:
    """Names by key: `o a b; r c` from `("a", "o"), ("b", "o"), ("c", "r")`."""
    groups: dict[str, list[str]] = {}
    for name, key in sorted(pairs):
        groups.setdefault(key, [key]).append(name)
    return "; ".join(" ".join(groups[key]) for key in sorted(groups))


def _digest(value: Any, known: Mapping[str, Any]) -> str:
    """Six letters that stand for the value. Raises XyztfError should two values ever get the same."""
    digest = b32encode(hashlib.sha256(_json(value).encode()).digest())[:6].decode().lower()
    if known.get(digest, value) != value:
        raise XyztfError(Problem(f"two different parts of the schema have the digest {digest}: make it longer"))
    return digest


def _only(told: Mapping[str, Any], *words: str) -> None:
    """What Terraform tells and this script does not know must not be lost in silence."""
    if unknown := set(told) - set(words):
        raise XyztfError(Problem(f"the schema has parts this script does not know: {', '.join(sorted(unknown))}"))


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    raise SystemExit(main())
