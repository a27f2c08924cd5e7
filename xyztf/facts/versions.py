"""Version numbers as AWS writes them: `8.4.11`, `8.0.46-rds.20260908`, `7.1`."""

from __future__ import annotations

import re


def major(version: str) -> str:
    """The first two numbers: `8.4.11` -> `8.4`."""
    return ".".join(version.split(".")[:2])


def newest(versions: list[str]) -> str:
    """The highest version, comparing numbers as numbers: `8.4.11` is newer than `8.4.9`."""
    return max(versions, key=lambda version: [int(number) for number in re.findall(r"\d+", version)])
