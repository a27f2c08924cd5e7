"""The parser of attribute paths, built once: its library works its tables out anew for each path.

The tables hang on the class alone, and the rules behind them on what is parsed alone.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def keep_parser() -> None:
    """From now on, in this process and its forks."""
    from bc_jsonpath_ng import parser
    from bc_jsonpath_ng.ext import parse

    build = parser.ply.yacc.yacc
    built: dict[tuple[type, str], Any] = {}

    class Yacc:
        """Stands in for the module `ply.yacc`, of which only `yacc` is asked."""

        @staticmethod
        def yacc(**options: Any) -> Any:
            key = (type(options["module"]), options["start"])
            if key not in built:
                built[key] = build(**options)
            return built[key]

    class Ply:
        """Stands in for the module `ply`."""

        yacc = Yacc

    parser.ply = Ply
    parse("a.b")
