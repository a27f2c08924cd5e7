"""Functions of dates. Source: Terraform 1.11, `internal/lang/funcs/datetime.go`, and go-cty's `stdlib/datetime.go`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.functions.signature import string, takes
from xyztf.hcl.values import UNKNOWN, Value

_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(?:Z|([-+])([0-9]{2}):([0-9]{2}))"
)
_DURATION = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_LONGEST = 2**63  # nanoseconds of a duration in Go
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"''|'((?:[^']|'')*)'|(?P<open>')|(?P<verb>([a-zA-Z])\4*)|[^a-zA-Z']+")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _parsed(text: str) -> tuple[datetime, int] | None:
    """The time in whole seconds, and the nanoseconds; None for a year Python has not. Raises FunctionError."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise FunctionError("not a valid RFC3339 timestamp")
    hours, minutes = int(match[4] or 0), int(match[5] or 0)
    if text.startswith("0000"):
        return None
    if hours > 23 or minutes > 59:
        raise FunctionError("not a valid RFC3339 timestamp: UTC offset out of range")
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if match[3] == "-" else 1)
    try:
        time = datetime.fromisoformat(match[1]).replace(tzinfo=timezone(offset))
    except ValueError as error:
        raise FunctionError(f"not a valid RFC3339 timestamp: {error}") from None
    return time, int((match[2] or ".0")[1:].ljust(9, "0"))


def _nanoseconds(text: str) -> int | None:
    """A duration as Go writes it, such as `1h30m`. None when it hangs on Go's rounding. Raises FunctionError."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    parts = list(_DURATION.finditer(unsigned))
    if unsigned == "0":
        return 0
    if not parts or "".join(part[0] for part in parts) != unsigned:
        raise FunctionError(f'time: invalid duration "{text}"')
    total = sum((Decimal(part[1]) * _NANOSECONDS[part[2]] for part in parts), Decimal(0))
    if total >= _LONGEST:
        raise FunctionError(f'time: invalid duration "{text}"')
    if total != int(total):
        return None
    return -int(total) if text.startswith("-") else int(total)


@takes(string, string)
def _timeadd(timestamp: str, duration: str) -> Value:
    parsed, added = _parsed(timestamp), _nanoseconds(duration)
    if parsed is None or added is None:
        return UNKNOWN
    time, fraction = parsed
    try:
        result = time + timedelta(seconds=(fraction + added) // 10**9)
    except OverflowError:
        return UNKNOWN
    return f"{result.year:04d}{result:-%m-%dT%H:%M:%S}{_zone(result)}"


@takes(string, string)
def _timecmp(left: str, right: str) -> Value:
    first, second = _parsed(left), _parsed(right)
    if first is None or second is None:
        return UNKNOWN
    one, other = ((time - _EPOCH, fraction) for time, fraction in (first, second))
    return (one > other) - (one < other)


@takes(string, string)
def _formatdate(text: str, timestamp: str) -> Value:
    parsed = _parsed(timestamp)
    if parsed is None:
        return UNKNOWN
    result = []
    for token in _TOKEN.finditer(text):
        if token["open"]:
            raise FunctionError("unterminated literal '")
        if token["verb"]:
            result.append(_verb(token["verb"], parsed[0]))
        elif token[0] == "''":
            result.append("'")
        else:
            result.append(token[0] if token[1] is None else token[1].replace("''", "'"))
    return "".join(result)


def _verb(verb: str, time: datetime) -> str:
    half = "AM" if time.hour < 12 else "PM"
    offset = f"{time:%z}"
    forms = {
        "YY": f"{time.year % 100:02d}",
        "YYYY": f"{time.year:04d}",
        "MMM": _MONTHS[time.month - 1][:3],
        "MMMM": _MONTHS[time.month - 1],
        "EEE": _DAYS[time.weekday()][:3],
        "EEEE": _DAYS[time.weekday()],
        "AA": half,
        "aa": half.lower(),
        "Z": _zone(time),
        "ZZZ": "UTC" if offset == "+0000" else offset,
        "ZZZZ": offset,
        "ZZZZZ": f"{offset[:3]}:{offset[3:]}",
    }
    for letter, number in (
        ("M", time.month),
        ("D", time.day),
        ("h", time.hour),
        ("H", time.hour % 12 or 12),
        ("m", time.minute),
        ("s", time.second),
    ):
        forms |= {letter: str(number), letter * 2: f"{number:02d}"}
    if verb not in forms:
        raise FunctionError(f'invalid date format verb "{verb}"')
    return forms[verb]


def _zone(time: datetime) -> str:
    return f"{time:%z}"[:3] + ":" + f"{time:%z}"[3:] if time.utcoffset() else "Z"


@takes()
def _now() -> Value:
    return UNKNOWN


FUNCTIONS = {
    "formatdate": _formatdate,
    "plantimestamp": _now,
    "timeadd": _timeadd,
    "timecmp": _timecmp,
    "timestamp": _now,
}
