"""What is known to have ended, or to end, in the words of a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xyztf.facts import elasticache, lambda_runtimes, rds
from xyztf.facts.tables import table
from xyztf.facts.versions import major
from xyztf.findings.finding import Severity

NEAR = 180
"""Days before an end from which it is told."""
VERY_NEAR = 90
"""Days before an end from which it is a warning."""


@dataclass(frozen=True, slots=True)
class End:
    """What ends, with its last day; None when that is past and its day not known.

    `refused` is whether AWS makes no new one after it. Where it does, it is old and costs, and still there.
    """

    subject: str
    what: str
    ends: date | None
    hint: str
    source: str
    refused: bool = False

    def message(self, today: date) -> str:
        """The end as a sentence."""
        if self.ends is None:
            return f"{self.subject}: {self.what} is over"
        return f"{self.subject}: {self.what} {'ended' if self.ends < today else 'ends'} on {self.ends}"

    def severity(self, today: date) -> Severity | None:
        """How bad it is on a day; None while it is far."""
        if self.ends is None or self.ends < today:
            return Severity.ERROR if self.refused else Severity.WARNING
        days = (self.ends - today).days
        if days > NEAR:
            return None
        return Severity.WARNING if days <= VERY_NEAR else Severity.NOTE


def engine(name: str, version: str) -> End | None:
    """The end of a version of a database engine, written as the provider takes it (`8.0`, `8.0.46`)."""
    if name != "mysql":
        return None
    newest = rds.newest_major()
    hint = f"write {rds.newest_creatable(newest)}, after a test: a new major version"
    if version in table("rds_mysql_versions")["withdrawn"].get(major(version), ()):
        own = rds.newest_creatable(major(version))
        source = table("rds_mysql_versions")["source"]
        return End(f"MySQL {version}", "its creation on RDS", None, f"write {own}", source, refused=True)
    ends = rds.standard_support_ends(version)
    source = table("rds_mysql")["majors"]["source"]
    what = "standard support, after which extended support is billed,"
    return End(f"MySQL {major(version)}", what, ends, hint, source) if ends else None


def cache(name: str, version: str) -> End | None:
    """The end of a version of a cache's engine (`redis`, `5.0.6`)."""
    ended = elasticache.standard_support_ended(name, version)
    if ended is None:
        return None
    hint = f'write engine = "valkey" and engine_version = "{elasticache.newest_creatable("valkey")}"'
    source = table("elasticache")["left_standard_support"]["source"]
    subject = f"{'Redis OSS' if name == 'redis' else name.capitalize()} {version}"
    return End(subject, "standard support, after which extended support is billed,", ended, hint, source)


def runtime(name: str, today: date) -> End | None:
    """The end of a Lambda runtime (`python3.9`): of its patches, and once that is past, of creating functions."""
    found = lambda_runtimes.runtime(name)
    if found is None:
        return None
    hint = f"write {lambda_runtimes.newest_runtime()}"
    source = table("lambda_runtimes")["source"]
    if found.create_blocked < today:
        return End(name, "the creation of functions", found.create_blocked, hint, source, refused=True)
    return End(name, "its patching by AWS", found.deprecated, hint, source)
