"""When versions of engines, runtimes and instance families end on AWS, and what happens then.

None means that no end is known, not that there is none. A day is the last one of what ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xyztf.facts.elasticache import newest_creatable
from xyztf.facts.tables import table

NEAR_DAYS = 180


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends, on which day, and what to take instead.

    `what` happens from that day on, as the rest of a sentence that begins with `subject`. The later days are None
    where there is no such thing, or where AWS has not named them.
    """

    subject: str
    ends: date
    what: str
    successor: str
    source: str
    extended_support_ends: date | None = None
    create_blocked: date | None = None
    update_blocked: date | None = None


@dataclass(frozen=True, slots=True)
class PreviousGeneration:
    """A family of instances that AWS has left behind without naming a day (`is of a previous generation...`).

    `refused` is whether AWS makes no new one any more.
    """

    subject: str
    what: str
    successor: str
    source: str
    refused: bool = False


def is_near(ending: Ending, today: date, days: int = NEAR_DAYS) -> bool:
    """Whether the end is past, or comes within so many days."""
    return ending.ends <= today + timedelta(days=days)


def rds_engine_ending(engine: str, version: str) -> Ending | None:
    """The end of a database engine's major version, as the provider writes both (`postgres`, `13.7`).

    Aurora's are `aurora-mysql` (`8.0.mysql_aurora.3.02.0`), `aurora-postgresql` and `aurora`; DocumentDB's is `docdb`.
    For SQL Server it is Microsoft's date. Oracle's and Db2's are not known.
    """
    if engine == "mysql":
        majors = table("rds_mysql")["majors"]
        versions = {
            name: {**dates, "ends": dates["standard_support_ends"]} for name, dates in majors["versions"].items()
        }
        facts = {"name": "RDS for MySQL", "successor": "8.4", "source": majors["source"], "versions": versions}
        return _ending(facts, version)
    if engine.removeprefix("custom-").startswith("sqlserver-"):
        return _of("sqlserver", version)
    if engine == "aurora":
        return _of("aurora-mysql", version)
    if engine in ("postgres", "mariadb", "aurora-mysql", "aurora-postgresql", "docdb"):
        return _of(engine, version)
    return None


def cache_engine_ending(engine: str, version: str) -> Ending | None:
    """The end of a cache engine's major version (`redis`, `6.2` or `6.x`). Only Redis OSS has any yet."""
    facts = table("elasticache")["left_standard_support"]
    number = version.split(".")[0]
    if engine != "redis" or number not in facts["redis"]:
        return None
    dates = {"ends": facts["redis"][number], "extended_support_ends": facts["extended_support_ends"]["redis"][number]}
    return Ending(
        f"ElastiCache for Redis OSS {number}",
        date.fromisoformat(dates["ends"]),
        _what({}, dates),
        f"Valkey {newest_creatable('valkey')}",
        facts["source"],
        extended_support_ends=_date(dates, "extended_support_ends"),
    )


def runtime_ending(name: str) -> Ending | None:
    """The end of a Lambda runtime of any language (`nodejs20.x`, `provided.al2`): the day it is no longer patched."""
    facts = table("lambda_runtimes")
    dates = facts["runtimes"].get(name)
    if dates is None:
        return None
    blocks = [
        f"{what} refused from {dates[key]}"
        for what, key in (("new functions are", "create_blocked"), ("updates", "update_blocked"))
        if dates[key]
    ]
    return Ending(
        f"The Lambda runtime {name}",
        date.fromisoformat(dates["deprecated"]),
        "is no longer patched" + ("; " + ", ".join(blocks) if blocks else ""),
        dates.get("successor", "a newer one, once there is one"),
        facts["source"],
        create_blocked=_date(dates, "create_blocked"),
        update_blocked=_date(dates, "update_blocked"),
    )


def eks_ending(version: str) -> Ending | None:
    """The end of a Kubernetes version on EKS (`1.31`)."""
    return _of("eks", version)


def msk_ending(version: str) -> Ending | None:
    """The end of a Kafka version on MSK (`3.5.1`, `3.7.x.kraft`)."""
    return _of("msk", version)


def opensearch_ending(version: str) -> Ending | None:
    """The end of an OpenSearch version (`OpenSearch_2.11`). Elasticsearch's are not known."""
    return _of("opensearch", version.removeprefix("OpenSearch_"))


def dms_engine_ending(version: str) -> Ending | None:
    """The end of a version of DMS's replication engine (`3.5.3`)."""
    return _of("dms", version)


def instance_ending(type_name: str, *, aurora: bool = False) -> Ending | None:
    """The end of an RDS instance class's family (`db.t2.micro`): only RDS names days.

    Aurora keeps its own, later schedule for the same classes: ask with `aurora=True`, and none is known.
    What is old without a day, of any service: `previous_generation`.
    """
    service, family = _family(type_name)
    facts = table("endings")["db_classes"]
    dates = facts["families"].get(family) if service == "db" and not aurora else None
    if dates is None:
        return None
    return Ending(
        f"The instance family db.{family}",
        date.fromisoformat(dates["ends"]),
        dates["what"],
        dates["successor"],
        facts["source"],
        create_blocked=_date(dates, "create_blocked"),
    )


def previous_generation(type_name: str) -> PreviousGeneration | None:
    """Whether AWS has left an instance type behind without naming a day, and what to take instead.

    Takes RDS's (`db.m1.small`), ElastiCache's (`cache.t2.micro`), Redshift's (`dc2.large`) and EC2's (`m4.large`).
    """
    service, family = _family(type_name)
    places = {"db": ("previous_db",), "cache": ("previous_cache",), "": ("previous_redshift", "previous_ec2")}
    for place in places.get(service, ()):
        facts = table("endings")[place]
        if family in facts["families"]:
            name = f"{service}.{family}" if service else family
            successor, refused = facts["families"][family], facts.get("refused", False)
            return PreviousGeneration(name, facts["what"], successor, facts["source"], refused)
    return None


def _family(type_name: str) -> tuple[str, str]:
    """`db.t2.micro` -> ("db", "t2"); `t2.micro` -> ("", "t2")."""
    parts = type_name.split(".")
    return (parts[0], parts[1]) if parts[0] in ("db", "cache", "dms") and len(parts) > 1 else ("", parts[0])


def _of(key: str, version: str) -> Ending | None:
    return _ending(table("endings")[key], version)


def _ending(facts: Mapping[str, Any], version: str) -> Ending | None:
    """The entry that the version begins with: of three numbers, else of two, else of one."""
    parts = version.split(".")
    for length in (3, 2, 1):
        number = ".".join(parts[:length])
        if number in facts["versions"]:
            dates = facts["versions"][number]
            newest = _numbers(number) >= _numbers(facts["successor"])
            return Ending(
                facts.get("names", {}).get(number) or f"{facts['name']} {number}",
                date.fromisoformat(dates["ends"]),
                _what(facts, dates),
                "a newer version, once there is one" if newest else f"version {facts['successor']}",
                facts["source"],
                extended_support_ends=_date(dates, "extended_support_ends"),
                create_blocked=_date(dates, "create_blocked"),
            )
    return None


def _what(facts: Mapping[str, Any], dates: Mapping[str, Any]) -> str:
    if "what" in facts:
        return str(facts["what"])
    if "extended_support_ends" in dates and dates["extended_support_ends"] is None:
        return "leaves support, and has no extended support: AWS upgrades it by itself"
    billed = dates.get("billed_from") or date.fromisoformat(dates["ends"]) + timedelta(days=1)
    until = dates.get("extended_support_ends")
    return f"leaves standard support; extended support bills from {billed}" + (f" until {until}" if until else "")


def _date(dates: Mapping[str, Any], key: str) -> date | None:
    found = dates.get(key)
    return date.fromisoformat(found) if found else None


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
