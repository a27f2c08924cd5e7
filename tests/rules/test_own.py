"""A project's own rules: how they are loaded, and what is said of those that cannot be."""

from __future__ import annotations

import sys

import pytest

from tests.conftest import tree, write
from xyztf.rules.own import InvalidRules, read_own
from xyztf.rules.own_import import PREFIX
from xyztf.testing import own_rules

HEAD = """\
from xyztf.findings.finding import Severity
from xyztf.rules.rule import Rule

"""
RULE = """\
class {name}(Rule):
    id = "{id}"
    title = "A title"
    why = "A reason."
    source = "a page"
    bad = "locals {{ # here\\n}}\\n"
    good = "locals {{\\n}}\\n"

    def module(self, instance):
        return iter(())

"""
GOOD = HEAD + RULE.format(name="First", id="ACME001")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def told(folder, files):
    write(folder, files)
    with pytest.raises(InvalidRules) as raised:
        read_own(folder)
    assert all(problem.location and problem.hint for problem in raised.value.problems)
    return [f"{problem.location}: {problem.message}" for problem in raised.value.problems]


def test_the_rules_of_all_files_by_id(folder):
    more = RULE.format(name="Third", id="ACME010") + RULE.format(name="Second", id="ACME002")
    write(folder, {"z.py": GOOD, "a.py": HEAD + more, "_b.py": "raise ValueError", "notes.txt": "", "sub/c.py": "x"})
    assert [rule.id for rule in read_own(folder).rules] == ["ACME001", "ACME002", "ACME010"]
    assert [rule.id for rule in own_rules()] == ["ACME001", "ACME002", "ACME010"], "rules/, where one stands"


def test_what_files_share(folder):
    write(
        folder,
        {
            "__init__.py": "LETTERS = 'ACME'\n",
            "_base.py": HEAD + "class Base(Rule):\n    why = 'Because.'\n    title = 'Shared'\n",
            "_more/__init__.py": "from .deep import NUMBER\n",
            "_more/deep.py": "NUMBER = '001'\n",
            "a.py": "from . import LETTERS\nfrom ._base import Base\nfrom ._more import NUMBER\nimport json\n\n\n"
            "class _Half(Base):\n    source = 'a page'\n    bad = good = '# here\\n'\n\n\n"
            "class Whole(_Half):\n    id = LETTERS + NUMBER\n\n"
            "    def stack(self, stack):\n        from ._more.deep import NUMBER\n        return iter(NUMBER)\n",
            "json.py": GOOD.replace("ACME001", "ACME009"),
        },
    )
    first, second = read_own(folder).rules
    assert (first.id, first.title, second.id) == ("ACME001", "Shared", "ACME009")
    assert list(first.stack(None)) == ["0", "0", "1"], "what is imported when the rule runs is found too"
    import json

    assert json.loads("1") == 1
    assert [name for name in sys.modules if name.endswith(".deep")] == [f"{type(first).__module__[:-2]}._more.deep"]
    assert str(folder) not in sys.path


def test_a_file_is_read_as_it_is_now_and_nothing_is_left_beside_it(folder):
    write(
        folder,
        {"a.py": "from ._b import NUMBER\n" + GOOD.replace('"ACME001"', "'ACME' + NUMBER"), "_b.py": "NUMBER = '1'"},
    )
    before = read_own(folder)
    write(folder, {"_b.py": "NUMBER = '2'"})
    after = read_own(folder)
    assert [rule.id for rule in (*before.rules, *after.rules)] == ["ACME1", "ACME2"]
    assert set(tree(folder)) == {"a.py", "_b.py"}


def test_two_folders_do_not_meet(tmp_path):
    for name in ("one", "two"):
        write(
            tmp_path / name,
            {"a.py": "from ._b import N\n" + GOOD.replace('"ACME001"', "N"), "_b.py": f"N = '{name.upper()}1'\n"},
        )
    one, two = (read_own(tmp_path / name).rules[0] for name in ("one", "two"))
    assert (one.id, two.id) == ("ONE1", "TWO1")
    assert type(one).__module__ != type(two).__module__
    assert type(one).__module__.startswith(PREFIX)


def test_the_digest_is_of_all_that_lies_there(folder):
    write(folder, {"a.py": GOOD, "_b.py": "", "data/c.json": "1"})
    seen = {read_own(folder).digest}
    for change in ({"a.py": GOOD + "\n"}, {"_b.py": "\n"}, {"data/c.json": "2"}, {"data/d.json": "2"}):
        write(folder, change)
        seen.add(read_own(folder).digest)
    assert len(seen) == 5
    write(folder, {"__pycache__/a.pyc": "x", ".hidden/x": "x"})
    assert read_own(folder).digest in seen


def test_no_folder_and_one_without_files_have_no_rules(folder):
    assert read_own(folder / "nowhere").rules == ()
    write(folder, {"rules.rego": "package x", "_a.py": "raise ValueError"})
    assert read_own(folder).rules == ()


def test_what_they_print_goes_to_stderr(folder, capsys):
    write(folder, {"a.py": "print('hello')\n" + GOOD})
    read_own(folder)
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\nclass A(:\n", "rules/a.py:2:9: SyntaxError: invalid syntax"),
        (
            "x = 1\nimport nothing_of_this_name\n",
            "rules/a.py:2: ModuleNotFoundError: No module named 'nothing_of_this_name'",
        ),
        ("x = 1\n\n1 / 0\n", "rules/a.py:3: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(0)\n", "rules/a.py:2: SystemExit: 0"),
        ("def f():\n    raise ValueError('a\\nb')\nf()\n", "rules/a.py:2: ValueError: a b"),
        ("import json\njson.loads('{')\n", "rules/a.py:2: JSONDecodeError: Expecting property name"),
        ("from . import _b\n", "rules/_b.py:1: NameError: name 'y' is not defined"),
        ("from ._c import x\n", "rules/_c.py:1:5: SyntaxError: invalid syntax"),
        ("class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E\n", "rules/a.py:4: E"),
        ("x = 'caf\xe9'\ny = 1\n".encode("latin-1"), "rules/a.py:1"),
    ],
)
def test_a_file_that_fails(folder, text, words):
    [said] = told(folder, {"a.py": text, "_b.py": "y\n", "_c.py": "x = = 1\n"})
    assert said.startswith(words)


def test_all_that_is_wrong_is_told_at_once_and_what_files_share_once(folder):
    shared = {"a.py": "from ._c import x\n", "b.py": "from ._c import x\n", "_c.py": "x = y\n"}
    said = told(folder, {**shared, "d.py": "1 / 0\n", "e.py": HEAD + RULE.format(name="A", id="XYZ001")})
    assert [each.partition(": ")[0] for each in said] == ["rules/_c.py:1", "rules/d.py:1", "rules/e.py:5"]


def test_an_init_that_fails(folder):
    assert told(folder, {"a.py": GOOD, "__init__.py": "\n1 / 0\n"}) == [
        "rules/__init__.py:2: ZeroDivisionError: division by zero"
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "ACME001"', "number = 1", ["rules/a.py:4: the rule First has no id of its own"]),
        ('"ACME001"', '"acme-1"', ["rules/a.py:5: 'acme-1' cannot be a rule's id"]),
        ('"ACME001"', '"ACME٣"', ["rules/a.py:5: 'ACME٣' cannot be a rule's id"]),
        ('"ACME001"', "1", ["rules/a.py:5: 1 cannot be a rule's id"]),
        ('"ACME001"', '"XYZ104"', ["rules/a.py:5: XYZ104 is not free: ids with XYZ are xyztf's own"]),
        ("    title = ", "    titel = ", ["rules/a.py:4: ACME001 has no title"]),
        ('why = "A reason."\n    source = "a page"', 'why = " "', ["rules/a.py:4: ACME001 has no why, source"]),
        (
            "    bad =",
            '    severity = "warning"\n    bad =',
            ["rules/a.py:9: ACME001 has a severity that is none: 'warning'"],
        ),
        ("def module", "def modul", ["rules/a.py:4: ACME001 checks nothing"]),
        (
            "def module",
            "def __init__(self, x): ...\n    def module",
            ["rules/a.py:4: ACME001 cannot be made: TypeError"],
        ),
        (GOOD, "x = 1\n", ["rules/a.py: there is no rule in this file"]),
        (GOOD, "from xyztf.rules.secrets import *\n", ["rules/a.py: there is no rule in this file"]),
    ],
)
def test_a_class_that_is_no_whole_rule(folder, old, new, words):
    assert old in GOOD
    said = told(folder, {"a.py": GOOD.replace(old, new)})
    assert len(said) == len(words)
    assert all(each.startswith(word) for each, word in zip(said, words, strict=True))


def test_an_id_that_is_there_twice(folder):
    write(folder, {"a.py": GOOD, "b.py": HEAD + RULE.format(name="Other", id="ACME001")})
    with pytest.raises(InvalidRules) as raised:
        read_own(folder)
    [problem] = raised.value.problems
    assert (str(problem.location), problem.message) == ("rules/b.py:5", "ACME001 is taken")
    assert problem.hint == "first at rules/a.py:5; give this one another id"


def test_a_name_that_python_cannot_import(folder):
    assert told(folder, {"my-rules.py": GOOD}) == ["rules/my-rules.py: a file of this name cannot be imported"]


def test_a_class_that_two_files_have_is_a_rule_of_its_own_file_alone(folder):
    write(
        folder,
        {"a.py": GOOD, "b.py": "from .a import First\n" + HEAD + RULE.format(name="B", id="ACME002") + "Again = B\n"},
    )
    assert [rule.id for rule in read_own(folder).rules] == ["ACME001", "ACME002"]
