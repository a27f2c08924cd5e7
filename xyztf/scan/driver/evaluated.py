"""checkov's `evaluate` with a memory: the same answer, without working it out again.

`evaluate` takes a text and builds an interpreter over one table of functions. Its answer depends on the text and on
that table alone, but for `timestamp`. So what may be remembered is known:
- An expression that could write to the table has a "=" in it, and is never remembered. Should one really have written,
  what comes after depends on it: the memory is given up for good.
- An answer that the caller could change is copied, as far as it holds only lists and maps of plain values. A set is
  never remembered, as a copy of one need not come out in the same order.
- Long texts are left to checkov: they might reach Python's limit of recursion, which depends on who calls.
That verdicts do not change by it is tested against checkov's own command.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_LONGEST = 1000
_PLAIN = (str, int, float, bool, type(None))


def remember() -> None:
    """From now on, in this process and its forks."""
    from checkov.terraform.graph_builder.variable_rendering import evaluate_terraform, safe_eval_functions

    memory = with_memory(safe_eval_functions.evaluate, safe_eval_functions.SAFE_EVAL_DICT)
    evaluate_terraform.evaluate = safe_eval_functions.evaluate = memory


def with_memory(evaluate: Callable[[Any], Any], table: dict[str, Any]) -> Callable[[Any], Any]:
    """`evaluate` over `table`, with a memory."""
    known: dict[str, tuple[bool, Any]] = {}
    # Each interpreter puts its own `print` into the table.
    first = {name: value for name, value in table.items() if name != "print"}
    sound = True

    def remembering(text: Any) -> Any:
        nonlocal sound
        if type(text) is not str or not sound or len(text) > _LONGEST or "timestamp" in text or "print" in text:
            return evaluate(text)
        if "=" in text:
            try:
                return evaluate(text)
            finally:
                sound = _same(table, first)
        if text in known:
            good, answer = known[text]
            if good:
                return _copy(answer)
            raise ValueError(*answer)
        try:
            answer = evaluate(text)
        except ValueError as error:
            if type(error) is ValueError:
                known[text] = (False, error.args)
            raise
        if _can_be_kept(answer, table):
            known[text] = (True, _copy(answer))
        return answer

    return remembering


def _same(table: dict[str, Any], first: dict[str, Any]) -> bool:
    return len(table) - ("print" in table) == len(first) and all(
        table.get(name) is value for name, value in first.items()
    )


def _can_be_kept(answer: Any, table: dict[str, Any]) -> bool:
    if type(answer) in _PLAIN:
        return True
    if type(answer) is list:
        return all(_can_be_kept(each, table) for each in answer)
    if type(answer) is dict:
        return all(type(key) in _PLAIN and _can_be_kept(value, table) for key, value in answer.items())
    return callable(answer) and any(answer is value for value in table.values())


def _copy(answer: Any) -> Any:
    if type(answer) is list:
        return [_copy(each) for each in answer]
    if type(answer) is dict:
        return {key: _copy(value) for key, value in answer.items()}
    return answer
