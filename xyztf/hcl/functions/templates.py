"""`templatestring`, which reads a template from a value: the parser's work, not done here."""

from __future__ import annotations

from xyztf.hcl.functions.signature import anything, string, takes
from xyztf.hcl.values import UNKNOWN, Value


@takes(string, anything)
def _templatestring(template: str, variables: Value) -> Value:
    return UNKNOWN


FUNCTIONS = {"templatestring": _templatestring}
