"""Rebuilds the files of `xyztf/facts/data/` that can be derived, from what is installed beside it.

Run by hand, in an environment that has the two sources:

    pip install cfn-lint moto && python scripts/refresh_facts.py

Same sources, same bytes. A diff of the data files is then exactly what AWS has changed. Only the tables named in
`TABLES` are written; the others in that folder are kept by people.
"""

from __future__ import annotations

import gzip
import json
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "xyztf" / "facts" / "data"
WIDTH = 118


def main() -> int:
    """Writes every derived table; prints what changed. Returns 0."""
    for name, build in TABLES.items():
        path = DATA / f"{name}.json"
        text = pretty(build()) + "\n"
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {'written' if changed else 'unchanged'}")
    return 0


# The tables


def zones() -> dict[str, Any]:
    """Region -> letters of the zones in which a new account can place a current instance."""
    letters = {region: [zone[-1] for zone in listed] for region, listed in _cfn_lint_zones().items()}
    for region in letters:
        offered = _zones_offering(region, "r6g.large")
        if offered:
            letters[region] = offered
    return _table("AVAILABILITY_ZONES", "zones offering r6g.large in moto's instance_type_offerings", zones=letters)


def rds_mysql_versions() -> dict[str, Any]:
    """Major version -> minors that can be created, and minors that no longer can."""
    listed = _mysql_versions("engine_version")
    withdrawn = _mysql_versions("engine_version_deprecated")
    majors = sorted({_major(minor) for minor in listed if minor.count(".") == 2}, key=_natural)
    return _table(
        "aws_rds_dbinstance/engine_version.json and engine_version_deprecated.json",
        creatable={m: _of_major(m, listed - withdrawn) for m in majors if m >= "5.7"},
        withdrawn={m: _of_major(m, withdrawn) for m in majors if m >= "5.7"},
    )


def rds_instance_classes() -> dict[str, Any]:
    """Instance classes that run MySQL 8.4: memory and vCPUs of each, and the families found in each region."""
    by_region = {
        region: {name for rule in _rules(doc, "mysql") for name in rule["DBInstanceClass"]["enum"]}
        for region, doc in _extension("aws_rds_dbinstance/dbinstanceclass_enum").items()
        if isinstance(doc, dict)
    }
    current = {
        name
        for rule in _extension("aws_rds_dbinstance/db_instance_class")["allOf"]
        if rule["if"]["properties"]["EngineVersion"]["pattern"].startswith("^(8\\.4")
        for name in rule["then"]["properties"]["DBInstanceClass"]["enum"]
    }
    union = set().union(*by_region.values()) & current
    types = _ec2_instance_types()
    return _table(
        "aws_rds_dbinstance/dbinstanceclass_enum.json and db_instance_class.json",
        "memory (MiB) and vCPUs are those of the EC2 type of that name in moto's instance_types",
        classes={name: _size(name, types) for name in sorted(union, key=_natural)},
        families={region: _families(names & union) for region, names in sorted(by_region.items())},
    )


def cache_versions() -> dict[str, Any]:
    """Engine -> versions that can be created."""
    rules = _extension("aws_elasticache_cachecluster/engine_version")
    found = {
        engine: sorted(_rules(rules, engine)[0]["EngineVersion"]["enum"], key=_natural)
        for engine in ("redis", "valkey")
    }
    return _table("aws_elasticache_cachecluster/engine_version.json", creatable=found)


def cache_node_types() -> dict[str, Any]:
    """The cache node types there are, and the families found in each region."""
    listed = _extension("aws_elasticache_cachecluster/cachenodetype_enum")
    by_region = {region: set(doc["enum"]) for region, doc in listed.items() if isinstance(doc, dict)}
    return _table(
        "aws_elasticache_cachecluster/cachenodetype_enum.json",
        types=sorted(set().union(*by_region.values()), key=_natural),
        families={region: _families(names) for region, names in sorted(by_region.items())},
    )


def lambda_runtimes() -> dict[str, Any]:
    """Runtimes with the dates from which AWS calls them deprecated, and refuses to create or update them.

    `successor` is the newest of the same language; it is left out of the newest itself. A block that AWS has not
    dated is null.
    """
    listed = _json(_package("cfnlint") / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json")
    return _table(
        "AdditionalSpecs/LmbdRuntimeLifecycle.json",
        runtimes={
            name: {
                "deprecated": listed[name]["deprecated"],
                "create_blocked": listed[name]["create-block"],
                "update_blocked": listed[name]["update-block"],
                **({"successor": listed[name]["successor"]} if listed[name]["successor"] else {}),
            }
            for name in sorted(listed, key=_natural)
        },
    )


TABLES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "zones": zones,
    "rds_mysql_versions": rds_mysql_versions,
    "rds_instance_classes": rds_instance_classes,
    "cache_versions": cache_versions,
    "cache_node_types": cache_node_types,
    "lambda_runtimes": lambda_runtimes,
}


# The sources


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed here: pip install cfn-lint moto")
    return Path(spec.origin).parent


def _json(path: Path) -> Any:
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)


def _extension(name: str) -> Any:
    return _json(_package("cfnlint") / "data" / "schemas" / "extensions" / f"{name}.json")


def _rules(document: Mapping[str, Any], engine: str) -> list[Mapping[str, Any]]:
    """What cfn-lint allows for one engine: the properties of each `then` that applies to it."""
    return [
        rule["then"]["properties"]
        for rule in document["allOf"]
        if rule["if"]["properties"].get("Engine", {}).get("const") == engine
    ]


def _mysql_versions(name: str) -> set[str]:
    """A version list of cfn-lint. The withdrawn ones stand in the `if` of a rule, the known ones in its `then`."""
    found: set[str] = set()
    for rule in _extension(f"aws_rds_dbinstance/{name}")["allOf"]:
        if rule["if"]["properties"].get("Engine", {}).get("const") == "mysql":
            side = rule["if"] if rule["then"] is False else rule["then"]
            found.update(side["properties"]["EngineVersion"]["enum"])
    return found


def _cfn_lint_zones() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = import_module("cfnlint.helpers").AVAILABILITY_ZONES
    return dict(sorted(listed.items()))


def _zones_offering(region: str, instance_type: str) -> list[str]:
    path = _package("moto") / "ec2/resources/instance_type_offerings/availability-zone" / f"{region}.json.gz"
    offers = _json(path) if path.exists() else []
    return sorted({offer["Location"][-1] for offer in offers if offer["InstanceType"] == instance_type})


def _ec2_instance_types() -> Any:
    return _json(_package("moto") / "ec2" / "resources" / "instance_types.json.gz")


def _size(instance_class: str, types: Mapping[str, Any]) -> list[int]:
    name = instance_class.removeprefix("db.")
    known = types.get(name) or types[name.replace("x2g.", "x2gd.")]
    return [known["MemoryInfo"]["SizeInMiB"], known["VCpuInfo"]["DefaultVCpus"]]


# Order and form


def _table(*source: str, **columns: Any) -> dict[str, Any]:
    """A table with its origin: the date is that of the newest data cfn-lint carries."""
    stamp = _json(_package("cfnlint") / "data" / "schemas" / "version.json")["schema_date"]
    origin = "; ".join(source)
    if "moto" in origin:
        origin = f"{origin} ({version('moto')})"
    return {"source": f"cfn-lint {version('cfn-lint')}: {origin}", "as_of": stamp[:10], **columns}


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", text))


def _major(minor: str) -> str:
    return ".".join(minor.split(".")[:2])


def _of_major(major: str, minors: Iterable[str]) -> list[str]:
    return sorted((minor for minor in minors if _major(minor) == major), key=_natural)


def _families(names: Iterable[str]) -> list[str]:
    return sorted({name.split(".")[1] for name in names}, key=_natural)


def pretty(value: Any, indent: int = 0) -> str:
    """JSON that reads well as a diff: short things on one line, long lists of words filled like prose."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (indent and len(flat) + 2 * indent <= WIDTH):
        return flat
    pad, close = "  " * (indent + 1), "  " * indent
    if isinstance(value, dict):
        body = ",\n".join(f"{pad}{json.dumps(key)}: {pretty(item, indent + 1)}" for key, item in value.items())
        return f"{{\n{body}\n{close}}}"
    if all(isinstance(item, str) and " " not in item for item in value):
        words = ", ".join(json.dumps(item) for item in value)
        filled = textwrap.wrap(words, WIDTH, initial_indent=pad, subsequent_indent=pad, break_on_hyphens=False)
        return "[\n" + "\n".join(filled) + f"\n{close}]"
    return "[\n" + ",\n".join(pad + pretty(item, indent + 1) for item in value) + f"\n{close}]"


if __name__ == "__main__":
    raise SystemExit(main())
