"""Pydantic's errors as a person reads them: place, words, suggestion, and each mistake once."""

from __future__ import annotations

import pytest

from xyztf.environment.load import load
from xyztf.environment.problems import did_you_mean, fields, problem_at, shown
from xyztf.environment.provenance import Layer, Mark
from xyztf.errors import InvalidEnvironment, Location

HEAD = """\
project: xyz-corp
account_id: "123456789012"
primary_region: us-east-1
regions:
  us-east-1: { cidr: 10.0.0.0/16 }
"""


@pytest.fixture
def told(tmp_path):
    """The problems of a file that starts with HEAD, their lines counted from its end."""

    def read(text: str, head: str = HEAD) -> list[tuple[str, str, str | None]]:
        (tmp_path / "environments").mkdir(exist_ok=True)
        (tmp_path / "environments/prod.yaml").write_text(head + text)
        with pytest.raises(InvalidEnvironment) as error:
            load(tmp_path, "prod")
        places = [problem.location for problem in error.value.problems]
        assert all(place and place.file == "environments/prod.yaml" for place in places)
        return [
            (f"{problem.location.line - head.count(chr(10))}:{problem.location.column}", problem.message, problem.hint)
            for problem in error.value.problems
        ]

    return read


ONE_MISTAKE = [
    # Keys
    ("databse: {}", "1:1", 'unknown key "databse"', "did you mean database?"),
    ("database:\n  multi-az: true", "2:3", 'unknown key "multi-az" in database', "did you mean multi_az?"),
    ("database:\n  MultiAZ: true", "2:3", 'unknown key "MultiAZ" in database', "did you mean multi_az?"),
    ("notify: { slack: x }", "1:11", 'unknown key "slack" in notify', "known keys: emails"),
    ("regions2: {}", "1:1", 'unknown key "regions2"', "did you mean regions?"),
    ('"a\\nb\\u001b": 1', "1:1", r'unknown key "a\nb\u001b"', ...),
    (
        "streams:\n  My Stream: {}",
        "2:3",
        '"My Stream" cannot stand here: expected lower-case words joined by single hyphens or underscores',
        None,
    ),
    (
        "alarms:\n  DATABASE_CPU: {}",
        "2:3",
        '"DATABASE_CPU" cannot stand here: expected the id',
        "did you mean database-cpu?",
    ),
    ("streams:\n  größe: {}", "2:3", '"größe" cannot stand here: expected lower-case words', None),
    (f"streams:\n  {'s' * 81}: {{}}", "2:3", f'"{"s" * 81}" cannot stand here: expected at most 80 characters', None),
    # Missing
    ("tables:\n  t:\n    stream: KEYS_ONLY", "2:3", "tables.t.partition_key is missing", "give it the key name"),
    ("tables:\n  t: { partition_key: {} }", "2:8", "tables.t.partition_key.name is missing", None),
    ("tables:\n  t: { partition_key: { nmae: A } }", "2:25", 'unknown key "nmae" in tables.t.partition_key', ...),
    ("budget: {}", "1:1", "budget.monthly_usd is missing", None),
    # Types
    ("database: true", "1:11", "database is true: expected a map (name: value)", ...),
    ("database: [multi_az]", "1:11", "database is a list: expected a map", "write a map: multi_az: ... without - and"),
    ("database: [{ multi_az: true }]", "1:11", "database is a list: expected a map", "without - and brackets"),
    (
        "database:\n  replicas: [us-west-2]",
        "2:13",
        "database.replicas is a list: expected a map",
        "write each as a line of its own: us-west-2: {}",
    ),
    (
        "tables: { t: { partition_key: Id } }",
        "1:31",
        'tables.t.partition_key is "Id": expected a map',
        "give it the key name",
    ),
    ("tables: [t]", "1:9", "tables is a list: expected a map", "write each as a line of its own: t: { ... }"),
    ("cache: { regions: us-east-1 }", "1:19", 'cache.regions is "us-east-1": expected a list', "[us-east-1]"),
    ("database: { version: 8.10 }", "1:22", "database.version is a number: expected text", "put it in quotes"),
    ("database: { multi_az: 1 }", "1:23", "database.multi_az is 1: expected true or false", None),
    ('database: { multi_az: "true" }', "1:23", 'is "true": expected true or false', "take the quotes away"),
    ('cache: { nodes: "2" }', "1:17", 'cache.nodes is "2": expected a whole number', "take the quotes away"),
    ("cache: { nodes: 2.0 }", "1:17", "cache.nodes is 2.0: expected a whole number", None),
    ("cache: { nodes: -1 }", "1:17", "cache.nodes is -1: expected at least 1", None),
    ("cache: { nodes: 7 }", "1:17", "cache.nodes is 7: expected at most 6", None),
    ("notify: { emails: [null] }", "1:20", "notify.emails[0] is empty: expected text", None),
    ("notify: { emails: [nobody] }", "1:20", 'notify.emails[0] is "nobody": expected an e-mail address', None),
    ("tags: { Owner: 4711 }", "1:16", "tags.Owner is a number: expected text", "put it in quotes"),
    # Of several types
    ("alarms: { database-cpu: { threshold: high } }", "1:38", 'is "high": expected a number', None),
    ("alarms: { database-cpu: { threshold: [1] } }", "1:38", "is a list: expected a number", None),
    ("database: { parameters: { a: [1] } }", "1:30", "is a list: expected text, a number or true or false", None),
    (
        "database: { parameters: { a: { int: 1, str: x } } }",
        "1:30",
        "database.parameters.a is a map: expected text",
        None,
    ),
    ("tables: { int: 5 }", "1:16", "tables.int is 5: expected a map", ...),
    # Words
    ("network: { nat: singel }", "1:17", 'is "singel": expected none, single or per_zone', "did you mean single?"),
    ("streams: { s: { mode: ON_DEMAND } }", "1:23", 'is "ON_DEMAND": expected provisioned or on_demand', "on_demand?"),
    ("cache: { engine: memcached }", "1:18", 'is "memcached": expected valkey or redis', None),
    ("log_retention_days: 10", "1:21", "log_retention_days is 10: expected 1, 3, 5", None),
    ("database: { monitoring_interval_seconds: true }", "1:42", "is true: expected a whole number", None),
    # Forms
    (
        "database: { instance_class: DB.T3.MEDIUM }",
        "1:29",
        "expected an RDS instance class",
        "did you mean db.t3.medium?",
    ),
    ('database: { version: "eight" }', "1:22", 'expected a version such as "8.4.10"', None),
    ('database: { version: "٨.٤" }', "1:22", "expected a version", None),
    ("database: { maintenance_window: Sunday }", "1:33", "expected a weekly window in UTC, such as sun:03:00", None),
    ('database: { maintenance_window: "\u017fun:03:00-sun:04:00" }', "1:33", "expected a weekly window", None),
    ("database: { backup_window: 24:00-25:00 }", "1:28", "expected a daily window in UTC", None),
    ("database: { name: Shop }", "1:19", "expected a schema name", "did you mean shop?"),
    (f"database: {{ name: {'a' * 80} }}", "1:19", f'database.name is "{"a" * 55}..."', None),
    (
        "regions: { us-east-1: { cidr: 10.0.0.1/16 } }",
        "1:31",
        "first address of the range and its length: 10.0.0.0/16",
        None,
    ),
    ("regions: { us-east-1: { cidr: 10.0.0.0/33 } }", "1:31", "expected an address range, such as 10.0.0.0/16", None),
    ("regions: { us-east-1: { cidr: 10.0.0.0 } }", "1:31", "expected an address range, such as 10.0.0.0/16", None),
    ("regions: { us-east-1: { cidr: 10.0.0.0/255.255.0.0 } }", "1:31", "expected an address range", None),
    (
        "regions: { us-east-1: { cidr: 10.0.0.0/08 } }",
        "1:31",
        "first address of the range and its length: 10.0.0.0/8",
        None,
    ),
    ("regions: {}", "1:10", "regions has 0 entries: expected at least 1", None),
    ("cache: { regions: [] }", "1:19", "cache.regions has 0 entries: expected at least 1", None),
    # Nothing after the colon
    ("database:", "1:1", "database is empty", "write database: {} for one with all defaults, or take the line out"),
    (
        "database:\n  replicas:\n    us-west-2:",
        "3:5",
        "database.replicas.us-west-2 is empty",
        "write us-west-2: {} for",
    ),
    ("tables:\n  t:", "2:3", "tables.t is empty", "give it the key partition_key, or take the line out"),
    ("log_retention_days:", "1:1", "log_retention_days is empty", "give it a value, or take the line out"),
    ("databse:", "1:1", 'unknown key "databse"', "did you mean database?"),
    ("name:", "1:1", 'unknown key "name"', ...),
    ("name: prod", "1:1", 'unknown key "name"', "called like its file"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), ONE_MISTAKE)
def test_one_mistake_is_told_once_at_its_place(told, text, place, message, hint):
    name = text.split(":")[0]
    head = "".join(line for line in HEAD.splitlines(keepends=True) if name != "regions" or line[0] not in "r ")
    [(found_place, found_message, found_hint)] = told(text + "\n", head)
    assert found_place == place
    assert message in found_message
    if hint is None:
        assert found_hint is None or not found_hint.startswith("did you mean")
    elif hint is not ...:
        assert hint in found_hint


@pytest.mark.parametrize("key", ["project", "account_id", "primary_region"])
def test_a_misspelt_key_that_is_needed_is_not_missing_too(told, key):
    wrong = key.replace("o", "oo").replace("_i", "-i")
    head = HEAD.replace(key, wrong)
    [(_, message, hint)] = told("", head)
    assert message == f'unknown key "{wrong}"'
    assert hint == f"did you mean {key}?"


@pytest.mark.parametrize("line", range(3))
def test_a_needed_value_that_is_empty_is_told_at_its_line(told, line):
    lines = HEAD.splitlines()
    key = lines[line].split(":")[0]
    lines[line] = f"{key}:"
    head = "\n".join(lines) + "\n"
    [(place, message, _)] = told("", head)
    assert place == f"{line + 1 - len(lines)}:1"
    assert message == f"{key} is empty"


def test_a_region_without_a_range(told):
    head = HEAD.replace("us-east-1: { cidr: 10.0.0.0/16 }", "us-east-1:")
    assert told("", head) == [("0:3", "regions.us-east-1 is empty", "give it the key cidr, or take the line out")]


def test_an_empty_file_says_what_is_needed_and_why(told):
    problems = told("", "")
    assert [message for _, message, _ in problems] == [
        "project is missing",
        "account_id is missing",
        "primary_region is missing",
        "regions is missing",
    ]
    assert all(place == "1:1" and hint for place, _, hint in problems)


def test_an_account_without_quotes(told):
    [(place, message, hint)] = told("", HEAD.replace('"', ""))
    assert (place, message, hint) == ("-3:13", "account_id is a number: expected text", "put it in quotes")


def test_a_key_of_a_wrong_form_and_its_value_are_two_mistakes(told):
    found = told("streams:\n  S1!: 5\n")
    assert [place for place, _, _ in found] == ["2:3", "2:8"]


def test_a_value_that_nobody_wrote_is_shown_where_it_would_stand():
    marks = {(): Mark(Location("f", 1, 1)), ("a",): Mark(Location("f", 3, 5), Location("f", 2, 3))}
    layer = Layer({"a": {}}, marks)
    assert problem_at(layer, ("a", "b", "c"), "x").location == Location("f", 2, 3)
    assert problem_at(layer, ("a",), "x").location == Location("f", 3, 5)
    assert problem_at(Layer(), ("a",), "x").location is None


def test_a_map_that_nobody_wrote_is_shown_at_what_was_written_in_it():
    marks = {(): Mark(Location("f", 1, 1)), ("a", "b"): Mark(Location("--set a.b"))}
    assert problem_at(Layer({"a": {"b": 1}}, marks), ("a",), "x").location == Location("--set a.b")


def test_words():
    assert did_you_mean("SINGLE", ["none", "single"]) == "did you mean single?"
    assert did_you_mean("zzz", ["none", "single"]) is None
    assert did_you_mean("zzz", ["b", "a"], "there are: ") == "there are: a, b"
    assert did_you_mean("zzz", [], "there are: ") is None
    assert shown("\x1b[31m") == r'"\u001b[31m"'
    assert shown(1.5) == "1.5"
    assert shown(False) == "false"
    assert len(shown("x" * 100)) == 60


def test_fields():
    assert "name" not in fields(())
    assert fields(("tables", "t", "partition_key")) == ["name", "type"]
    assert fields(("database", "replicas", "us-west-2")) == ["role", "instance_class", "multi_az"]
    assert fields(("tags", "x")) == []
    assert fields(("nothing", "here")) == []
