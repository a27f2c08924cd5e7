"""A project's files: its own templates and modules, Lambda packages, and the same bytes wherever they are made."""

import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

MODULE = """\
modules:
  my-app:
    inputs:
      text: '"} ${file("x")} %{ if'
      sizes: [1, 2.5, true, null]
      nested: { "a b": ["$${x}"] }
    connect: { subnets: vpc.subnet_ids }
"""


def with_module(small, environment: str = "prod") -> None:
    path = small.root / f"environments/{environment}.yaml"
    path.write_text(path.read_text() + MODULE)


def failure(small, capfd: pytest.CaptureFixture[str]) -> str:
    assert small.run("render") == 1
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert small.files() == {}
    return printed.err


def test_a_module_of_the_projects_own(small, capfd) -> None:
    with_module(small)
    small.write({"templates/modules/my-app/main.tf.j2": "locals {\n  name = {{ module.name }}\n}\n"})
    assert small.run("render") == 0, capfd.readouterr().err
    files = small.files()
    assert files["modules/prod/my-app/main.tf"].endswith(b'\n\nlocals {\n  name = "my-app"\n}\n')
    call = files["environments/prod/us-east-1/main.tf"].decode()
    assert call.endswith("""
module "my_app" {
  source = "../../../modules/prod/my-app"

  text  = "\\"} \\u0024{file(\\"x\\")} \\u0025{ if"
  sizes = [1, 2.5, true, null]
  nested = {
    "a b" = ["$\\u0024{x}"]
  }
  subnets = module.vpc.subnet_ids
}
""")
    assert "modules/dev/my-app/main.tf" not in files


def test_a_module_without_templates(small, capfd) -> None:
    with_module(small)
    message = failure(small, capfd)
    assert "environments/prod.yaml: error: module my-app has no templates (environment prod)" in message
    assert "templates/modules/my-app/" in message


def test_a_projects_own_template_comes_first_file_by_file(small) -> None:
    small.write(
        {
            "templates/modules/vpc/main.tf.j2": "# own {{ env.name }}\n",
            "templates/modules/vpc/extra.tf": "a=1\nbcd=2\n",
        }
    )
    assert small.run("render") == 0
    files = small.files()
    assert files["modules/dev/vpc/main.tf"].endswith(b'\n\n# own "dev"\n')
    assert files["modules/dev/vpc/extra.tf"].endswith(b"\n\na   = 1\nbcd = 2\n")
    assert b"Address range." in files["modules/dev/vpc/variables.tf"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"main.tf.j2": "\n{{ env.nothing }}"}, "templates/modules/vpc/main.tf.j2:2: error: "),
        ({"main.tf.j2": "{% bad %}"}, "templates/modules/vpc/main.tf.j2:1: error: Encountered unknown tag 'bad'"),
        ({"a.json": "{}"}, "templates/modules/vpc/a.json: error: a file of this kind cannot carry"),
        ({"run.sh.j2": "echo {{ env.name }}"}, "templates/modules/vpc/run.sh.j2: error: xyztf prints values into HCL"),
        ({"functions/f/a.py.j2": ""}, "templates/modules/vpc/functions/f/a.py.j2: error: "),
        ({"functions/f/a.py": b"\xff"}, "templates/modules/vpc/functions/f/a.py: error: cannot be read"),
        ({"main.tf.j2": b"\xff"}, "templates/modules/vpc/main.tf.j2: error: "),
    ],
)
def test_what_is_wrong_in_a_template_is_told_and_nothing_written(small, capfd, files, message) -> None:
    small.write({f"templates/modules/vpc/{name}": content for name, content in files.items()})
    assert message in failure(small, capfd)


def test_all_environments_are_told_at_once(small, capfd) -> None:
    small.write({"templates/modules/vpc/main.tf.j2": "{{ x }}"})
    message = failure(small, capfd)
    assert "(environment dev)" in message
    assert "(environment prod)" in message


def test_a_template_that_says_nothing_gives_no_file(small) -> None:
    small.write({"templates/modules/vpc/variables.tf.j2": '{% if env.name == "prod" %}\n# x\n{% endif %}\n'})
    small.write({"templates/modules/vpc/README.md.j2": "{{ interface.inputs | length }}\n"})
    assert small.run("render") == 0
    assert "modules/prod/vpc/variables.tf" in small.files()
    assert "modules/dev/vpc/variables.tf" not in small.files()


FUNCTIONS = {
    "templates/modules/vpc/functions/stream/handler.py": "def handler(): pass\n",
    "templates/modules/vpc/functions/stream/__init__.py": "",
    "templates/modules/vpc/functions/stream/deep/_helper.py": "x = 1\n",
    "templates/modules/vpc/functions/table/handler.py": "y = 2\n",
    "templates/modules/vpc/lambda.tf.j2": """
locals {
  stream = "${path.module}/functions/stream.zip"
{% if env.name == "prod" %}
  table = "${path.module}/functions/table.zip"
{% endif %}
}
""",
}


def test_functions_are_packed(small) -> None:
    small.write(FUNCTIONS)
    assert small.run("render") == 0
    files = small.files()
    with zipfile.ZipFile(io.BytesIO(files["modules/prod/vpc/functions/stream.zip"])) as bundle:
        assert bundle.namelist() == ["__init__.py", "deep/_helper.py", "handler.py"]
        for name in bundle.namelist():
            assert bundle.read(name) == files[f"modules/prod/vpc/functions/stream/{name}"]
    assert "modules/prod/vpc/functions/table.zip" in files
    assert small.run("render", "--check") == 0


def test_a_function_is_there_only_where_its_package_is_used(small) -> None:
    small.write(FUNCTIONS)
    assert small.run("render") == 0
    files = small.files()
    assert "modules/dev/vpc/functions/stream.zip" in files
    assert "modules/dev/vpc/functions/stream/handler.py" in files
    assert not [path for path in files if path.startswith("modules/dev/vpc/functions/table")]


def test_a_module_called_functions(small) -> None:
    path = small.root / "environments/prod.yaml"
    path.write_text(path.read_text() + "modules: { functions: {} }\n")
    small.write(
        {
            "templates/modules/functions/main.tf": 'a = "${path.module}/functions/f.zip"\n',
            "templates/modules/functions/functions/f/handler.py": "x = 1\n",
        }
    )
    assert small.run("render") == 0
    packed = [name for name in small.files() if name.endswith(".zip")]
    assert packed == ["modules/prod/functions/functions/f.zip"]


def test_the_same_bytes_under_any_circumstances(small, tmp_path: Path) -> None:
    small.write(FUNCTIONS)
    path = small.root / "environments/prod.yaml"
    path.write_text(path.read_text() + "tags: { B: one, A: two, C: three }\n")
    seen = []
    for seed, zone, mask, folder in (("0", "UTC", 0o022, small.root), ("77", "Asia/Tokyo", 0o077, tmp_path)):
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"}
        done = small.start(
            "render", "--project", str(small.root), cwd=folder, env=environment, preexec_fn=lambda m=mask: os.umask(m)
        )
        assert done.wait() == 0, done.communicate()
        seen.append(small.files())
        for name in seen[0]:
            (small.root / name).unlink()
        for name in FUNCTIONS:
            os.utime(small.root / name, (1, 1))
    assert seen[0] == seen[1]
    assert len(seen[0]) > 20


def test_an_environment_without_yaml_is_removed_and_others_stay(small, capfd) -> None:
    assert small.run("render") == 0
    (small.root / "environments/dev.yaml").unlink()
    assert small.run("render", "prod") == 0
    assert any("/dev/" in name for name in small.files())
    assert small.run("render") == 0
    assert not any("/dev/" in name for name in small.files())
    assert not (small.root / "modules/dev").exists()
    assert not (small.root / "environments/dev").exists()
    assert "removed: modules/dev/vpc/main.tf\n" in capfd.readouterr().out


@pytest.mark.terraform
def test_our_own_environments_are_as_terraform_fmt_would_have_them(tmp_path: Path, terraform) -> None:
    from xyztf.cli.app import run

    source = Path(__file__).parents[2] / "environments"
    (tmp_path / "environments").mkdir()
    for file in source.glob("*.yaml"):
        (tmp_path / "environments" / file.name).write_bytes(file.read_bytes())
    assert run(["render", "--project", str(tmp_path)]) == 0
    done: subprocess.CompletedProcess[str] = terraform("fmt", "-check", "-diff", "-recursive", cwd=tmp_path)
    assert done.returncode == 0, done.stdout[:3000]
