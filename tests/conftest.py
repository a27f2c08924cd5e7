"""A small project, and templates of its own in the place of ours, so that a change of a module's template breaks no
test of the writer. `small.run(...)` runs the command line in this process, `small.start(...)` in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from xyztf.cli.app import run
from xyztf.render import templates

DEFAULT_MINUTES = {"sandbox": 1.0, "wheel": 0.0}
"""The markers that tell how long a test takes, and what they mean without a number."""

# In the background of a script, SIGINT is ignored, also by all that is started from here: the tests interrupt some.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first. A file stays with one worker, unless its tests are marked to stand `alone`."""
    for item in items:
        alone = item.get_closest_marker("alone")
        item.add_marker(pytest.mark.xdist_group(item.nodeid if alone else item.nodeid.partition("::")[0]))
    items.sort(key=_minutes, reverse=True)


def _minutes(item: pytest.Item) -> float:
    told = [
        float(mark.kwargs.get("minutes", DEFAULT_MINUTES[mark.name]))
        for mark in item.iter_markers()
        if mark.name in DEFAULT_MINUTES
    ]
    return max(told, default=0.0)


DEFAULTS = """\
project: shop
account_id: "123456789012"
"""
ENVIRONMENT = """\
primary_region: us-east-1
regions:
  us-east-1:
    cidr: {cidr}
database: {{}}
"""
TEMPLATES = {
    "modules/vpc/main.tf.j2": 'resource "x" "this" {\n  a = {{ names.prefix }}\n  bc = var.cidr_block\n}\n',
    "modules/vpc/variables.tf.j2": 'variable "cidr_block" {\n  description = "Address range."\n  type = string\n}\n',
    "modules/vpc/_call.tf.j2": 'module "vpc" {\n  source = {{ "../../../modules/" ~ env.name ~ "/vpc" }}\n}\n',
    "modules/vpc/README.md.j2": "# vpc\n\n{{ interface.inputs[0].description }}\n",
    "modules/rds-primary/main.tf.j2": "locals {\n  database = {{ names.prefix }}\n}\n",
    "modules/monitoring/main.tf.j2": "locals {\n  tags = {{ env.tags }}\n}\n",
    "stacks/global/main.tf.j2": "locals {\n  account = {{ env.account_id }}\n}\n",
    "stacks/region/main.tf.j2": '{% for part, module in parts("_call.tf.j2") %}\n{% include part %}\n\n{% endfor %}\n',
    "stacks/_project_module.tf.j2": (templates.packaged_templates() / "stacks/_project_module.tf.j2").read_text(),
}
PATCH = """\
import sys
from pathlib import Path
from xyztf.render import templates
templates.packaged_templates = lambda: Path({folder!r})
from xyztf.__main__ import main
sys.exit(main())
"""


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write `files` (path to content) below `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def tree(folder: Path) -> dict[str, bytes]:
    """What lies below `folder`: paths and contents."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


@dataclass(frozen=True)
class Small:
    """A project in `root` with the environments dev and prod, and `packaged`, which stands for xyztf's templates."""

    root: Path
    packaged: Path
    cache: Path

    def run(self, *arguments: str) -> int:
        """The exit code of `xyztf ARGUMENTS --project ROOT`, in this process."""
        return run([*arguments, "--project", str(self.root)])

    def start(self, *arguments: str, **options: object) -> subprocess.Popen[str]:
        """`xyztf ARGUMENTS` in a process of its own, started in the project."""
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.cache), **options.pop("env", {})}  # type: ignore[dict-item]
        return subprocess.Popen(
            [sys.executable, "-c", PATCH.format(folder=str(self.packaged)), *arguments],
            **{  # type: ignore[call-overload]
                "cwd": self.root,
                "text": True,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                **options,
                "env": environment,
            },
        )

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write `files` (path to content) into the project."""
        write(self.root, files)

    def files(self) -> dict[str, bytes]:
        """What was rendered: modules/ and the folders of environments/."""
        return {
            path: content
            for path, content in tree(self.root).items()
            if path.startswith(("modules/", "environments/")) and not path.endswith(".yaml")
        }


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    root, packaged, cache = tmp_path / "project", tmp_path / "packaged", tmp_path / "cache"
    write(packaged, TEMPLATES)
    write(
        root / "environments",
        {
            "_defaults.yaml": DEFAULTS,
            "dev.yaml": ENVIRONMENT.format(cidr="10.1.0.0/16"),
            "prod.yaml": ENVIRONMENT.format(cidr="10.2.0.0/16"),
        },
    )
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(templates, "packaged_templates", lambda: packaged)
    return Small(root, packaged, cache)


@pytest.fixture
def terraform(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the real terraform in a folder, without the user's configuration and without the network."""

    def call(*arguments: str, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "TF_CLI_CONFIG_FILE": "/dev/null",
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        return subprocess.run(
            ["terraform", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )

    return call


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests want to be read also where they pass, by `record_property("told", ...)`."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == "told":
                terminalreporter.write_line(f"{report.nodeid}: {text}")
