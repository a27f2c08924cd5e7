"""The grammar of the hcl2 that checkov brings, with its known faults put right, as a parser of Lark's.

We take hcl2's grammar and not its dicts: these have lost which text was an expression, and where each attribute stands.
Every change says what it mends and must find the text that it replaces, so that another hcl2 is noticed at once.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xyztf.errors import Problem, XyztfError

if TYPE_CHECKING:
    from lark import Lark

_DEPTH = 9
"""How deep texts and braces may be nested in one text: an interpolation with a text in it is two."""
_NO_KEY = r"(?![\w-])(?![ \t]*(?:=(?![=>])|:(?!:)))"
"""After a keyword: that it is no longer name, and no key."""
_NONE = r"(?!)"
"""The pattern of nothing."""


class WrongParser(XyztfError):
    """The installed package `hcl2` is not the one whose grammar we know."""


def parser(cached_in: Path | None = None) -> Lark:
    """The parser, with the starts `start` (a file) and `inner` (an expression alone).

    Building it takes 0.2 s; it is kept in the folder `cached_in`, if given. Raises WrongParser.
    """
    return _parser(cached_in)


@cache
def _parser(cached_in: Path | None) -> Lark:
    from lark import Lark

    from xyztf.hcl.positions import lean_positions

    grammar = patched(_grammar())
    kept: str | bool = False
    if cached_in is not None:
        import lark

        digest = hashlib.sha256(f"{lark.__version__} {grammar}".encode()).hexdigest()[:16]
        kept = str(cached_in / f"grammar-{digest}")
    with lean_positions():
        return Lark(grammar, parser="lalr", start=["start", "inner"], propagate_positions=True, cache=kept)


def _grammar() -> str:
    """hcl2's grammar, without importing hcl2: that would build its parser."""
    found = importlib.util.find_spec("hcl2")
    for folder in (found.submodule_search_locations or []) if found else []:
        file = Path(folder) / "hcl2.lark"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise WrongParser(Problem("there is no package hcl2 with a grammar", hint=_HINT))


def patched(grammar: str) -> str:
    """The grammar with all changes. Raises WrongParser where one does not find its text."""
    for old, new in _changes():
        if grammar.count(old) != 1:
            message = "the installed package hcl2 is not the one that checkov brings"
            raise WrongParser(Problem(message, hint=_HINT))
        grammar = grammar.replace(old, new)
    return grammar


_HINT = "install bc-python-hcl2 (0.4.3) into this environment, and remove python-hcl2: both call themselves hcl2"


def _text() -> str:
    """The pattern of a quoted text, as deep as `_DEPTH`. Possessive, so that a missing quote costs no backtracking.

    Every scanner of the parser compiles it, so it has to stay short: texts and braces share one depth.
    """
    texts = braces = _NONE
    for _ in range(_DEPTH):
        inner = rf"\{{(?:[^{{}}\"]|{texts}|{braces})*+\}}"
        texts, braces = rf'"(?:[^"\\\n$%]|\\.|\$\$\{{|%%\{{|[$%]{braces}|[$%](?!\{{))*+"', inner
    return texts.replace("/", r"\/")


def _changes() -> list[tuple[str, str]]:
    return [
        # Texts: nested quotes and braces, "$${~", no newline outside of an interpolation, and no backtracking.
        (
            'STRING_LIT : "\\"" (STRING_CHARS | INTERPOLATION)* "\\""\n'
            'STRING_CHARS : /(?:(?!\\${)([^"\\\\]|\\\\.))+/+ // any character except \'"" unless inside a '
            "interpolation string\n"
            'NESTED_INTERPOLATION : "${" /[^}]+/ "}"\n'
            'NESTED_QUOTES : "\\"" /[^"]*/ "\\""\n'
            'INTERPOLATION : "${" (/(?:(?!\\${)([^}"]))+/ | NESTED_QUOTES | NESTED_INTERPOLATION)+ "}"\n',
            f"STRING_LIT : /{_text()}/\n",
        ),
        # Numbers such as 1e-07 and 10.25; the index of `a.0` stays apart.
        (
            "int_lit : DECIMAL+\n"
            '!float_lit: DECIMAL+ "." DECIMAL+ (EXP_MARK DECIMAL+)?\n'
            '            | DECIMAL+ ("." DECIMAL+)? EXP_MARK DECIMAL+\n'
            'DECIMAL : "0".."9"\n'
            'EXP_MARK : ("e" | "E") ("+" | "-")?\n',
            "number : NUMBER\nNUMBER : /[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/\nDECIMAL : /[0-9]+/\n",
        ),
        ("            | float_lit\n            | int_lit\n", "            | number\n"),
        ('"." DECIMAL+\n', '"." DECIMAL\n'),
        # Heredocs that are empty, have one letter for a name, underscores, or Windows' line ends.
        (
            "/<<(?P<heredoc>[a-zA-Z][a-zA-Z0-9._-]+)\\n(?:.|\\n)+?\\n+\\s*(?P=heredoc)/",
            "/<<(?P<heredoc>[a-zA-Z_][a-zA-Z0-9._-]*)\\r?\\n(?:.*\\n)*?[ \\t]*(?P=heredoc)(?![^\\s,)\\]}])/",
        ),
        (
            "/<<-(?P<heredoc_trim>[a-zA-Z][a-zA-Z0-9._-]+)\\n(?:.|\\n)+?\\n+\\s*(?P=heredoc_trim)/",
            "/<<-(?P<heredoc_trim>[a-zA-Z_][a-zA-Z0-9._-]*)\\r?\\n(?:.*\\n)*?[ \\t]*(?P=heredoc_trim)(?![^\\s,)\\]}])/",
        ),
        # `if` and `for` as keys of an object, on a line of their own.
        ('!for_cond : "if" ', f"IF.2 : /if{_NO_KEY}/\nFOR.2 : /for{_NO_KEY}/\n!for_cond : IF "),
        ('!for_intro : "for" ', "!for_intro : FOR "),
        # Names with letters beyond ASCII, and `f(x...)` told from `f(x)`.
        (
            "identifier : /[a-zA-Z_][a-zA-Z0-9_-]*/\n",
            "identifier : /[^\\W\\d][\\w-]*/\ninner : _NEW_LINE_OR_COMMENT* expression\n",
        ),
        # Several lines of comments where the grammar has one, as behind the colon of a `for`; and a line's end behind
        # `!a`, or before `.b` in parentheses.
        (
            "_NEW_LINE_OR_COMMENT: ( /\\r?\\n/ | /#.*\\n/ | /\\/\\/.*\\n/ )+\n",
            "_NEW_LINE_OR_COMMENT: /(?:(?:\\r?\\n|#.*\\n|\\/\\/.*\\n)[ \\t]*)+/\n",
        ),
        (
            'get_attr : "." identifier\n',
            "get_attr : _DOT identifier\n_DOT.2 : /(?:(?:\\r?\\n|#.*\\n|\\/\\/.*\\n)[ \\t]*)*\\.(?![.*0-9])/\n",
        ),
        (
            '!unary_op : ("-" | "!") expr_term\n',
            '!unary_op : ("-" | "!") _NEW_LINE_OR_COMMENT* expr_term _NEW_LINE_OR_COMMENT*\n',
        ),
        ('("," | "...")? _NEW_LINE_OR_COMMENT*)\n', '("," | EXPANDED)? _NEW_LINE_OR_COMMENT*)\nEXPANDED : "..."\n'),
    ]
