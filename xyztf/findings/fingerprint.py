"""What stays the same of a finding when the lines around it move."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from xyztf.findings.finding import Finding

_LINE = re.compile(r"\b(lines?) \d+")


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """One for each finding: 32 digits of rule, file, address and message, and a number that tells equal ones apart.

    No line is in it; one that the message names counts for nothing.
    """
    seen: Counter[str] = Counter()
    result = []
    for finding in findings:
        parts = (finding.tool, finding.rule, finding.location.file, finding.address or "", finding.stack or "")
        text = "\0".join((*parts, _LINE.sub(r"\1", finding.message)))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[digest] += 1
        result.append(f"{digest}:{seen[digest]}")
    return result
