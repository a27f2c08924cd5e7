"""YAML as Terraform reads it, for what it and PyYAML surely agree on."""

from __future__ import annotations

import re

import yaml

from xyztf.hcl.convert import parse_number
from xyztf.hcl.functions.errors import FunctionError
from xyztf.hcl.values import UNKNOWN, Value

# What YAML 1.1, 1.2 and Terraform's reader take for different things: bases, dates, times, infinity, underscores.
_DOUBTFUL = re.compile(r"[-+.0-9][-+.0-9_:a-foxtz ]*|[-+]?\.(?:inf|nan)|=|<<", re.IGNORECASE)
_ADDRESS = re.compile(r"[0-9]+(?:\.[0-9]+){2,}")
_TAG = re.compile(r"(?:^|[\s\[{,])!")
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WORDS: dict[str, Value] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
for _yes, _no in (("true", "false"), ("yes", "no"), ("on", "off"), ("y", "n")):
    for _form in (str, str.capitalize, str.upper):
        _WORDS |= {_form(_yes): True, _form(_no): False}


class _Undecided(Exception):
    pass


def decoded(text: str) -> Value:
    """The value of a YAML document, or UNKNOWN where readers differ. Raises FunctionError for what is no YAML."""
    if _TAG.search(text):
        return UNKNOWN  # what a tag makes of a text is not followed here
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            raise FunctionError("no document in the YAML given")
        return _value(node)
    except _Undecided:
        return UNKNOWN
    except RecursionError:
        return UNKNOWN
    except yaml.YAMLError as error:
        raise FunctionError(f"not valid YAML: {str(error).splitlines()[0]}") from None


def _value(node: yaml.Node) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if node.tag not in ("tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"):
        raise _Undecided
    if isinstance(node, yaml.SequenceNode):
        return [_value(each) for each in node.value]
    result = {}
    for key, value in node.value:
        name = _value(key)
        if not isinstance(name, str) or name in result:
            raise _Undecided
        result[name] = _value(value)
    return result


def _scalar(node: yaml.ScalarNode) -> Value:
    if node.style is not None:
        if node.tag != "tag:yaml.org,2002:str":
            raise _Undecided
        return node.value
    if node.value in _WORDS:
        return _WORDS[node.value]
    if _NUMBER.fullmatch(node.value):
        return parse_number(node.value)
    doubtful = _DOUBTFUL.fullmatch(node.value) and not _ADDRESS.fullmatch(node.value)
    if doubtful or node.tag != "tag:yaml.org,2002:str":
        raise _Undecided
    return node.value
