"""What we lay out, `terraform fmt` would leave as it is."""

import random

import pytest

from xyztf.render.layout import laid_out
from xyztf.render.literal import literal

NAMES = ["a", "name", "some_longer_name", "x-y", "count", '"quoted key"', '"a=b"', "(var.key)"]
EXPRESSIONS = [
    "var.x",
    '"text"',
    '"with = and { in it"',
    '"${var.a}-${lower("B")}"',
    "1",
    "true",
    "[for zone in sort(keys(var.zones)) : zone]",
    "{ for key, value in var.map : key => value }",
    'var.a == "b" ? 1 : 2',
    "[]",
    "{}",
    "{ a = 1 }",
    'toset(["a", "b"])',
    "aws_subnet.this[each.key].id",
    'var.x # a comment with { and "',
    "var.x // another",
    "[ # after a bracket\n1, # one\n22, // two\n]",
    "1 # short",
    '"${split("{", var.x)}-a"',
    '"${f("}")}-${g("${x}")}" # {',
    "!var.x && (var.y || var.z)",
]
COMMENTS = ["# plain", "// slashes", "# with { an open brace", '# with "one quote', "#", "# a = b"]
SCALARS = ["text", "${not code}", 'a "quoted" one', "", 1, 2.5, True, None, "a # b", "{", "a = b", "x" * 60]


def value(random_: random.Random, depth: int) -> object:
    if depth == 0 or random_.random() < 0.5:
        return random_.choice(SCALARS)
    inner = [value(random_, depth - 1) for _ in range(random_.randrange(4))]
    keys = random_.sample(["a", "longer-key", "key with space", "k", "true"], len(inner))
    return inner if random_.random() < 0.5 else dict(zip(keys, inner, strict=True))


def attribute(random_: random.Random, name: str, inside_call: bool = False) -> str:
    space, after = " " * random_.randrange(4), " " * random_.randrange(3)
    kind = random_.random()
    if kind < 0.45:
        expression = random_.choice(EXPRESSIONS)
    elif kind < 0.75:
        expression = str(literal(value(random_, 3)))
    elif kind < 0.85 and not inside_call:
        inner = attributes(random_, 3, inside_call=True)
        expression = f"jsonencode({{\n{inner}}})"
    elif kind < 0.92 and not inside_call:
        text = "".join(random_.choice(["  deep\n", "flat\n", "\n", "${var.x} {\n", "a = b\n"]) for _ in range(3))
        expression = f"<<{random_.choice(['', '-'])}EOT\n{text}EOT"
    else:
        items = "".join(f"{random_.choice(['', '   '])}{random_.choice(EXPRESSIONS[:6])},\n" for _ in range(3))
        expression = f"[\n{items}]"
    return f"{space}{name}{after}={after}{expression}\n"


def attributes(random_: random.Random, count: int, inside_call: bool = False) -> str:
    lines = []
    names = [name for name in NAMES if inside_call or name[0] not in '"(']
    for name in random_.sample(names, min(count, len(names))):
        lines.append(attribute(random_, name, inside_call))
        if random_.random() < 0.2:
            lines.append(random_.choice(COMMENTS) + "\n")
        if random_.random() < 0.2:
            lines.append("\n" * random_.randrange(1, 4))
    return "".join(lines)


def block(random_: random.Random, depth: int) -> str:
    kind = random_.choice(['resource "aws_thing" "this"', "lifecycle", "locals", 'dynamic "x"', 'module "a-b"'])
    space = " " * random_.randrange(5)
    body = attributes(random_, random_.randrange(5))
    if depth:
        body += "\n".join(block(random_, depth - 1) for _ in range(random_.randrange(3)))
    if random_.random() < 0.2:
        body = f"\n\n{body}\n\n"
    return f"{space}{kind} {{\n{body}{space}}}\n"


def generated(seed: int) -> str:
    random_ = random.Random(seed)
    return "\n".join(
        random_.choice(COMMENTS) if random_.random() < 0.2 else block(random_, 2)
        for _ in range(random_.randrange(1, 4))
    )


@pytest.mark.terraform
def test_terraform_fmt_has_nothing_to_change(tmp_path, terraform) -> None:
    for seed in range(800):
        (tmp_path / f"case{seed}.tf").write_text(laid_out(generated(seed)))
    done = terraform("fmt", "-check", "-diff", "-recursive", cwd=tmp_path)
    assert done.returncode == 0, (done.stdout + done.stderr)[:4000]


def test_laid_out_text_stays_as_it_is() -> None:
    for seed in range(100):
        once = laid_out(generated(seed))
        assert laid_out(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {\nb=1\nccc   =  2\n}\n", "a {\n  b   = 1\n  ccc = 2\n}\n"),
        ("a {\n\n\n\nb = 1\n\n\n}", "a {\n  b = 1\n}\n"),
        ("\n\na {\n}\n\n\n\nb {\n}\n\n", "a {\n}\n\nb {\n}\n"),
        ("a {\nb = <<EOT\n   x  \n  EOT\nc = 1\n}", "a {\n  b = <<EOT\n   x  \n  EOT\n  c = 1\n}\n"),
        ("a = f({\nb = [\n1,\n]\n})", "a = f({\n  b = [\n    1,\n  ]\n})\n"),
        ("a {\nb = \"form\ffeed and \u2028\"\n}\n", "a {\n  b = \"form\ffeed and \u2028\"\n}\n"),
        ("a {\n# b = {\nc = 1\n}\n", "a {\n  # b = {\n  c = 1\n}\n"),
    ],
)  # fmt: skip
def test_layout(text: str, expected: str) -> None:
    assert laid_out(text) == expected
