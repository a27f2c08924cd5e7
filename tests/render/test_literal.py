"""No value can become code: what goes in is what an HCL parser, and Terraform itself, read back."""

import enum
import json
import random
import re
import unicodedata
from typing import NoReturn

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xyztf.hcl.evaluate import evaluate
from xyztf.hcl.module import constant
from xyztf.hcl.parse import parse
from xyztf.hcl.syntax import Template
from xyztf.render.layout import laid_out
from xyztf.render.literal import Code, inside, literal

PIECES = [
    *("$", "$$", "$$$", "%", "%%", "{", "}", "${", "%{", "$${", "%%{", "$$${", "%%%{", "${var.x}", "%{ if true }"),
    *("\\", "\\\\", '"', "'", "`", "\n", "\r", "\r\n", "\t", "\0", "\x1b[31m", "\x07", "\x7f", "\x85", "\v", "\f"),
    *(" ", "a", "Z", "9", "_", "-", "#", "//", "/*", "*/", "=", "[", "]", "<<EOT\n", "EOT", "~", "${~", "~}", "u0024"),
    *(
        "\\u0024{",
        "\\n",
        "é",
        "e\u0301",
        "ß",
        "日本",
        "😀",
        "👩‍👩‍👧",
        "\u202e",
        "\u2028",
        "\ufeff",
        "\u00ad",
        "\uffff",
        "\U0010ffff",
    ),
    *('"\n}\nresource "null_resource" "evil" {}\n', '${file("/etc/passwd")}', "<<-EOT", '" + "', "__proto__", ""),
]
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=8).map("".join)
scalars = hostile | st.booleans() | st.none() | st.integers(-(10**15), 10**15)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(hostile, inner, max_size=4), max_leaves=10
)


@settings(max_examples=150, deadline=None)
@given(st.lists(hostile, min_size=1, max_size=12))
def test_strings_read_back_as_they_were(texts: list[str]) -> None:
    source = laid_out("".join(f"v{number} = {literal(text)}\n" for number, text in enumerate(texts)))
    body = parse(source, "v.tf").body
    assert [constant(body, f"v{number}") for number in range(len(texts))] == texts


class Nothing:
    """A module in which nothing is named: a literal that names something is code."""

    def find(self, root: str, steps: tuple[object, ...]) -> NoReturn:
        raise AssertionError(f"{root} is read as a name")


@settings(max_examples=100, deadline=None)
@given(values)
def test_values_read_back_as_they_were(value: object) -> None:
    expression = parse(laid_out(f"v = {literal(value)}\n"), "v.tf").body.attributes["v"].value
    assert evaluate(expression, Nothing()) == value


@given(hostile)
def test_a_literal_is_one_line_that_nothing_is_evaluated_in(text: str) -> None:
    found = str(literal(text))
    assert found.isprintable() or not any(unicodedata.category(character) == "Cc" for character in found)
    body = found[1:-1]
    assert '"' not in re.sub(r"\\.", "", body)
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", body)
    assert not re.search(r"\${3,}\{|%{3,}\{", body), "HCL's scanner takes $$${ apart in the wrong place"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (12345678901234567890, "12345678901234567890"),
        (-1.5, "-1.5"),
        (1e22, "10000000000000000000000"),
        (1e-07, "0.0000001"),
        ("${x}", '"$${x}"'),
        ("$${x}", '"$\\u0024{x}"'),
        ("100%{", '"100\\u0025{"'),
        ("%{if x}", '"%%{if x}"'),
        ("${aws:username}", '"$${aws:username}"'),
        ("${", '"\\u0024{"'),
        ('${a("b")}', '"\\u0024{a(\\"b\\")}"'),
        ("$5 and 5%", '"$5 and 5%"'),
        ([], "[]"),
        (("a", 1), '["a", 1]'),
        ({}, "{}"),
        (
            {"a-b": 1, "c d": 2, "true": 3, "for": 4, "ünï": 5},
            '{\na-b = 1\n"c d" = 2\n"true" = 3\n"for" = 4\n"ünï" = 5\n}',
        ),
        (enum.StrEnum("Size", {"SMALL": "${small}"}).SMALL, '"$${small}"'),  # type: ignore[attr-defined]
        (enum.IntEnum("Count", {"TWO": 2}).TWO, "2"),  # type: ignore[attr-defined]
        (Code("var.x"), "var.x"),
        ([Code("var.x")], '["var.x"]'),
    ],
)
def test_literals(value: object, expected: str) -> None:
    assert literal(value) == expected


def test_a_long_list_has_a_line_per_item() -> None:
    assert literal(["a" * 60, "b" * 60]) == '[\n"' + "a" * 60 + '",\n"' + "b" * 60 + '",\n]'


@pytest.mark.parametrize("value", [object(), {1: "a"}, {None: 1}, {"a": {2}}, {"set"}])
def test_what_has_no_literal_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"has no HCL literal|key must be a string"):
        literal(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [float("-inf")], "\ud800", {"\udfff": 1}])
def test_what_hcl_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a number|surrogates"):
        literal(value)


BESIDE = ["", "$", "%", "$$", "{", "{x}", "${local.code}", "a"]


@settings(max_examples=100, deadline=None)
@given(hostile, hostile, st.sampled_from(BESIDE), st.sampled_from(BESIDE[:4]))
def test_part_of_a_string_cannot_combine_with_what_stands_beside_it(
    text: str, other: str, after: str, before: str
) -> None:
    assume(text or other)  # else the template itself writes what stands there
    source = f'v = "{before}{inside(text)}{inside(other)}{after}"\n'
    found = parse(source, "v.tf").body.attributes["v"].value
    parts = found.parts if isinstance(found, Template) else [found.value]
    assert isinstance(found, Template) == (after == "${local.code}")
    assert "".join(part for part in parts if isinstance(part, str)) == (
        before + text + other + after.removesuffix("${local.code}")
    )
    assert len([part for part in parts if not isinstance(part, str)]) == (1 if after == "${local.code}" else 0)


def test_part_of_a_string_is_text_a_number_or_a_truth_value() -> None:
    assert [inside(value) for value in (True, False, 5, 1.5, "")] == ["true", "false", "5", "1.5", ""]
    for value in (None, [], {}):
        with pytest.raises(TypeError, match="cannot be part of a string"):
            inside(value)


def generated(random_: random.Random, depth: int = 3) -> object:
    kind = random_.random()
    if depth == 0 or kind < 0.7:
        return "".join(random_.choices(PIECES, k=random_.randrange(7)))
    if kind < 0.8:
        return random_.choice([True, False, None, 0, -7, 2**53, 0.1, 1e21, 1e-7, 123456789.123])
    items = [generated(random_, depth - 1) for _ in range(random_.randrange(5))]
    if kind < 0.9:
        return items
    return {"".join(random_.choices(PIECES, k=random_.randrange(1, 4))): item for item in items}


def normalised(value: object) -> object:
    """Terraform keeps text in NFC."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normalised(item) for item in value]
    if isinstance(value, dict):
        return {normalised(key): normalised(item) for key, item in value.items()}
    return value


def tuple_output(name, items) -> str:
    lines = "".join(f"{item},\n" for item in items)
    return f'output "{name}" {{\nvalue = [\n{lines}]\n}}\n'


@pytest.mark.terraform
def test_terraform_reads_back_what_went_in(tmp_path, terraform) -> None:
    random_ = random.Random(20)
    cases = [generated(random_) for _ in range(4000)]
    joined = [
        (
            random_.choice(BESIDE[:4]),
            *("".join(random_.choices(PIECES, k=3)) for _ in range(2)),
            random_.choice(BESIDE[:6]),
        )
        for _ in range(1000)
    ]
    strings = [f'"{before}{inside(one)}{inside(two)}{after}"' for before, one, two, after in joined]
    source = tuple_output("cases", map(literal, cases)) + tuple_output("joined", strings)
    source += 'output "code" {\nvalue = "' + f"{inside('$')}${{upper({literal('a')})}}" + '"\n}\n'
    (tmp_path / "main.tf").write_text(laid_out(source))
    for step in (["init", "-input=false"], ["apply", "-auto-approve", "-input=false"]):
        done = terraform(*step, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[:2000]
    outputs = json.loads(terraform("output", "-json", cwd=tmp_path).stdout)
    assert outputs["cases"]["value"] == [normalised(case) for case in cases]
    assert outputs["joined"]["value"] == [normalised("".join(parts)) for parts in joined]
    assert outputs["code"]["value"] == "$A"
    formatted = terraform("fmt", "-check", "-diff", cwd=tmp_path)
    assert formatted.returncode == 0, formatted.stdout[:2000]
