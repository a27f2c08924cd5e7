"""HCL's text becomes syntax: precedence, texts, heredocs, places; and what is not HCL is told with its line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.errors import XyztfError
from xyztf.hcl.parse import Unreadable, parse, parse_expression
from xyztf.hcl.syntax import (
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    ObjectOf,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    Traversal,
    TupleOf,
    Unary,
)

ROOT = Path(__file__).parent.parent.parent


def written(expression: Expression) -> str:
    """The expression with all its parentheses."""
    match expression:
        case Literal(value=value):
            return repr(value)
        case Traversal(root=root, steps=steps):
            start = root if isinstance(root, str) else written(root)
            return start + "".join(map(step, steps))
        case Binary(operator=operator, left=left, right=right):
            return f"({written(left)} {operator} {written(right)})"
        case Unary(operator=operator, operand=operand):
            return f"({operator}{written(operand)})"
        case Conditional(condition=condition, yes=yes, no=no):
            return f"({written(condition)} ? {written(yes)} : {written(no)})"
        case Call(name=name, arguments=arguments, expanded=expanded):
            return f"{name}({', '.join(map(written, arguments))}{'...' if expanded else ''})"
        case TupleOf(items=items):
            return f"[{', '.join(map(written, items))}]"
        case ObjectOf(items=items):
            return "{" + ", ".join(f"{written(key)}: {written(value)}" for key, value in items) + "}"
        case Template(parts=parts):
            return "<" + "|".join(part if isinstance(part, str) else written(part) for part in parts) + ">"
        case TemplateIf(condition=condition, yes=yes, no=no):
            return f"if {written(condition)} {written(yes)} else {written(no)}"
        case TemplateFor(key=key, value=value, collection=collection, body=body):
            return f"for {key},{value} in {written(collection)} {written(body)}"
        case For() as loop:
            key = f"{written(loop.result_key)} => " if loop.result_key else ""
            condition = f" if {written(loop.condition)}" if loop.condition else ""
            dots = "..." if loop.grouped else ""
            head = f"for {loop.key},{loop.value} in {written(loop.collection)}"
            return f"({head} : {key}{written(loop.result)}{dots}{condition})"


def step(part: object) -> str:
    match part:
        case str():
            return f".{part}"
        case Index(key=key):
            return f"[{written(key)}]"
        case Splat(full=full, steps=steps):
            return f"{'[*]' if full else '.*'}<{''.join(map(step, steps))}>"
    raise AssertionError(part)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a == b ? c : d", "((a == b) ? c : d)"),
        ("a ? b : c == d", "(a ? b : (c == d))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("(a ? b : c) ? d : e", "((a ? b : c) ? d : e)"),
        ("a || b && c == d + e * f", "(a || (b && (c == (d + (e * f)))))"),
        ("a * b + c > d && e || f", "(((((a * b) + c) > d) && e) || f)"),
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("a - b - c", "((a - b) - c)"),
        ("(a - (b - c))", "(a - (b - c))"),
        ("!a && -b < c", "((!a) && ((-b) < c))"),
        ("1e-07", "1e-07"),
        ("1.50", "1.5"),
        ("2.0", "2"),
        ("a.b[0].c", "a.b[0].c"),
        ("a.0.b", "a[0].b"),
        ('a["b"].c', "a['b'].c"),
        ("a[b.c].d", "a[b.c].d"),
        ("a[*].b[0].c", "a[*]<.b[0].c>"),
        ("a.*.b", "a.*<.b>"),
        ("f(a, b...)", "f(a, b...)"),
        ("f(\n  a,\n  b, # why\n)", "f(a, b)"),
        ("f(a).b", "f(a).b"),
        ("provider::aws::arn_parse(a)", "provider::aws::arn_parse(a)"),
        ("[for k, v in m : v if k != null]", "(for k,v in m : v if (k != None))"),
        ("{ for v in m : v.a => v... }", "(for ,v in m : v.a => v...)"),
        ("[\n  for v in m :\n  v.a\n  if v.b\n]", "(for ,v in m : v.a if v.b)"),
        ('{ a = 1, "b" : 2, (c) = 3, "${d}-e" = 4 }', "{'a': 1, 'b': 2, c: 3, <d|-e>: 4}"),
        ("{\n  a = [\n    1, # one\n    # nothing\n    2,\n  ]\n}", "{'a': [1, 2]}"),
        ('"a${b.c}d"', "<a|b.c|d>"),
        ('"${a}"', "a"),
        ('"a${"b${c}"}"', "<a|<b|c>>"),
        ('"${lookup(m, "k", "}")}x"', "<lookup(m, 'k', '}')|x>"),
        ('"${jsonencode({ a = { b = 1 } })}"', "jsonencode({'a': {'b': 1}})"),
        (r'"\"a\" \\ \n\tA é"', repr('"a" \\ \n\tA é')),
        ('"$${a} %%{b} $ % $${~"', repr("${a} %{b} $ % ${~")),
        ('"%{ if a }b%{ else }c%{ endif }"', "<if a <b> else <c>>"),
        ('"x  ${~ a ~}  y"', "<x|a|y>"),
        ('"%{ for k, v in m ~} ${v}, %{ endfor }"', "<for k,v in m <v|, >>"),
        ('<<EOT\na ${b}\n\\n "c"\nEOT', '<a |b|\n\\n "c"\n>'),
        ("<<-E\n    a\n      b\n    E", repr("a\n  b\n")),
        ("<<EOT\nEOT", "''"),
        ("f(<<EOT\nx\nEOT\n)", "f('x\\n')"),
        ("(\n  a && !b\n  ? c\n  : d\n)", "((a && (!b)) ? c : d)"),
        ("(!a.b\n  # why\n  && c)", "((!a.b) && c)"),
        ("[for v in m :\n  # one\n  # two\n  -v\n]", "(for ,v in m : (-v))"),
        ("{ for v in m :\n\n  // one\n\n  # two\n  v => v\n  # three\n  if !v\n}", "(for ,v in m : v => v if (!v))"),
        ("f(a.b\n  .c\n  # why\n  .d, e)", "f(a.b.c.d, e)"),
        ("null", "None"),
        ("true ? false : null", "(True ? False : None)"),
    ],
)
def test_expressions(text, meant):
    assert written(parse_expression(text, "main.tf")) == meant


SOURCE = """\
# A comment.
resource "aws_kms_key" "this" {
  description = "x" # xyztf:ignore XYZ501
  policy = jsonencode({
    a = var.b
  })

  # xyztf:ignore XYZ502
  timeouts { create = "5m" }
}
locals { # no comment of ours: "# xyztf:ignore X"
  a = "# xyztf:ignore XYZ503"
  b = <<EOT
# xyztf:ignore XYZ504
EOT
  text = "${
    var.c
  }"
}
"""


def test_places_and_comments():
    file = parse(SOURCE, "main.tf")
    key, locals_ = file.body.blocks
    assert (key.line, key.column, key.end_line, key.labels) == (2, 1, 10, ("aws_kms_key", "this"))
    policy = key.body.attributes["policy"]
    assert (policy.line, policy.column, policy.end_line) == (4, 3, 6)
    (timeouts,) = key.body.blocks
    assert (timeouts.line, timeouts.end_line) == (9, 9)
    inner = locals_.body.attributes["text"].value
    assert isinstance(inner, Traversal)
    assert (inner.line, inner.column) == (17, 5)
    assert [(each.line, each.text, each.alone) for each in file.comments] == [
        (3, "xyztf:ignore XYZ501", False),
        (8, "xyztf:ignore XYZ502", True),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('a = "x\nb = 1\n', 1, "this text cannot be read"),
        ("a = [\n  1,\n", 2, "the file ends too early"),
        ("a = 1\nb = = 2\n", 2, "= is not expected here"),
        ("a {\n  b = 1\n", 2, "the file ends too early"),
        ("a = 'x'\n", 1, "' is not expected here"),
        ('a = 1\nb = "\\q"\n', 2, "there is no escape \\q"),
        ('a = 1\nb = "x${1 +}"\n', 2, ""),
        ('a = "%{ if x }y"\n', 1, "there is no endif"),
        ('a = "%{ while x }y"\n', 1, "there is no directive while"),
    ],
)
def test_what_is_not_hcl_is_told_with_its_line(text, line, words):
    with pytest.raises(XyztfError) as caught:
        parse(text, "main.tf")
    (problem,) = caught.value.problems
    assert problem.location is not None
    assert (problem.location.file, problem.location.line) == ("main.tf", line)
    assert words in problem.message


FILES = sorted((ROOT / "modules").rglob("*.tf"))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_damaged_text_is_read_or_refused(seed):
    chance = random.Random(seed)
    text = chance.choice(FILES).read_text()[:4000]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        text = (
            text[:at]
            + chance.choice(['"', "{", "}", "${", "%{", "\\", "<<E\n", "(", "]", "\n", "é", "/*", "\0"])
            + text[at + chance.randint(0, 5) :]
        )
    try:
        parse(text, "main.tf")
    except XyztfError as error:
        assert error.problems[0].location is not None


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text, "main.tf")
    except Unreadable as error:
        assert error.problems[0].location is not None


def test_a_missing_quote_costs_no_time():
    text = 'a = "' + "${x}\\\\" * 3000 + "\n"
    with pytest.raises(Unreadable):
        parse(text, "main.tf")


def test_deep_nesting_is_refused_and_no_crash():
    with pytest.raises(Unreadable):
        parse(f"a = {'[' * 5000}{']' * 5000}\n", "main.tf")


@pytest.mark.parametrize("name", ["if", "in", "for", "iffy", "format"])
def test_a_keyword_is_a_key_of_an_object_too(name):
    text = f"v = {{\n  a = 1\n  {name} = 2, b : 3\n  {name}x : 4\n}}\nw = [for x in y : x\n  if x]\n"
    found = parse(text, "x").body.attributes["v"].value
    assert [key.value for key, _ in found.items] == ["a", name, "b", f"{name}x"]
