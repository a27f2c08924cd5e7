"""The hooks of .pre-commit-hooks.yaml with the real pre-commit, which installs them from what lies here into an
environment of its own, in repositories of their own. It needs a package index, and fails without one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.wheel(minutes=4)

ROOT = Path(__file__).resolve().parent.parent
HOOKS = ("xyztf-render", "xyztf-lint", "xyztf-scan", "xyztf-check")
PARAMETERS = "modules/dev/rds-primary/main.tf"

OWN_MODULE = """\
terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "group" {
  description = "The databases' security group."
  type        = string
}

resource "aws_vpc_security_group_ingress_rule" "office" {
  security_group_id = var.group
  description       = "The office."
  cidr_ipv4         = "10.0.0.0/8"
  from_port         = 3306
  to_port           = 3306
  ip_protocol       = "tcp"
}
"""
THEIRS = """\
terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_sqs_queue" "orders" {
  name                    = "orders"
  sqs_managed_sse_enabled = true
}
"""


@dataclass(frozen=True)
class Repository:
    """A git repository in `root` with pre-commit's hook, and the variables with which all is run in it."""

    root: Path
    variables: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """What is told is all in stdout."""
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "pre_commit", *arguments)

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Commit what is staged, as a person does."""
        return self.run("git", "commit", "--message", "A change")

    def replace(self, name: str, old: str, new: str) -> int:
        """Edit a file, which has `old` once; the number of its line."""
        path = self.root / name
        before, found, after = path.read_text("utf-8").partition(old)
        assert found and old not in after, f"{name} has not once {old!r}"
        path.write_text(before + new + after, "utf-8")
        return before.count("\n") + 1

    def state(self) -> tuple[str, ...]:
        """What is committed, staged, and edited."""
        return self.git("rev-parse", "HEAD"), self.git("diff", "--cached"), self.git("diff"), self.git("status", "-s")


def outcomes(told: str) -> dict[str, str]:
    """What pre-commit says of each of our hooks: Passed, Failed or Skipped."""
    return dict(re.findall(r"^(xyztf .+?)\.{3}.*?(Passed|Failed|Skipped)$", told, re.M))


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The surroundings of all that is run here, without the user's git, our settings and a hook that runs us."""
    folder = tmp_path_factory.mktemp("surroundings")
    ours = ("GIT_", "PRE_COMMIT", "PYTHON", "XYZTF", "VIRTUAL_ENV")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
        **{f"GIT_{who}_{what}": "ann@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(folder / "pre-commit"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PIP_CONSTRAINT": str(ROOT / "constraints.txt"),
    }


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> tuple[str, str]:
    """A repository with all that git does not ignore here, committed or not, and its commit: pre-commit clones it."""
    folder = tmp_path_factory.mktemp("offered") / "xyztf"
    here = Repository(ROOT, variables)
    for name in here.git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    copy = Repository(folder, variables)
    for command in (("init", "--quiet"), ("add", "--all", "--force"), ("commit", "--quiet", "--message", "As it is")):
        copy.git(*command)
    return str(folder), copy.git("rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with our dev alone and with a module of its own, rendered."""
    folder = tmp_path_factory.mktemp("rendered")
    (folder / "environments").mkdir()
    for name in ("environments/dev.yaml", "environments/_defaults.yaml", "xyztf-suppressions.yaml"):
        shutil.copy(ROOT / name, folder / name)
    with (folder / "environments" / "dev.yaml").open("a") as file:
        file.write(
            "\nmodules:\n  door:\n    regions: [us-east-1]\n    connect: { group: vpc.database_security_group_id }\n"
        )
    (folder / "templates" / "modules" / "door").mkdir(parents=True)
    (folder / "templates" / "modules" / "door" / "main.tf.j2").write_text(OWN_MODULE)
    (folder / "README.md").write_text("# shop\n")
    command = [sys.executable, "-m", "xyztf", "render", "--project", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def example(page: str, number: int, offered: tuple[str, str]) -> dict[str, Any]:
    """A configuration for pre-commit as a page of ours has it, with what lies here in place of the address."""
    found = re.findall(
        r"```yaml\n((?:# \.pre-commit-config\.yaml\n)?repos:.*?)```", (ROOT / page).read_text("utf-8"), re.S
    )
    config = yaml.safe_load(found[number])
    (config["repos"][0]["repo"], config["repos"][0]["rev"]) = offered
    return config


def repository(
    root: Path, config: dict[str, Any], variables: dict[str, str], project: Path | None = None, below: str = "."
) -> Repository:
    """A repository with this configuration and this project in it, committed, with pre-commit's hook."""
    if project:
        shutil.copytree(project, root / below)
    root.mkdir(exist_ok=True)
    (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    made = Repository(root, variables)
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "The project")):
        made.git(*command)
    installed = made.pre_commit("install", "--install-hooks")
    assert installed.returncode == 0, (
        "pre-commit could not install the hooks from this checkout with its dependencies; this test needs a package "
        f"index that pip reaches:\n{installed.stdout}"
    )
    return made


@pytest.fixture
def shop(tmp_path: Path, offered: tuple[str, str], variables: dict[str, str], rendered: Path) -> Repository:
    """A project with the README's configuration, for all four hooks."""
    config = example("README.md", 0, offered)
    assert config["repos"][0]["hooks"] == [{"id": "xyztf-check"}]
    config["repos"][0]["hooks"] = [{"id": hook} for hook in HOOKS]
    return repository(tmp_path / "shop", config, variables, rendered)


def found(told: str, hook: str) -> str:
    """What pre-commit prints of one hook that failed."""
    blocks = re.split(r"^(?=xyztf .*\.{3})", told, flags=re.M)
    (block,) = [each for each in blocks if f"- hook id: {hook}\n" in each]
    return block


def test_they_are_installed_from_the_checkout_and_pass_on_a_clean_tree(shop):
    done = shop.pre_commit("run", "--all-files")
    assert done.returncode == 0, done.stdout
    names = ("xyztf render --check", "xyztf lint", "xyztf scan", "xyztf check")
    assert outcomes(done.stdout) == dict.fromkeys(names, "Passed")
    (command,) = Path(shop.variables["PRE_COMMIT_HOME"]).glob("repo*/py_env-*/bin/xyztf")
    assert str(ROOT) not in shop.run(str(command.with_name("python")), "-c", "import xyztf; print(xyztf)").stdout
    assert shop.git("status", "--short") == ""


def test_a_commit_of_other_files_starts_none_of_them(shop):
    shop.replace("README.md", "# shop", "# The shop")
    shop.git("add", "README.md")
    done = shop.commit()
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("(no files to check)Skipped") == len(HOOKS), done.stdout


def test_a_rendered_file_that_was_edited_is_not_committed_and_nothing_is_lost(shop):
    line = shop.replace(PARAMETERS, "  monitoring_interval ", "  monitoring_interval  ")
    shop.git("add", PARAMETERS)
    shop.replace("README.md", "# shop", "# The shop")
    before = shop.state()
    done = shop.commit()
    assert done.returncode == 1, done.stdout
    assert outcomes(done.stdout)["xyztf render --check"] == "Failed"
    assert PARAMETERS in found(done.stdout, "xyztf-render")
    assert f"{PARAMETERS}:{line}: error: " in found(done.stdout, "xyztf-check")
    assert "[XYZ020]" in found(done.stdout, "xyztf-check")
    assert shop.state() == before


def test_a_door_open_to_the_world_in_a_module_of_ones_own_is_not_committed(shop):
    template = "templates/modules/door/main.tf.j2"
    written = shop.replace(template, "10.0.0.0/8", "0.0.0.0/0")
    command = [sys.executable, "-m", "xyztf", "render", "--project", str(shop.root)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    shop.git("add", "--all")
    done = shop.commit()
    assert done.returncode == 1, done.stdout
    assert outcomes(done.stdout)["xyztf render --check"] == "Passed"
    rendered = (shop.root / "modules/dev/door/main.tf").read_text().splitlines()
    (line,) = [number for number, text in enumerate(rendered, 1) if "0.0.0.0/0" in text]
    for hook in ("xyztf-lint", "xyztf-scan", "xyztf-check"):
        assert re.search(rf"^modules/dev/door/main\.tf:{line}(:\d+)?: ", found(done.stdout, hook), re.M), done.stdout
    assert f"from {template}:{written}" in found(done.stdout, "xyztf-scan")


def test_only_what_is_staged_counts(shop):
    """A fault that is not staged does not stop a commit, and is there again after it."""
    line = shop.replace(PARAMETERS, "  monitoring_interval ", "  monitoring_interval  ")
    faulty = (shop.root / PARAMETERS).read_bytes()
    shop.replace("environments/dev.yaml", "# Development:", "# For development:")
    shop.git("add", "environments/dev.yaml")
    done = shop.commit()
    assert done.returncode == 0, done.stdout
    assert set(outcomes(done.stdout).values()) == {"Passed"}, done.stdout
    assert (shop.root / PARAMETERS).read_bytes() == faulty
    assert shop.git("status", "--short") == f" M {PARAMETERS}\n"
    shop.git("add", PARAMETERS)
    done = shop.commit()
    assert done.returncode == 1, done.stdout
    assert f"{PARAMETERS}:{line}: error: " in found(done.stdout, "xyztf-check")


def test_a_project_in_a_folder_of_a_larger_repository(tmp_path, offered, variables, rendered):
    config = example("docs/pre-commit.md", 1, offered)
    large = repository(tmp_path / "large", config, variables, rendered, "infra")
    done = large.pre_commit("run", "--all-files")
    assert done.returncode == 0, done.stdout
    line = large.replace(f"infra/{PARAMETERS}", "  monitoring_interval ", "  monitoring_interval  ")
    large.git("add", "--all")
    done = large.commit()
    assert done.returncode == 1, done.stdout
    assert f"infra/{PARAMETERS}:{line}: error: " in found(done.stdout, "xyztf-check")


def test_terraform_of_somebody_else_by_folders_in_args(tmp_path, offered, variables):
    config = example("docs/pre-commit.md", 2, offered)
    (tmp_path / "plain" / "terraform").mkdir(parents=True)
    (tmp_path / "plain" / "terraform" / "main.tf").write_text(THEIRS)
    known = [sys.executable, "-m", "xyztf", "scan", "terraform", "--baseline", "known.json", "--write-baseline"]
    assert subprocess.run(known, cwd=tmp_path / "plain", capture_output=True, check=False).returncode == 0
    plain = repository(tmp_path / "plain", config, variables)
    done = plain.pre_commit("run", "--all-files")
    assert outcomes(done.stdout) == dict.fromkeys(("xyztf lint", "xyztf scan"), "Passed"), done.stdout
    line = plain.replace("terraform/main.tf", "sqs_managed_sse_enabled = true", "sqs_managed_sse_enabled = false")
    plain.git("add", "--all")
    done = plain.commit()
    assert done.returncode == 1, done.stdout
    assert f"terraform/main.tf:{line}" in found(done.stdout, "xyztf-scan")


def test_a_file_that_is_deleted_is_seen_where_the_hook_always_runs(tmp_path, offered, variables, rendered):
    config = example("README.md", 0, offered)
    config["repos"][0]["hooks"][0]["always_run"] = True
    shop = repository(tmp_path / "shop", config, variables, rendered)
    shop.git("rm", "--quiet", PARAMETERS)
    done = shop.commit()
    assert done.returncode == 1, done.stdout
    assert f"{PARAMETERS}:1: error: it is not there" in found(done.stdout, "xyztf-check")
