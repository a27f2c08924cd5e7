"""Jinja for HCL and Markdown: what is printed, what is refused, and what an error says."""

from pathlib import Path

import pytest

from xyztf.errors import Location, TemplateError
from xyztf.render.templates import Templates, label, reference

HOSTILE = '"\n}\nresource "x" "y" {}\n${file("a")} %{ if true }'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "templates"


def rendered(folder: Path, text: str, name: str = "a.tf.j2", **context: object) -> str:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return Templates((folder,)).render(name, context, "environment prod")


def failure(folder: Path, text: str, **context: object) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        rendered(folder, text, **context)
    return caught.value


def test_values_print_as_literals(folder: Path) -> None:
    assert rendered(folder, "a = {{ value }}\n# {{ value }}\n", value=HOSTILE).count("\n") == 2
    assert rendered(folder, "{{ [1, none, true] }} {{ 'a' ~ 1 }} {{ 1 + 2 }} {{ 7 % 4 }}") == '[1, null, true] "a1" 3 3'
    assert rendered(folder, 'resource "x" {{ value }} {}', value='a" {} "') == 'resource "x" "a\\" {} \\"" {}'
    assert rendered(folder, "{{ {'b': 1} | merged({'b': value, 'c': 2}) }}", value="${x}") == '{\nb = "$${x}"\nc = 2\n}'


def test_code_is_made_by_filters_that_check(folder: Path) -> None:
    assert rendered(folder, "aws.{{ 'A-b.c' | ref }}") == "aws.a_b_c"
    assert rendered(folder, "{{ 'A-b.c' | label }}") == '"a_b_c"'
    assert rendered(folder, "{{ 'aws.' ~ ('b-c' | ref) ~ '.arn' ~ 1 }}") == "aws.b_c.arn1"
    assert rendered(folder, "{{ 'aws.' + ('b-c' | ref) }}") == "aws.b_c"
    assert rendered(folder, '"${var.x}-{{ value | inside }}"', value='a"${b}') == '"${var.x}-a\\"$${b}"'
    assert label(HOSTILE).isidentifier()
    with pytest.raises(ValueError, match="cannot be used as a Terraform identifier"):
        reference("1a")
    assert "identifier" in str(failure(folder, "{{ value | ref }}", value=""))


@pytest.mark.parametrize(
    "text",
    [
        "{{ ('a' | ref) ~ value }}",
        "{{ value ~ ('a' | ref) }}",
        "{{ value + ('a' | ref) }}",
        "{{ ('a' | ref) + value }}",
        "{{ ('a' | ref) % value }}",
        "{{ ['a' | ref, value] | join('.') }}",
        "{{ [value] | join('a' | ref) }}",
        "{{ ('a' | ref) | replace('a', value) }}",
        "{% set text %}%s{% endset %}{{ text | format(value) }}",
        "{% set text %}x{% endset %}{{ text ~ value }}",
        "{% macro m() %}x{% endmacro %}{{ m() ~ value }}",
    ],
)
def test_code_is_not_joined_to_text_from_outside(folder: Path, text: str) -> None:
    error = failure(folder, "\n" + text, value="var.secret")
    assert "one after the other" in str(error)
    assert error.problems[0].location == Location("templates/a.tf.j2", 2)


@pytest.mark.parametrize("name", ["safe", "e", "escape", "forceescape", "urlize", "xmlattr"])
@pytest.mark.parametrize("file", ["a.tf.j2", "a.md.j2"])
def test_filters_that_turn_text_into_code_are_gone(folder: Path, name: str, file: str) -> None:
    with pytest.raises(TemplateError, match=f"No filter named '{name}'"):
        rendered(folder, f"{{{{ value | {name} }}}}", file, value="var.x")


def test_json_is_text(folder: Path) -> None:
    assert (
        rendered(folder, "{{ value | tojson }}", value={"b": "${x}", "a": 1}) == '"{\\"a\\": 1, \\"b\\": \\"$${x}\\"}"'
    )


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a\n\n{{ missing }}", "'missing' is undefined", 3),
        ("a\n{{ value.missing }}", "has no attribute 'missing'", 2),
        ("{% if missing %}{% endif %}", "'missing' is undefined", 1),
        ("\n{{ 'a' ~ missing }}", "'missing' is undefined", 2),
        ("\n{{ missing | inside }}", "'missing' is undefined", 2),
        ("a\n{% if %}", "Expected an expression", 2),
        ("a\n\n\n{{ 1 | nofilter }}", "No filter named 'nofilter'", 4),
        ("a\n{{ 1 / 0 }}", "division by zero", 2),
        ("\n\n{{ value + 1 }}", "concatenate", 3),
        ("\n{{ object }}", "has no HCL literal", 2),
        ("\n{{ [object] | inside }}", "cannot be part of a string", 2),
        ("\n{{ surrogate }}", "surrogates not allowed", 2),
        ("\n{% include 'nowhere.j2' %}", "no template nowhere.j2", 2),
        ("\n{% include 'a.tf.j2' %}", "recursion", 2),
        ("{% macro m() %}\n{{ missing }}\n{% endmacro %}\n{{ m() }}", "'missing' is undefined", 2),
    ],
)
def test_an_error_names_template_line_and_environment(folder: Path, text: str, message: str, line: int) -> None:
    problem = failure(folder, text, value="text", object=object(), surrogate="\ud800").problems[0]
    assert message in problem.message
    assert "(environment prod)" in problem.message
    assert problem.location == Location("templates/a.tf.j2", line)


def test_an_error_in_an_included_template_is_told_there(folder: Path) -> None:
    folder.mkdir()
    (folder / "part.j2").write_text("fine\n{{ missing }}")
    assert failure(folder, "{% include 'part.j2' %}").problems[0].location == Location("templates/part.j2", 2)
    (folder / "part.j2").write_text("\n\n{% bad %}")
    assert failure(folder, "{% include 'part.j2' %}").problems[0].location == Location("templates/part.j2", 3)


def test_a_template_that_is_not_text_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.tf.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match=r"templates/a.tf.j2: .*codec"):
        Templates((folder,)).render("a.tf.j2", {}, "environment prod")


def test_files_leaves_parts_and_litter_out_and_a_projects_own_hide_ours(tmp_path: Path) -> None:
    ours, own = tmp_path / "ours", tmp_path / "own"
    for root, names in {
        ours: ["main.tf.j2", "_call.tf.j2", "variables.tf.j2", "functions/f/__init__.py", "functions/f/_helper.py"],
        own: ["main.tf", "extra.tf.j2", ".hidden.tf", "main.tf~", "functions/f/__pycache__/a.pyc", "_parts/a.tf.j2"],
    }.items():
        for name in names:
            (root / "modules/m" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "modules/m" / name).touch()
    found = Templates((own, ours)).files("modules/m")
    assert list(found) == [
        "extra.tf.j2",
        "functions/f/__init__.py",
        "functions/f/_helper.py",
        "main.tf",
        "variables.tf.j2",
    ]
    assert found["main.tf"] == own / "modules/m/main.tf"
    assert Templates((own, ours)).files("modules/none") == {}


TABLE = "| Name | Text |\n| --- | --- |\n| {{ value | code }} | {{ value }} |\n"


@pytest.mark.parametrize(
    "value",
    [
        "a | b",
        "<script>alert(1)</script>",
        "line\nbreak | x\r\n\r\n# heading",
        "`code` ``x``",
        "\\| \\\\| \\",
        "[link](javascript:alert(1)) ![x](y)",
        "*bold* _under_ ~~gone~~ &lt;b&gt; &#60;",
        "<!-- comment -->",
        "\u2028 \x1b[31m \x00 \u202e",
        "",
        "   ",
    ],
)
def test_a_value_cannot_break_a_table_or_become_markup(folder: Path, value: str) -> None:
    markdown = pytest.importorskip("markdown_it")
    source = rendered(folder, TABLE, "a.md.j2", value=value)
    assert source.count("\n") == 3
    tokens = markdown.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(source)
    cells = [token for token in tokens if token.type == "inline"][2:]
    assert len(cells) == 2
    kinds = [{child.type for child in cell.children} for cell in cells]
    assert kinds[0] <= {"code_inline", "text"}
    assert kinds[1] <= {"text", "text_special"}
    shown = "".join(child.content for child in cells[1].children)
    plain = " ".join(value.split())
    assert shown == "".join("\ufffd" if c in "\x1b\x00\u202e" else c for c in plain)


def test_a_surrogate_is_refused_in_markdown_too(folder: Path) -> None:
    with pytest.raises(TemplateError, match="surrogates"):
        rendered(folder, "{{ value }}", "a.md.j2", value="\udc80")
