"""Whether what is rendered is what the environment gives, asked before every plan."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from xyztf.project import Project
from xyztf.render import project as rendered
from xyztf.render import stamp
from xyztf.render.outdated import outdated

SCRIPT = """
import sys
from pathlib import Path
from xyztf.project import Project
from xyztf.render.outdated import outdated
root = Path(sys.argv[1])
print(outdated(root, Project.at(root).load("dev").environment), "jinja2" in sys.modules)
"""


@pytest.fixture
def dev(small, monkeypatch):
    monkeypatch.setattr(stamp, "SETTLED_NS", 0)
    assert small.run("render") == 0
    return small


def ask(small) -> int:
    return outdated(small.root, Project.at(small.root).load("dev").environment)


def test_asked_again_with_nothing_touched_it_does_not_render(dev, monkeypatch):
    assert ask(dev) == 0
    monkeypatch.setattr(rendered, "rendering", lambda *_, **__: pytest.fail("it was rendered again"))
    assert ask(dev) == 0


@pytest.mark.parametrize(
    "touched", ["environments/dev.yaml", "environments/dev/us-east-1/main.tf", "modules/dev/vpc/main.tf"]
)
def test_whatever_was_touched_is_found(dev, touched):
    assert ask(dev) == 0
    file = dev.root / touched
    file.write_text(file.read_text().replace("database: {}", "database: {}\ntags: {Team: a}") + "\n# more\n")
    assert ask(dev) > 0


def test_a_difference_is_not_remembered(dev):
    (dev.root / "modules/dev/vpc/main.tf").unlink()
    assert ask(dev) == ask(dev) == 1


def test_its_answer_is_the_answer_of_render_check(dev, capsys):
    ask(dev)
    told = stamp.answer(str(dev.root), ["dev"])
    assert dev.run("render", "--check", "dev") == 0
    assert told == capsys.readouterr().out.splitlines()[-1]


def test_jinja_is_not_loaded_for_it(dev):
    ask(dev)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(dev.root)], env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0 False\n"
