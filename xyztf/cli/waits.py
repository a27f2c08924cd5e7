"""How long something has taken, and usually takes, in words."""

from __future__ import annotations

from xyztf.facts.durations import duration
from xyztf.terraform.events import Step


def since(target: str, step: Step, seconds: float) -> str:
    """`create, since 70 s of about 80 s`: what is usual on `target`, and, past that, when the provider gives up."""
    words = f"{step.action}, since {spelt(seconds)}"
    known = duration(target, step.type, step.action)
    if known is None:
        return words
    late = known.usual is None or seconds > known.usual[1]
    limit = f"; the provider waits {spelt(known.limit)} at most" if known.limit and late else ""
    if known.usual is None:
        return words + limit
    least, most = known.usual
    if least == most:
        return f"{words}, usually {spelt(most)}{limit}" if late else f"{words} of about {spelt(most)}"
    return f"{words}, usually {_range(least, most)}{limit}"


def spelt(seconds: float) -> str:
    """`70 s`, `20 min`, `7 min 10 s`."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 3:
        return f"{int(seconds)} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _range(least: int, most: int) -> str:
    return f"{least // 60} to {most // 60} min" if most % 60 == 0 and least >= 60 * 3 else f"{least} to {spelt(most)}"
