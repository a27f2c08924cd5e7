"""Operators, conditions, templates, `for` and calls of functions, held against `terraform console`: one run for all."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from xyztf.hcl.convert import to_number
from xyztf.hcl.evaluate import evaluate
from xyztf.hcl.parse import parse_expression
from xyztf.hcl.syntax import Step
from xyztf.hcl.values import UNKNOWN, Value, is_known

LINE = ",\n"
HARD_FOR_US = frozenset(
    {
        'concat([1], [], ["a"])',
        'length("👍🏽")',
        'element(tolist(["a", "b"]), -1)',
        'format("%#x", 255)',
        'strrev("e\\u0301a")',
        'jsondecode("{\\"a\\": 1, \\"a\\": 2}")',
        'cidrsubnet("10.0.0.0/16", -1, 0)',
        "[1] == [1]",
        "[] == tolist([])",
        "{a = 1} == {a = 1}",
        '[1, "a"] == [1, "a"]',
        "null[*]",
        "10 / 3 * 3",
    }
)
"""What Terraform knows and we do not: UNKNOWN is right here too, and never a guess."""

EXPRESSIONS = r"""
concat([1], [], ["a"])
concat([])
concat(toset(["b", "a"]), ["c"])
concat(1)
merge({a = 1}, {a = 2, b = 3})
merge({a = 1}, null)
merge()
merge({a = {b = 1}}, {a = {c = 2}})
flatten([[1, [2]], [], 3])
flatten([])
flatten(toset(["b", "a"]))
flatten("a")
distinct([3, 1, 3, 1])
distinct([])
distinct(["a", 1, "1"])
length([])
length("hällo")
length({a = 1})
length(toset(["a", "a"]))
length(null)
length(1)
length("👍🏽")
keys({b = 1, a = 2})
keys({})
keys([1])
values({b = 1, a = 2})
values({})
lookup({a = 1}, "a")
lookup({a = 1}, "b", 2)
lookup({a = 1}, "b")
lookup({a = "x"}, "b", null)
element([1, 2, 3], 4)
element([1, 2, 3], -1)
element(tolist(["a", "b"]), -1)
element([], 0)
element(["a"], 1.5)
contains(["a", "b"], "a")
contains([1, 2], "1")
contains([], "a")
contains(toset(["a"]), "b")
contains([null], null)
coalesce("", "b")
coalesce(null, 0, 1)
coalesce("", null)
coalesce("a", 1)
coalesce(1, "a")
coalescelist([], [1])
coalescelist([], [])
coalescelist(["a"], ["b"])
compact(["", "a", null, "b"])
compact([])
compact([1, ""])
one([])
one([1])
one([1, 2])
one(toset(["a"]))
one("a")
reverse([1, 2, 3])
reverse([])
reverse(toset(["a", "b"]))
sort(["b", "a", "B", "ä"])
sort([10, 9])
sort([])
sort(["b", null])
slice([1, 2, 3], 1, 3)
slice([1, 2], 0, 0)
slice([1, 2], 1, 3)
slice([1, 2, 3], -1, 2)
slice(["a"], 1, 0)
zipmap(["a", "b"], [1, 2])
zipmap([], [])
zipmap(["a"], [])
zipmap(["a", "a"], [1, 2])
setproduct(["a", "b"], [1, 2])
setproduct(["a"], [])
setproduct(["a"])
setproduct(toset(["b", "a"]), toset(["d", "c"]))
setunion(["b"], ["a", "b"])
setunion([])
setunion([1], ["1"])
setintersection(["a", "b"], ["b", "c"])
setintersection(["a"], [])
setsubtract(["a", "b"], ["b"])
setsubtract([], ["a"])
setsubtract([1, 2], ["1"])
range(3)
range(1, 7, 2)
range(3, 0)
range(0)
range(1, 2, 0)
range(0, 1, 0.5)
range(5, 1, 2)
range(1, 5, -1)
chunklist([1, 2, 3], 2)
chunklist([], 2)
chunklist([1, 2], 0)
chunklist([1], -1)
index(["a", "b"], "b")
index(["a"], "c")
index([1, 2], 2)
index([1], "1")
alltrue([])
alltrue([true, "true"])
alltrue([true, false])
alltrue([true, null])
anytrue([])
anytrue([false, true])
anytrue([null, true])
anytrue(["no"])
toset(["b", "a", "b"])
toset([])
toset([1, "a"])
toset("a")
toset({a = 1})
toset(null)
tolist(toset(["b", "a"]))
tolist([1, "a"])
tolist([true, "a"])
tolist("a")
tolist([])
tomap({a = 1, b = "x"})
tomap({})
tomap([1])
nonsensitive(sensitive("a"))
nonsensitive(sensitive([1]))
nonsensitive("a")
format("%s-%d", "a", 1)
format("%05d|%-5s|%5s", 42, "a", "b")
format("%q", "a\"b<é")
format("%s", [1])
format("%s")
format("%s", "a", "b")
format("%.2f %f", 1.5, 1)
format("%x %X", 255, 255)
format("%t", "true")
format("%%")
format("%d", 1.5)
format("%[2]s-%[1]s", "a", "b")
format("%s %v", true, 1.5)
format("%5.1f|", 3.14159)
format("%+d", 3)
format("%#v", "a")
format("%b", 5)
format("%o", 8)
format("%e", 1.5)
format("%g", 1.5)
format("%#x", 255)
format("%z", 1)
format("% d", 3)
join("-", ["a", "b"])
join("-", [])
join(",", ["a"], ["b"])
join(",", [1, true])
join(",", [null])
join(",", toset(["b", "a"]))
join(",", "a")
split(",", "a,b,")
split(",", "")
split("", "äb")
split(",", null)
replace("a.b.c", ".", "-")
replace("abc", "/[ab]+/", "x")
replace("abc", "/(a)(b)/", "$2$1")
replace("abc", "", "-")
replace("aaa", "/^a/", "b")
replace("a/b", "/", "-")
replace("a.b", "/\\./", "_")
substr("hällo", 1, 3)
substr("hello", -3, 2)
substr("hello", -3, -1)
substr("hello", 3, -1)
substr("hello", 2, 0)
substr("hello", 9, 2)
substr("hello", -9, 2)
title("hello wörld a-b")
title("élan it's x_y")
title("")
trim("--a--", "-")
trim("abcba", "ab")
trim("a", "")
lower("ÄB")
lower("")
upper("äß")
upper("a1")
trimspace("  a\n")
trimspace("")
trimspace("\ta b\r\n")
chomp("a\n\n")
chomp("a\r\n")
chomp("a \n")
trimprefix("abc", "ab")
trimprefix("abc", "x")
trimprefix("ababc", "ab")
trimsuffix("abc", "bc")
trimsuffix("abc", "")
startswith("abc", "ab")
startswith("abc", "")
endswith("abc", "bc")
endswith("abc", "x")
strcontains("abc", "b")
strcontains("abc", "")
strrev("hällo")
strrev("")
strrev("e\u0301a")
indent(2, "a\nb\n")
indent(0, "a\nb")
abs(-1.5)
abs("-3")
abs(null)
ceil(1.2)
ceil(-1.2)
floor(1.8)
floor(-1.2)
signum(-3)
signum(0)
signum(2.5)
pow(2, 10)
pow(2, -1)
pow(0, 0)
pow(2, 0.5)
max(1, 3, 2)
max("4", 2)
max()
min(1, -1)
min(0.5, 1)
tonumber("1.50")
tonumber("a")
tonumber(null)
tonumber(true)
tonumber("1e3")
tonumber("0x10")
tonumber(" 1")
tonumber("+1")
tonumber("1_000")
tonumber("")
tonumber(".5")
tonumber("5.")
tostring(1)
tostring(1.50)
tostring(true)
tostring(null)
tostring([1])
tostring(1000000000000000000000)
tostring(1e20)
tostring(0.000001)
tobool("true")
tobool("True")
tobool(1)
tobool(null)
tobool("1")
basename("a/b/c.txt")
basename("a/b/")
basename("/")
basename("")
basename("a")
jsonencode({b = 1, a = "<é>"})
jsonencode([1, 1.5, null, true, "a\"b"])
jsonencode(toset(["b", "a"]))
jsonencode("a\nb\u2028\u0001\u007f\\/")
jsonencode(1e3)
jsonencode(0.1)
jsonencode(null)
jsonencode({})
jsondecode("{\"a\": [1, null]}")
jsondecode("1.50")
jsondecode("nope")
jsondecode("")
jsondecode("NaN")
jsondecode("{\"a\": 1, \"a\": 2}")
jsondecode(" [1] ")
base64encode("hé")
base64encode("")
base64decode("aMOp")
base64decode("")
base64decode("***")
base64decode("/w==")
base64decode("aA")
md5("a")
md5("")
md5("é")
sha1("a")
sha1("")
sha256("a")
sha256("é")
sha512("a")
sha512("")
cidrsubnet("10.0.0.0/16", 8, 3)
cidrsubnet("10.0.0.0/16", 8, 256)
cidrsubnet("fd00::/48", 16, 5)
cidrsubnet("10.0.5.1/16", 4, 1)
cidrsubnet("10.0.0.0/16", 0, 0)
cidrsubnet("10.0.0.0/16", 17, 0)
cidrsubnet("10.0.0.0/16", -1, 0)
cidrsubnet("010.0.0.0/16", 8, 3)
cidrsubnet("10.0.0.0", 8, 3)
cidrsubnets("10.0.0.0/16", 8, 8, 4)
cidrsubnets("10.0.0.0/16")
cidrsubnets("10.0.0.0/24", 1, 1, 1)
cidrsubnets("10.0.0.0/24", 0)
cidrhost("10.0.0.0/24", 5)
cidrhost("10.0.0.0/24", -1)
cidrhost("10.0.0.0/24", 256)
cidrhost("10.0.0.0/24", -256)
cidrhost("fd00::/64", 1)
cidrhost("10.0.0.9/24", 1)
cidrnetmask("10.0.0.0/20")
cidrnetmask("fd00::/64")
cidrnetmask("10.0.0.0/0")
try(1, 2)
try({}.a, "b")
try({}.a)
can({}.a)
can(1)
can(tonumber("a"))
1 + 2 * 3
(1 + 2) * 3
7 % 3
-7 % 3
7.5 % 2
7 / 2
6 / 2
1 / 0
0.1 + 0.2
-"3"
!"true"
!null
1 == "1"
1 == 1.0
true == "true"
"a" == "a"
null == null
null == ""
[1] == [1]
[] == tolist([])
{a = 1} == {a = 1}
{a = 1} == {b = 1}
toset(["a", "b"]) == toset(["b", "a"])
toset(["a"]) == ["a"]
[1, "a"] == [1, "a"]
1 != 2
"2" < 10
"a" < "b"
1 <= 1
true && "true"
false || null
true || null
true ? 1 : 2
true ? 1 : "a"
false ? 1 : "a"
true ? [1] : []
false ? null : "x"
"true" ? 1 : 2
null ? 1 : 2
true ? {a = 1} : {}
true ? true : "x"
[for each in [1, 2, 3] : each * 2 if each != 2]
[for key, value in {b = 1, a = 2} : "${key}${value}"]
[for at, value in ["x", "y"] : at]
[for key, value in toset(["b", "a"]) : key]
{for each in ["a", "b"] : each => upper(each)}
{for each in ["a", "a"] : each => 1}
{for each in ["a", "a"] : each => 1...}
{for key, value in {a = 1} : value => key}
[for each in null : each]
[for each in "abc" : each]
[1, 2, 3][1]
[1, 2, 3]["1"]
[1][-1]
[1][1]
{a = 1}["a"]
{a = 1}.b
{1 = "a"}[1]
toset(["a"])[0]
[{a = 1}, {a = 2}][*].a
{a = 1}[*].a
null[*]
[[1, 2], [3]][*][0]
"x"[*]
"${1}"
"${true}-${1.50}"
"a${null}"
"a${[1]}"
"%{ if 1 == 1 }yes%{ else }no%{ endif }"
"%{ for each in [1, 2] }${each},%{ endfor }"
"%{ for at, each in ["x", "y"] ~} ${at}${each} %{~ endfor }"
"$${a} %%{b} \u00e9 \t"
max([1, 5, 3]...)
min(toset([4, 2])...)
1.0
1e3
100000000000000000000 + 1
0.1 * 3
1 / 3
10 / 3 * 3
{a = 1, "b" = 2, (upper("c")) = 3}
[1, [2, {a = null}]]
{a = 1, a = 2}
foo(1)
lower()
upper("a", "b")
"""


class Nothing:
    """No names."""

    def find(self, root: str, steps: tuple[Step, ...]) -> tuple[Value, tuple[Step, ...]]:
        return UNKNOWN, ()


def expressions() -> list[str]:
    return [line for line in EXPRESSIONS.splitlines() if line]


def ours(expression: str) -> Value:
    return evaluate(parse_expression(expression, "console"), Nothing())


@pytest.mark.terraform
def test_each_is_what_terraform_says(tmp_path: Path):
    told = of_terraform(tmp_path)
    wrong, refused, unknown = [], 0, []
    for expression, theirs in told.items():
        mine = ours(expression)
        if theirs is None:
            refused += 1
            if mine is not UNKNOWN:
                wrong.append(f"{expression}: {mine!r}, Terraform refuses it")
        elif not is_known(mine):
            unknown.append(expression)
        elif plain(mine) != plain(theirs[0]):
            wrong.append(f"{expression}: {mine!r}, and for Terraform {theirs[0]!r}")
    print(f"\nexpressions: {len(told)}, refused: {refused}, unknown to us: {len(unknown)}, wrong: {len(wrong)}")
    assert wrong == []
    assert set(unknown) == HARD_FOR_US


def of_terraform(folder: Path) -> dict[str, list[Any] | None]:
    """Each expression's value, in a list; None where Terraform refuses it. Base64, as the console escapes texts."""
    each_said = [f'try(jsonencode([{each}]), "refused")' for each in expressions()]
    (folder / "main.tf").write_text(f"locals {{\n  all = [\n{LINE.join(each_said)}\n  ]\n}}\n", encoding="utf-8")
    done = subprocess.run(
        ["terraform", "console"],
        cwd=folder,
        input="base64encode(jsonencode(local.all))\n",  # of several lines it tells the last
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull},
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(base64.b64decode(json.loads(done.stdout)))
    return {
        each: None if text == "refused" else json.loads(text, parse_float=float)
        for each, text in zip(expressions(), said, strict=True)
    }


def plain(value: Value) -> Value:
    """Whole numbers as int; true is not 1. Of a fraction, what fits in a float."""
    if isinstance(value, bool) or value is None:
        return ("constant", value)
    if isinstance(value, (int, float)):
        return to_number(value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value
