"""xyztf installed as a wheel, outside the repository, does what it does from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).resolve().parent.parent

TEN_LINES = """\
project: acme
account_id: "123456789012"
primary_region: eu-west-1
regions:
  eu-west-1: { cidr: 10.0.0.0/16 }
  eu-central-1: { cidr: 10.1.0.0/16 }
database:
  replicas: { eu-central-1: {} }
cache: {}
notify: { emails: [oncall@example.com] }
"""


def run(*arguments: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XYZTF"))}
    return subprocess.run(
        [*map(str, arguments)], cwd=cwd, env={**kept, **variables}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of the wheel in an environment of its own, which borrows the dependencies of this one."""
    folder = tmp_path_factory.mktemp("elsewhere")
    assert run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder).returncode == 0
    python = folder / "venv" / "bin" / "python"
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).stdout.strip()
    done = run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    Path(own, "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.with_name("xyztf")


def test_the_wheel_brings_the_templates_and_nothing_of_the_repository(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}
    packed = {name.replace("xyztf/_templates/", "templates/", 1) for name in names if "/_templates/" in name}
    assert packed == {name for name in templates if "__pycache__" not in name}
    assert {name.split("/")[0] for name in names} <= {"xyztf", *(n.split("/")[0] for n in names if "dist-info" in n)}


def test_it_renders_outside_the_repository_what_the_checkout_renders(installed, tmp_path):
    for name in ("by-wheel", "by-checkout"):
        (tmp_path / name / "environments").mkdir(parents=True)
        (tmp_path / name / "environments" / "demo.yaml").write_text(TEN_LINES)
    by_wheel = run(installed, "render", cwd=tmp_path / "by-wheel")
    assert by_wheel.returncode == 0, by_wheel.stderr
    where = run(installed.with_name("python"), "-c", "import xyztf; print(xyztf.__file__)", cwd=tmp_path).stdout
    assert str(ROOT / "xyztf") not in where
    by_checkout = run(sys.executable, "-m", "xyztf", "render", cwd=tmp_path / "by-checkout", PYTHONPATH=str(ROOT))
    assert by_checkout.returncode == 0, by_checkout.stderr
    assert contents(tmp_path / "by-wheel") == contents(tmp_path / "by-checkout")
    again = run(installed, "render", "--check", cwd=tmp_path / "by-wheel")
    assert again.returncode == 0, again.stdout


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_version_is_the_packages(installed, tmp_path):
    from xyztf import __version__

    assert run(installed, "--version", cwd=tmp_path).stdout == f"xyztf {__version__}\n"
