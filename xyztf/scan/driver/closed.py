"""No network and no other program, whatever a library tries: an attempt is refused, and noted."""

from __future__ import annotations

import sys

attempts: list[str] = []
"""The names of what was tried."""

_REFUSED = frozenset(
    {
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.sendto",
        "socket.sendmsg",
        "socket.bind",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
    }
)


def close() -> None:
    """From now on, for good: an audit hook sees also what code in C does, and cannot be taken out."""
    sys.addaudithook(_hook)


def _hook(event: str, _: object) -> None:
    if event in _REFUSED:
        attempts.append(event)
        raise PermissionError(f"{event} is refused: a scan reaches no network and starts no program")
