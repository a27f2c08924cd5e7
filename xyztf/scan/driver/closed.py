"""No network and no other program, whatever a library tries: an attempt is refused, and noted.

Libraries that do nothing else are not loaded at all, which saves a tenth of the time.
"""

from __future__ import annotations

import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LEFT_OUT = ("aiohttp", "docker", "git")

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


def leave_out() -> None:
    """Put something in the place of libraries that only speak to servers or start programs. Its use is an attempt."""
    for name in _LEFT_OUT:
        sys.modules[name] = _LeftOut(name)


class _LeftOut(types.ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        whole = f"{self.__name__}.{name}"

        def refused(*_: object, **__: object) -> None:
            attempts.append(whole)
            raise PermissionError(f"{whole} is refused: a scan reaches no network and starts no program")

        # It may be named where exceptions are caught.
        return type(name, (Exception,), {"__new__": refused})


def _hook(event: str, _: object) -> None:
    if event in _REFUSED:
        attempts.append(event)
        raise PermissionError(f"{event} is refused: a scan reaches no network and starts no program")
