"""xyztf schema"""

from __future__ import annotations

from xyztf.errors import ExitCode


def command() -> int:
    """Print the JSON Schema of environment files, with which editors complete and check them.

    The files name it in their first line: # yaml-language-server: $schema=_schema.json
    """
    from xyztf.environment.schema import as_json

    print(as_json(), end="")
    return ExitCode.OK
