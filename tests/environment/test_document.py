"""YAML files as data that knows its place, and the traps of YAML as problems."""

from __future__ import annotations

import codecs
import json
import os
import pathlib
import tracemalloc

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xyztf.environment import document
from xyztf.environment.document import read_document
from xyztf.environment.provenance import Layer, entries
from xyztf.errors import InvalidEnvironment, Location, Problem

same_folder = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["libyaml", "python"])
def parser(request, monkeypatch):
    """Both parsers that PyYAML may come with."""
    if request.param == "python":
        monkeypatch.setattr(document, "_Loader", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


@pytest.fixture
def read(tmp_path):
    """Reads a text, or bytes, as the file prod.yaml."""

    def read_content(content: str | bytes) -> Layer:
        path = tmp_path / "prod.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_document(path, "environments/prod.yaml")

    return read_content


@pytest.fixture
def refused(read):
    """The problems of a text that must be refused, as (line, column, message, hint)."""

    def problems_of(content: str | bytes) -> list[tuple[int, int, str, str]]:
        with pytest.raises(InvalidEnvironment) as error:
            read(content)
        return [found(problem) for problem in error.value.problems]

    def found(problem: Problem) -> tuple[int, int, str, str]:
        assert problem.location is not None
        assert problem.location.file == "environments/prod.yaml"
        assert "\n" not in problem.message
        return problem.location.line, problem.location.column, problem.message, problem.hint or ""

    return problems_of


def place(line: int, column: int) -> Location:
    return Location("environments/prod.yaml", line, column)


# What is read


def test_values_are_plain_data(read, parser):
    text = "a: 1\nb: [x, '2', \"3\", true, ~, 1.5]\nc:\n  d: |\n    two\n    lines\n  e:\n  f: {}\n"
    data = read(text).data
    assert data == {"a": 1, "b": ["x", "2", "3", True, None, 1.5], "c": {"d": "two\nlines\n", "e": None, "f": {}}}
    assert {type(data), type(data["b"]), type(data["c"])} == {dict, list}


def test_every_value_and_every_key_knows_its_place(read, parser):
    marks = read("# comment\nregion: us-east-1\nnetwork:\n  azs: [a, ö, c]\n  list:\n    - x: 1\n").marks
    assert marks[()].value == place(2, 1)
    assert (marks["region",].key, marks["region",].value) == (place(2, 1), place(2, 9))
    assert (marks["network",].key, marks["network",].value) == (place(3, 1), place(4, 3))
    assert (marks["network", "azs", 2].key, marks["network", "azs", 2].value) == (None, place(4, 15))
    assert (marks["network", "list", 0, "x"].key, marks["network", "list", 0, "x"].value) == (place(6, 7), place(6, 10))
    assert len(marks) == 10


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\ufeff"])
def test_an_empty_file_is_an_empty_map(read, parser, text):
    layer = read(text)
    assert layer.data == {}
    assert layer.marks[()].value.line >= 1


def test_a_byte_order_mark_of_utf_8_changes_nothing(read, parser):
    layer = read("\ufeffa: 1\n")
    assert layer.data == {"a": 1}
    assert layer.marks["a",].key == place(1, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(read, parser, end):
    layer = read(f"a: 1{end}b: 2{end}")
    assert layer.data == {"a": 1, "b": 2}
    assert layer.marks["b",].value == place(2, 4)


def test_an_alias_repeats_the_value_and_its_contents_keep_their_places(read, parser):
    layer = read("a: &x {b: [1, 2]}\nc: *x\nd: *x\n")
    assert layer.data["c"] == layer.data["d"] == {"b": [1, 2]}
    assert layer.marks["c",].value == place(2, 4)
    assert layer.marks["c", "b", 1] == layer.marks["a", "b", 1]
    assert layer.marks["c", "b", 1].value == place(1, 15)


@same_folder
@given(text=st.text())
def test_whatever_stands_in_quotes_is_read_back_equal(read, text):
    assert read(yaml.safe_dump({"a": text}, default_style='"')).data == {"a": text}


# JSON writes characters beyond U+FFFF as two escapes, and DEL as it is; YAML takes neither, nor keys beyond 1,024.
json_characters = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters="\x7f")
json_text, json_keys = st.text(json_characters), st.text(json_characters, max_size=20)
json_values = st.recursive(
    json_text | st.integers(-(10**17), 10**17) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(json_keys, inner, max_size=3),
    max_leaves=8,
)


@same_folder
@given(data=st.dictionaries(json_keys, json_values, max_size=4))
def test_json_is_read_as_what_it_is_and_every_value_has_a_mark(read, data):
    layer = read(json.dumps(data))
    assert layer.data == data
    assert set(layer.marks) == set(paths(data, ()))


def paths(value, path):
    yield path
    for step, inner in entries(value):
        yield from paths(inner, (*path, step))


# Traps


@pytest.mark.parametrize("word", ["yes", "No", "ON", "off"])
def test_a_boolean_of_yaml_1_1_is_refused_as_a_value(refused, parser, word):
    [(line, column, message, hint)] = refused(f"a: 1\nb:\n  - {word}\n")
    assert (line, column) == (3, 5)
    assert message == f"YAML 1.1 reads {word} as a boolean, others as text"
    assert hint in (f'write true, or "{word}" in quotes', f'write false, or "{word}" in quotes')


def test_words_in_quotes_are_text(read, parser):
    text = "a: 'yes'\nb: \"012\"\n'on': 'null'\n\"<<\": '.inf'\n'2024': ''\n"
    assert read(text).data == {"a": "yes", "b": "012", "on": "null", "<<": ".inf", "2024": ""}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("yes", "YAML 1.1 reads yes as a boolean, others as text, so it cannot be a key"),
        ("2024", "the key 2024 is a number, not text"),
        ("1.5", "the key 1.5 is a number, not text"),
        ("true", "the key true is a boolean, not text"),
        ("~", "the key ~ is null, not text"),
    ],
)
def test_a_key_that_is_not_text_is_refused(refused, parser, key, message):
    assert refused(f"a: 1\n{key}: 2\n") == [(2, 1, message, f'write "{key}" in quotes')]


def test_a_list_or_a_map_as_a_key_is_refused(refused, parser):
    assert refused("? [a]\n: 1\n")[0][:3] == (1, 3, "a key must be text, and this is a list")
    # What a template language leaves behind.
    [(line, column, message, hint)] = refused("a: {{ name }}\n")
    assert (line, column, message) == (1, 5, "a key must be text, and this is a map")
    assert "in quotes" in hint


def test_an_alias_or_an_anchor_at_a_key_is_refused(refused, parser):
    assert refused("a: &x b\n*x : 1\n") == [(2, 1, "a key must be text, and this is an alias", "write the name out")]
    assert refused("&x b: 1\n") == [(1, 1, "the anchor &x stands before a key", "write it after the colon")]


def test_a_key_set_twice_is_refused_and_the_first_one_named(refused, parser):
    text = "region: a\nother:\n  region: x\nregion: b\n"
    assert refused(text) == [(4, 1, '"region" is set twice, the first time on line 1', "keep one of the two")]


def test_an_account_id_without_quotes_is_refused(refused, parser):
    [(line, column, message, hint)] = refused("account: 012345678901\n")
    assert (line, column) == (1, 10)
    assert "starts with a zero" in message
    assert '"012345678901" in quotes' in hint


def test_numbers_that_are_not_finite_are_refused(refused, parser):
    assert [problem[:2] for problem in refused("a: .inf\nb: .nan\nc: 1e999\n")] == [(1, 4), (2, 4), (3, 4)]


def test_merge_keys_are_refused_in_favour_of_extends(refused, parser):
    problems = refused("a: &x {b: 1}\nc:\n  <<: *x\n")
    assert problems == [(3, 3, "merge keys (<<) are not read", problems[0][3])]
    assert "extends:" in problems[0][3]


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!foo", "!!str", "!", "!!binary"])
def test_tags_are_refused(refused, parser, tag):
    assert refused(f"a: {tag} x\n") == [(1, 4, f"the tag {tag} is not read", "remove it; quotes make any value text")]


def test_a_second_document_is_refused(refused, parser):
    assert refused("a: 1\n---\nb: 2\n")[0][:3] == (2, 1, "a second document starts here")


@pytest.mark.parametrize(("text", "kind"), [("- a\n", "a list"), ("text\n", "text"), ("12\n", "a number")])
def test_the_top_of_a_file_must_be_a_map(refused, parser, text, kind):
    assert refused(text)[0][:3] == (1, 1, f"the file holds {kind}, not a map")


def test_all_problems_come_at_once_in_the_order_of_lines(refused, parser):
    text = "a: yes\nb: 01\nb: 2\n2024: !x y\nc: [on, {d: no}]\n<<: {}\ne: 'open\n"
    lines = [line for line, *_ in refused(text)]
    assert lines == [1, 2, 3, 4, 4, 5, 5, 6, 7]


# Anchors, depth, size


def test_an_alias_without_an_anchor_is_refused(refused, parser):
    [(line, column, message, hint)] = refused("a: *foo\n")
    assert (line, column, message) == (1, 4, "there is no anchor for *foo above")
    assert '"*foo" in quotes' in hint


def test_an_anchor_set_twice_is_refused(refused, parser):
    assert refused("a: &x 1\nb: &x 2\n")[0][:3] == (2, 4, "the anchor &x is set twice, the first time on line 1")


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "a: &x {b: [1, {c: *x}]}\n", "&x\na: *x\n"])
def test_an_alias_inside_its_own_value_is_refused(refused, parser, text):
    assert refused(text)[0][2] == "*x stands inside the value that it repeats"


def test_a_bomb_of_aliases_is_refused_after_a_bounded_number_of_values(refused, parser):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 30)]
    tracemalloc.start()
    [(_, _, message, hint)] = refused("\n".join(lines))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message == "there are more than 20,000 values up to here"
    assert "aliases" in hint
    assert peak < 50_000_000


def test_aliases_cannot_nest_deeper_than_brackets(refused, parser):
    lines = ["a0: &a0 x"] + [f"a{level}: &a{level} [*a{level - 1}]" for level in range(1, 100)]
    assert refused("\n".join(lines))[0][2] == "values are nested more than 50 deep here"


def test_fifty_levels_are_read_and_more_are_not(read, refused, parser):
    assert read("a: " + "[" * 49 + "1" + "]" * 49).data["a"]
    assert refused("a: " + "[" * 50 + "1" + "]" * 50)[0][2] == "values are nested more than 50 deep here"


@pytest.mark.parametrize("piece", ["[", "[\n", "- ", "? ", "{a: "])
def test_a_hundred_thousand_open_brackets_are_refused_cleanly(refused, parser, piece):
    assert refused(piece * 100_000)[0][2] == "values are nested more than 50 deep here"


def test_a_file_with_too_many_values_is_refused(refused):
    assert refused("a:\n" + "- 1\n" * 20_001)[0][2] == "there are more than 20,000 values up to here"


def test_a_huge_file_is_refused_without_reading_it(tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    with pytest.raises(InvalidEnvironment, match="larger than 1,000,000 bytes"):
        read_document(path, "huge.yaml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


# Text that is not fit


def test_bytes_that_are_not_utf_8_are_placed(refused):
    problems = refused(b"a: 1\nb: \xc3\xb6\xff\n")
    assert problems == [(2, 5, "byte 0xff (at offset 10 of the file) is not UTF-8", "save the file as UTF-8")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_called_by_its_name_where_it_says_so(refused, encoding):
    content = "a: 1\n".encode(encoding)
    message = refused(content)[0][2]
    if content[:2] == codecs.BOM_UTF16:
        assert message == "the file is UTF-16, not UTF-8"
    else:
        assert message == "the character U+0000 is invisible and may not be used here"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff"])
def test_invisible_characters_are_refused_even_in_quotes(refused, parser, character):
    message = f"the character U+{ord(character):04X} is invisible and may not be used here"
    assert refused(f"a: 1\nb: 'x{character}'\n") == [(2, 6, message, "remove it")]


def test_half_a_character_is_refused(refused, parser):
    assert refused('a: "\\ud800"\n')[0][0] == 1


# Syntax, in plain words


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a:\n\tb: 1\n", (2, 1), "a tab is used for indentation"),
        ("a:\n  b: 1\n\tc: 2\n", (3, 1), "a tab is used for indentation"),
        ("a:\n  - b\n\t- c\n", (3, 1), "a tab is used for indentation"),
        ("a: [1, 2\n", (1, 4), "the bracket that opens here is not closed, or a comma is missing"),
        ("a: {b: 1]\n", (1, 4), "the bracket that opens here is not closed, or a comma is missing"),
        ("a: 'x\nb: 1\n", (1, 4), "the quote that opens here is not closed"),
        ('a: "x\nb: 1\n', (1, 4), "the quote that opens here is not closed"),
        ("a: b: c\n", (1, 5), "a colon stands where none can"),
        ("a: 1\nb\nc: 2\n", (2, 1), "this line has no colon after its key"),
        ("a:\n  - b\n c: 1\n", (3, 2), "this does not fit what stands above it"),
        ("a: 'it's'\n", (1, 8), "this does not fit what stands above it"),
        ("a: *\n", (1, 4), "* starts an alias, and no name follows it"),
        ("a: *.example.com\n", (1, 4), "* starts an alias, and no name follows it"),
        ("a: & b\n", (1, 4), "& starts an anchor, and no name follows it"),
        ("a: @b\n", (1, 4), 'text cannot start with "@"'),
        ("a: `b`\n", (1, 4), 'text cannot start with "`"'),
        ("a: %b\n", (1, 4), 'text cannot start with "%"'),
        ("a: ? b\n", (1, 4), "text cannot start with a ? and a space"),
        ("a: !<b\n", (1, 4), "! starts a tag, and tags are not read"),
        ('a: "\\xg0"\n', (1, 4), "an unknown escape in double quotes"),
        ("a: - b\n", (1, 4), "a list cannot start here"),
        ("a: |b\n", (1, 4), "nothing may follow | or > on its line"),
        ('a: "\\q"\n', (1, 4), "an unknown escape in double quotes"),
        ("a: ]\n", (1, 4), 'a value is missing before "]"'),
    ],
)
def test_a_syntax_error_is_one_sentence_at_the_place_to_look_at(refused, parser, text, place, message):
    [(line, column, found, hint)] = refused(text)
    assert ((line, column), found) == (place, message)
    assert hint


@pytest.mark.parametrize(
    "text", ['a: "\\U00110000"\n', 'a: "\\UFFFFFFFF"\n', "%YAML 3.0\n---\n", "%YAML 1." + "9" * 9999]
)
def test_what_the_parsers_stumble_over_is_a_problem_too(refused, parser, text):
    assert len(refused(text)) == 1


@same_folder
@given(content=st.binary(max_size=200))
def test_any_bytes_are_a_layer_or_problems(read, content):
    read_or_refuse(read, content)


@same_folder
@given(text=st.text("ab01\n\t\r -:?,[]{}#&*!|>'\"%@`~<.\\ux\x85é\ufeff", max_size=60))
def test_any_mixture_of_what_means_something_in_yaml_is_a_layer_or_problems(read, parser, text):
    read_or_refuse(read, text)


def read_or_refuse(read, content):
    try:
        layer = read(content)
    except InvalidEnvironment as error:
        problems = error.problems
    else:
        assert set(layer.marks) == set(paths(layer.data, ()))
        return
    assert problems
    assert all(problem.location for problem in problems)


# Files


def test_a_missing_file_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(InvalidEnvironment) as error:
        read_document(tmp_path / "prod.yaml", "environments/prod.yaml")
    problem = Problem("there is no such file", Location("environments/prod.yaml"), f"looked in {tmp_path}")
    assert error.value.problems == (problem,)


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(InvalidEnvironment, match="this is a folder"):
        read_document(tmp_path, "environments")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidEnvironment, match="not a regular file"):
        read_document(tmp_path / "pipe", "pipe")


@pytest.mark.parametrize(
    ("error", "message"),
    [(PermissionError(13, "Permission denied"), "may not be read"), (OSError(5, "Input/output error"), "Input/output")],
)
def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path, monkeypatch, error, message):
    def fail(*_args, **_kwargs):
        raise error

    (tmp_path / "prod.yaml").touch()
    monkeypatch.setattr(pathlib.Path, "open", fail)
    with pytest.raises(InvalidEnvironment, match=message):
        read_document(tmp_path / "prod.yaml", "prod.yaml")
