"""Type constraints: how they are read, and what a value becomes, held against Terraform itself."""

from __future__ import annotations

import base64
import json
import os
import subprocess

import pytest

from tests.hcl.functions.console import agrees, written
from xyztf.hcl.syntax import Call, Literal, ObjectOf, Traversal, TupleOf
from xyztf.hcl.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    AttributeType,
    Collection,
    ConversionError,
    ObjectType,
    TupleType,
    TypeConstraintError,
    convert,
    describe,
    fits,
    parse,
)
from xyztf.hcl.values import UNKNOWN, Partial, Set


def word(name):
    return Traversal(1, 1, name, ())


def make(name, *arguments):
    return Call(1, 1, name, arguments, False)


def constant(value):
    return Literal(3, 7, value)


def braces(**attributes):
    return ObjectOf(1, 1, tuple((constant(name), type_) for name, type_ in attributes.items()))


RULE = make(
    "object",
    braces(
        port=word("number"),
        cidr=make("optional", word("string"), constant("10.0.0.0/8")),
        tags=make("optional", make("map", word("string"))),
    ),
)


def test_parse():
    assert parse(word("string")) == parse(constant("string")) == STRING
    assert parse(word("any")) == ANY
    assert parse(make("list", make("set", word("bool")))) == Collection("list", Collection("set", BOOL))
    assert parse(make("tuple", TupleOf(1, 1, (word("string"), word("number"))))) == TupleType((STRING, NUMBER))
    assert parse(constant("map")) == parse(word("map")) == Collection("map", ANY)
    assert parse(word("list")) == Collection("list", ANY)
    assert parse(RULE) == ObjectType(
        {
            "port": AttributeType(NUMBER),
            "cidr": AttributeType(STRING, True, constant("10.0.0.0/8")),
            "tags": AttributeType(Collection("map", STRING), True),
        }
    )


@pytest.mark.parametrize(
    "expression",
    [
        word("strin"),
        make("set", word("list")),
        make("object", braces(a=word("map"))),
        make("list", constant("string")),
        word("set"),
        word("object"),
        word("tuple"),
        constant("number"),
        constant(1),
        make("list"),
        make("list", word("string"), word("string")),
        make("string", word("string")),
        make("optional", word("string")),
        make("object", word("string")),
        make("tuple", word("string")),
        make("array", word("string")),
        make("object", braces(a=make("optional"))),
        Call(1, 1, "list", (word("string"),), True),
        Traversal(1, 1, "string", ("x",)),
    ],
)
def test_what_is_no_type(expression):
    with pytest.raises(TypeConstraintError) as error:
        parse(expression)
    assert error.value.line and error.value.column


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        (STRING, "string"),
        (ANY, "any type"),
        (Collection("list", ANY), "list of any single type"),
        (Collection("list", ObjectType({})), "list of object"),
        (Collection("map", Collection("set", NUMBER)), "map of set of number"),
        (TupleType(()), "tuple"),
    ],
)
def test_describe(type_, name):
    assert describe(type_) == name


RULE_TEXT = 'object({ port = number, cidr = optional(string, "10.0.0.0/8"), tags = optional(map(string)) })'
CONVERSIONS = [
    (word("string"), "string", 1, "1"),
    (word("string"), "string", True, "true"),
    (word("number"), "number", "1.50", 1.5),
    (word("bool"), "bool", "true", True),
    (word("any"), "any", [1, "a"], [1, "a"]),
    (word("string"), "string", None, None),
    (make("list", word("string")), "list(string)", [1, "a", None], ["1", "a", None]),
    (make("set", word("string")), "set(string)", ["b", "a", "b"], Set(["a", "b"])),
    (make("set", word("number")), "set(number)", ["10", 9], Set([9, 10])),
    (make("list", word("any")), "list(any)", [1, "a"], ["1", "a"]),
    (make("map", word("any")), "map(any)", {"a": 1, "b": "c"}, {"a": "1", "b": "c"}),
    (make("map", word("string")), "map(string)", {"a": 1}, {"a": "1"}),
    (make("list", word("string")), "list(string)", Set(["a", "b"]), ["a", "b"]),
    (make("tuple", TupleOf(1, 1, (word("string"), word("number")))), "tuple([string, number])", [1, "2"], ["1", 2]),
    (RULE, RULE_TEXT, {"port": "22", "extra": 1}, {"port": 22, "cidr": "10.0.0.0/8", "tags": None}),
    (
        RULE,
        RULE_TEXT,
        {"port": 1, "cidr": None, "tags": {"a": 1}},
        {"port": 1, "cidr": "10.0.0.0/8", "tags": {"a": "1"}},
    ),
    (
        make("list", RULE),
        f"list({RULE_TEXT})",
        [{"port": 1}, {"port": 2, "cidr": "x"}],
        [{"port": 1, "cidr": "10.0.0.0/8", "tags": None}, {"port": 2, "cidr": "x", "tags": None}],
    ),
    (make("map", make("list", word("any"))), "map(list(any))", {"a": [1], "b": ["x"]}, {"a": ["1"], "b": ["x"]}),
    (make("object", braces()), "object({})", {"a": 1}, {}),
    (make("map", word("any")), "map(any)", {}, {}),
]
REFUSALS = [
    (word("number"), "number", "a", "a number is required"),
    (word("string"), "string", ["a"], "a string is required, not a list"),
    (make("list", word("string")), "list(string)", "a", "list of string required, not a string"),
    (make("list", word("string")), "list(string)", {"a": 1}, "list of string required, not a map"),
    (make("map", word("number")), "map(number)", {"a": "x"}, ".a: a number is required"),
    (make("list", word("any")), "list(any)", [1, True], "all elements must have the same type"),
    (make("tuple", TupleOf(1, 1, (word("string"),))), "tuple([string])", [], "a tuple of 1 elements is required"),
    (RULE, RULE_TEXT, {"cidr": "x"}, 'attribute "port" required'),
    (make("map", make("list", RULE)), f"map(list({RULE_TEXT}))", {"a-b": [{"port": "x"}]}, '["a-b"][0].port: a number'),
    (RULE, RULE_TEXT, [], "object required, not a list"),
]


@pytest.mark.parametrize(("expression", "text", "value", "expected"), CONVERSIONS)
def test_convert(expression, text, value, expected):
    found = convert(value, parse(expression), lambda default: default.value)
    assert repr(found) == repr(expected) and type(found) is type(expected)
    assert fits(value, parse(expression)) is None


@pytest.mark.parametrize(("expression", "text", "value", "reason"), REFUSALS)
def test_refused(expression, text, value, reason):
    with pytest.raises(ConversionError) as error:
        convert(value, parse(expression), lambda default: default.value)
    assert reason in str(error.value) and str(error.value) == fits(value, parse(expression))


def test_a_resource_has_more_than_it_is_configured_with():
    type_ = parse(make("object", braces(arn=word("string"), name=word("string"))))
    assert convert(Partial(name=1), type_, written) == {"arn": UNKNOWN, "name": "1"}
    assert fits(Partial(name="queue"), type_) is None
    assert fits(Partial(name=["queue"]), type_) == ".name: a string is required, not a list"
    assert convert(Partial(name="queue"), Collection("map", STRING), written) is UNKNOWN


def test_unknown_stays():
    type_ = parse(make("list", RULE))
    assert convert(UNKNOWN, type_, lambda default: UNKNOWN) is UNKNOWN
    assert convert([UNKNOWN, {"port": UNKNOWN, "cidr": "x"}], type_, lambda default: UNKNOWN) == [
        UNKNOWN,
        {"port": UNKNOWN, "cidr": "x", "tags": None},
    ]
    assert convert([UNKNOWN, "a"], Collection("set", STRING), lambda default: UNKNOWN) is UNKNOWN
    assert convert([1, UNKNOWN], Collection("list", STRING), lambda default: UNKNOWN) == ["1", UNKNOWN]


def console(folder, variables, question):
    blocks = (
        f'variable "v{at}" {{\n  type    = {text}\n  default = {written(value)}\n}}\n'
        for at, (text, value) in variables
    )
    (folder / "main.tf").write_text("\n".join(blocks), encoding="utf-8")
    return subprocess.run(
        ["terraform", "console"],
        input=question,
        cwd=folder,
        env={**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.terraform
def test_terraform_converts_alike(tmp_path):
    constant_only = [case for case in CONVERSIONS if not isinstance(case[2], Set)]  # a default has no calls
    names = ", ".join(f"var.v{at}" for at in range(len(constant_only)))
    variables = enumerate((text, value) for _, text, value, _ in constant_only)
    run = console(tmp_path, variables, f"base64encode(jsonencode([{names}]))\n")
    assert run.returncode == 0, run.stderr
    answers = json.loads(base64.b64decode(json.loads(run.stdout)))
    for (_, text, value, expected), answer in zip(constant_only, answers, strict=True):
        assert agrees(expected, answer), (text, value, expected, answer)


@pytest.mark.terraform
def test_terraform_refuses_alike(tmp_path):
    for at, (_, text, value, _) in enumerate(REFUSALS):
        folder = tmp_path / str(at)
        folder.mkdir()
        assert console(folder, enumerate([(text, value)]), "1\n").returncode != 0, (text, value)
