"""Which files decide what checkov says of a root."""

from __future__ import annotations

from xyztf.scan.roots import reached, roots_below, unread_kinds


def tree(base, **files):
    for name, text in files.items():
        path = base / name.replace("__", "/").replace("_tf", ".tf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_modules_are_followed_however_they_are_called(tmp_path):
    tree(
        tmp_path,
        root__main_tf='module "a" { source="../mod" }\nmodule "b" {\n  source = "./own"\n}\n',
        root__own__main_tf="",
        mod__main_tf='module "c" {\n  version = 1\n  source  = "./deep"\n}\nmodule "d" { source = "a/b/aws" }\n',
        mod__deep__main_tf=f'module "e" {{ source = "{tmp_path}/far" }}\n',
        far__main_tf="",
        mod__other__main_tf="",
    )
    found = reached(str(tmp_path / "root"))
    assert set(found) == {str(tmp_path / each) for each in ("root", "root/own", "mod", "mod/deep", "far")}


def test_values_count_and_what_terraform_downloads_does_not(tmp_path):
    tree(tmp_path, main_tf="")
    for name in ("a.auto.tfvars", "terraform.tfvars.json", "b.tf.json", "c.hcl", "README.md"):
        (tmp_path / name).write_text("")
    tree(tmp_path, **{".terraform__modules__x__main_tf": "", "below__main_tf": ""})
    found = reached(str(tmp_path))
    assert found[str(tmp_path)] == ["a.auto.tfvars", "b.tf.json", "c.hcl", "main.tf", "terraform.tfvars.json"]
    assert str(tmp_path / "below") in found
    assert not any("/.terraform/modules" in folder for folder in found)
    assert unread_kinds(tmp_path) == ["b.tf.json"]


def test_modules_that_call_each_other_end(tmp_path):
    tree(tmp_path, a__main_tf='module "b" { source = "../b" }', b__main_tf='module "a" { source = "../a" }')
    assert set(reached(str(tmp_path / "a"))) == {str(tmp_path / "a"), str(tmp_path / "b")}
    assert len(roots_below(str(tmp_path))) == 2


def test_a_called_folder_is_no_root(tmp_path):
    tree(tmp_path, live__main_tf='module "m" { source = "../modules/m" }', modules__m__main_tf="", docs__x="")
    assert roots_below(str(tmp_path)) == [str(tmp_path / "live")]


def test_a_module_that_is_not_there_is_waited_for(tmp_path):
    tree(tmp_path, main_tf='module "m" { source = "../nowhere" }')
    assert reached(str(tmp_path))[str(tmp_path.parent / "nowhere")] == []
