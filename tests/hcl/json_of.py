"""HCL's syntax written as a `.tf.json` file, to hold the reading of one against that of the other."""

from __future__ import annotations

import json
from collections.abc import Iterable

from xyztf.hcl.syntax import (
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    File,
    For,
    Index,
    Literal,
    ObjectOf,
    Splat,
    Step,
    Template,
    TemplateFor,
    TemplateIf,
    Traversal,
    TupleOf,
    Unary,
)

NAMES = {"depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by", "iterator", "from", "to"}
NAMES |= {"when", "on_failure", "configuration_aliases"}


def json_of(file: File) -> str:
    """The text of a file that says the same in JSON: one object for each block, in order."""
    return "[\n" + ",\n".join(_object([_nested(block)]) for block in file.body.blocks) + "\n]\n"


def _object(members: Iterable[tuple[str, str]]) -> str:
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {value}" for key, value in members) + "\n}"


def _nested(block: Block) -> tuple[str, str]:
    text = _body(block.body, block.type)
    for label in reversed(block.labels):
        text = _object([(label, text)])
    return block.type, text


def _body(body: Body, within: str) -> str:
    members = [(each.name, _argument(each, within)) for each in (*body.attributes.values(), *body.repeated)]
    for type_ in dict.fromkeys(block.type for block in body.blocks):
        texts = [_nested(block)[1] for block in body.of_type(type_)]
        members.append((type_, texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"))
    return _object(members)


def _argument(attribute: Attribute, within: str) -> str:
    if attribute.name in NAMES or (attribute.name == "type" and within == "variable"):
        return _names(attribute.value)
    if within == "variable" and attribute.name in ("default", "description"):
        return _value(attribute.value, verbatim=True)
    return _value(attribute.value)


def _names(value: Expression) -> str:
    if isinstance(value, TupleOf):
        return "[" + ", ".join(map(_names, value.items)) + "]"
    if isinstance(value, ObjectOf):
        return _object((_plain(key), _names(each)) for key, each in value.items)
    return json.dumps(_plain(value))


def _plain(value: Expression) -> str:
    return str(value.value) if isinstance(value, Literal) else hcl_of(value)


def _value(value: Expression, verbatim: bool = False) -> str:
    if isinstance(value, Literal):
        text = value.value
        return json.dumps(_escaped(text) if isinstance(text, str) and not verbatim else text)
    if isinstance(value, Template):
        return json.dumps(_template(value))
    if isinstance(value, TupleOf):
        return "[" + ", ".join(_value(each, verbatim) for each in value.items) + "]"
    if isinstance(value, ObjectOf):
        members = []
        for key, each in value.items:
            aliases = isinstance(key, Literal) and key.value == "configuration_aliases"
            name = json.loads(_value(key, verbatim))
            members.append((str(name), _names(each) if aliases else _value(each, verbatim)))
        return _object(members)
    return json.dumps("${" + hcl_of(value) + "}")


def _escaped(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


def _template(value: Template) -> str:
    return "".join(_escaped(part) if isinstance(part, str) else _part(part) for part in value.parts)


def _part(part: Expression) -> str:
    if isinstance(part, TemplateIf):
        no = f"%{{ else }}{_template(part.no)}" if part.no.parts else ""
        return f"%{{ if {hcl_of(part.condition)} }}{_template(part.yes)}{no}%{{ endif }}"
    if isinstance(part, TemplateFor):
        names = f"{part.key}, {part.value}" if part.key else part.value
        return f"%{{ for {names} in {hcl_of(part.collection)} }}{_template(part.body)}%{{ endfor }}"
    return "${" + hcl_of(part) + "}"


def hcl_of(expression: Expression) -> str:
    """The expression as HCL, with all its parentheses."""
    match expression:
        case Literal(value=value):
            return json.dumps(_escaped(value), ensure_ascii=False) if isinstance(value, str) else json.dumps(value)
        case Template():
            return (
                '"'
                + "".join(
                    json.dumps(_escaped(part), ensure_ascii=False)[1:-1] if isinstance(part, str) else _part(part)
                    for part in expression.parts
                )
                + '"'
            )
        case Traversal(root=root, steps=steps):
            return (root if isinstance(root, str) else f"({hcl_of(root)})") + _steps(steps)
        case Call(name=name, arguments=arguments, expanded=expanded):
            return f"{name}({', '.join(map(hcl_of, arguments))}{'...' if expanded else ''})"
        case Unary(operator=operator, operand=operand):
            return f"({operator}{hcl_of(operand)})"
        case Binary(operator=operator, left=left, right=right):
            return f"({hcl_of(left)} {operator} {hcl_of(right)})"
        case Conditional(condition=condition, yes=yes, no=no):
            return f"({hcl_of(condition)} ? {hcl_of(yes)} : {hcl_of(no)})"
        case TupleOf(items=items):
            return f"[{', '.join(map(hcl_of, items))}]"
        case ObjectOf(items=items):
            return "{" + ", ".join(f"({hcl_of(key)}) = {hcl_of(each)}" for key, each in items) + "}"
        case For():
            return _for(expression)
    raise AssertionError(expression)


def _for(loop: For) -> str:
    head = f"for {loop.key + ', ' if loop.key else ''}{loop.value} in {hcl_of(loop.collection)} : "
    condition = f" if {hcl_of(loop.condition)}" if loop.condition else ""
    if loop.result_key is None:
        return f"[{head}{hcl_of(loop.result)}{condition}]"
    dots = "..." if loop.grouped else ""
    return f"{{{head}{hcl_of(loop.result_key)} => {hcl_of(loop.result)}{dots}{condition}}}"


def _steps(steps: tuple[Step, ...]) -> str:
    text = ""
    for step in steps:
        if isinstance(step, str):
            text += f".{step}"
        elif isinstance(step, Index):
            text += f"[{hcl_of(step.key)}]"
        elif isinstance(step, Splat):
            text += ("[*]" if step.full else ".*") + _steps(step.steps)
    return text
