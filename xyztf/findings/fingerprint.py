"""What stays the same of a finding when the lines around it move."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from xyztf.findings.finding import Finding

_LINE = re.compile(r"\b(lines?) \d+")


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """One for each finding, in the order given: 32 digits, and a number that tells equal ones apart.

    The digits are of tool, rule, file, address, stack and message. No line is in them, nor one that the message names.
    Equal ones are counted from the top of the file, so that suppressing one leaves the others their numbers.
    """
    result = [""] * len(findings)
    seen: Counter[str] = Counter()
    for number in sorted(range(len(findings)), key=lambda number: findings[number].location):
        digest = _digest(findings[number])
        seen[digest] += 1
        result[number] = f"{digest}:{seen[digest]}"
    return result


def _digest(finding: Finding) -> str:
    parts = (finding.tool, finding.rule, finding.location.file, finding.address or "", finding.stack or "")
    text = "\0".join((*parts, _LINE.sub(r"\1", finding.message)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
