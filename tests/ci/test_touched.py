"""Which stacks a change touches, in real git histories."""

from __future__ import annotations

from pathlib import Path

import pytest

from xyztf.errors import InvalidEnvironment, UsageError, XyztfError

PROD = ["prod/global", "prod/us-east-1", "prod/us-west-2"]
DEV = ["dev/global", "dev/us-east-1"]


def test_nothing_changed_touches_nothing(repository):
    assert repository.touched() == {}
    assert repository.removed() == []


def test_a_commit_beside_the_stacks_touches_nothing(repository):
    repository.small.write({"README.md": "x", "xyztf-suppressions.yaml": "[]", "environments/_schema.json": "{}"})
    repository.commit()
    assert repository.touched() == {}


def test_without_a_commit_to_compare_with_all_stacks_are_told_in_their_order(repository):
    found = repository.changes(None)
    assert [(each.environment, each.stack, each.order, each.after) for each in found.touched] == [
        ("dev", "global", 0, ()),
        ("dev", "us-east-1", 1, ("global",)),
        ("prod", "global", 0, ()),
        ("prod", "us-east-1", 1, ("global",)),
        ("prod", "us-west-2", 2, ("global", "us-east-1")),
    ]
    assert all(each.because == () for each in found.touched)


def test_a_stack_says_what_a_job_has_to_know(repository):
    repository.edit("environments/prod.yaml", "primary_region", "protected: true\nprimary_region")
    repository.commit()
    first, *_, last = repository.changes().touched
    assert (first.region, first.account, first.protected) == ("us-east-1", "123456789012", True)
    assert (last.region, last.folder) == ("us-west-2", "environments/prod/us-west-2")


def test_an_environments_yaml_touches_its_stacks_alone(repository):
    repository.edit("environments/prod.yaml", "10.3.0.0", "10.4.0.0")
    repository.commit()
    assert list(repository.touched()) == PROD
    assert all("environment" in because for because in repository.touched().values())


def test_what_an_environment_inherits_from_touches_it_and_no_other(repository):
    repository.edit("environments/dev.yaml", "primary_region", "extends: base\nprimary_region")
    repository.small.write({"environments/_base.yaml": "tags: { Team: a }\n"})
    base = repository.commit()
    repository.edit("environments/_base.yaml", "}", "} # the same, for now")
    repository.commit()
    assert repository.touched(base) == dict.fromkeys(DEV, ("environment",))


def test_an_environment_that_extends_another_is_touched_with_it(repository):
    repository.small.write({"environments/test.yaml": "extends: dev\n"})
    base = repository.commit()
    repository.edit("environments/dev.yaml", "10.1.0.0", "10.7.0.0")
    repository.commit()
    assert list(repository.touched(base)) == [*DEV, "test/global", "test/us-east-1"]


def test_the_parent_of_a_parent_counts(repository):
    repository.edit("environments/dev.yaml", "primary_region", "extends: near\nprimary_region")
    repository.small.write(
        {"environments/_near.yaml": "extends: far\n", "environments/_far.yaml": "tags: { Team: a }\n"}
    )
    base = repository.commit()
    repository.edit("environments/_far.yaml", "a }", "b }")
    repository.commit()
    assert list(repository.touched(base)) == DEV


def test_a_parent_in_whose_place_another_comes_counts(repository):
    repository.edit("environments/dev.yaml", "primary_region", "extends: far\nprimary_region")
    repository.small.write(
        {"environments/_far.yaml": "tags: { Team: a }\n", "environments/far.yaml": "# takes its place\n"}
    )
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "both")
    base = repository.git("rev-parse", "HEAD")
    (repository.root / "environments/far.yaml").unlink()
    repository.commit()
    assert set(repository.touched(base)) == {*DEV}


def test_the_defaults_touch_all_also_when_they_go(repository):
    repository.edit("environments/_defaults.yaml", "project: shop", "project: store")
    repository.commit()
    assert list(repository.touched()) == [*DEV, *PROD]
    repository.git("rm", "--quiet", "environments/_defaults.yaml")
    for name in ("dev", "prod"):
        repository.edit(
            f"environments/{name}.yaml", "primary_region", 'project: store\naccount_id: "123456789012"\nprimary_region'
        )
    repository.commit()
    assert {because[0] for because in repository.touched("HEAD~1").values()} == {"environment"}


def test_a_template_touches_all(repository):
    repository.small.write({"templates/modules/vpc/extra.tf.j2": "locals {\n  b = 1\n}\n"})
    repository.commit(render=False)
    assert repository.touched() == dict.fromkeys([*DEV, *PROD], ("templates",))


def test_a_module_touches_the_stacks_that_call_it(repository):
    repository.small.write({"modules/prod/rds-primary/main.tf": "# by hand\n"})
    repository.commit(render=False)
    assert repository.touched() == {"prod/us-east-1": ("modules",)}
    repository.small.write({"modules/prod/vpc/new/deep.tf": "# by hand\n"})
    repository.commit(render=False)
    assert list(repository.touched("HEAD~1")) == ["prod/us-east-1", "prod/us-west-2"]


def test_a_module_whose_name_begins_like_another_is_another(repository):
    repository.small.write({"modules/prod/vpc-old/main.tf": "", "environments/prod/us-east-10/a.tf": ""})
    repository.commit(render=False)
    assert repository.touched() == {}


def test_a_stacks_own_folder_touches_it_alone_and_so_does_its_lock_file(repository):
    repository.small.write({"environments/prod/us-west-2/.terraform.lock.hcl": "# a newer provider\n"})
    repository.commit(render=False)
    assert repository.touched() == {"prod/us-west-2": ("stack",)}


def test_what_comes_before_counts_only_where_it_is_touched_too(repository):
    repository.small.write({"environments/prod/us-west-2/a.tf": "", "environments/prod/us-east-1/a.tf": ""})
    repository.commit(render=False)
    assert [(each.stack, each.order, each.after) for each in repository.changes().touched] == [
        ("us-east-1", 1, ()),
        ("us-west-2", 2, ("us-east-1",)),
    ]


def test_what_is_not_committed_counts_and_what_is_ignored_does_not(repository):
    repository.small.write({"environments/prod/us-west-2/new.tf": "", ".gitignore": "*.tfstate\n"})
    repository.small.write({"environments/dev/global/terraform.tfstate": "{}"})
    assert list(repository.touched()) == ["prod/us-west-2"]
    repository.git("add", "--all")
    assert list(repository.touched()) == ["prod/us-west-2"]


def test_a_change_that_was_taken_back_touches_nothing(repository):
    repository.small.write({"environments/prod/us-west-2/new.tf": ""})
    repository.commit(render=False)
    repository.git("revert", "--no-edit", "HEAD")
    assert repository.touched() == {}


def test_a_file_that_moves_touches_where_it_was_and_where_it_is(repository):
    repository.git("mv", "environments/prod/us-west-2/main.tf", "environments/prod/us-east-1/moved.tf")
    repository.commit(render=False)
    assert list(repository.touched()) == ["prod/us-east-1", "prod/us-west-2"]


def test_names_of_files_may_be_anything(repository):
    repository.small.write({'environments/prod/us-west-2/ü "\n.tf': ""})
    repository.commit(render=False)
    assert list(repository.touched()) == ["prod/us-west-2"]


def test_what_came_to_the_other_branch_meanwhile_is_not_of_this_change(repository):
    repository.small.write({"environments/prod/us-west-2/new.tf": ""})
    repository.commit(render=False)
    repository.git("switch", "--quiet", "main")
    repository.small.write({"environments/dev/global/new.tf": ""})
    repository.commit(render=False)
    repository.git("switch", "--quiet", "change")
    assert list(repository.touched()) == ["prod/us-west-2"]


def test_of_a_merge_the_first_parent_gives_what_the_pull_request_changes(repository):
    repository.small.write({"environments/prod/us-west-2/new.tf": ""})
    repository.commit(render=False)
    repository.git("switch", "--quiet", "main")
    repository.small.write({"environments/dev/global/new.tf": ""})
    repository.commit(render=False)
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "change")
    assert list(repository.touched("HEAD^1")) == ["prod/us-west-2"]
    assert list(repository.touched("HEAD^2")) == ["dev/global"]


def test_a_branch_that_took_main_in_again_is_still_only_its_own_change(repository):
    repository.small.write({"environments/prod/us-west-2/new.tf": ""})
    repository.commit(render=False)
    repository.git("switch", "--quiet", "main")
    repository.small.write({"environments/dev/global/new.tf": ""})
    repository.commit(render=False)
    repository.git("switch", "--quiet", "change")
    repository.git("merge", "--quiet", "--no-edit", "main")
    assert list(repository.touched()) == ["prod/us-west-2"]


def test_a_new_environment_is_touched_whole(repository):
    repository.small.write({"environments/test.yaml": (repository.root / "environments/dev.yaml").read_text()})
    repository.commit()
    assert list(repository.touched()) == ["test/global", "test/us-east-1"]
    assert repository.removed() == []


def test_a_new_region_is_touched(repository):
    repository.edit(
        "environments/dev.yaml",
        "database: {}",
        "  us-west-2: { cidr: 10.9.0.0/16 }\ndatabase: { replicas: { us-west-2: {} } }",
    )
    repository.commit()
    assert "dev/us-west-2" in repository.touched()


def test_an_environment_that_is_gone_is_told_with_the_commit_that_still_has_it(repository):
    base = repository.git("rev-parse", "HEAD")
    (repository.root / "environments/prod.yaml").unlink()
    repository.commit()
    found = repository.changes()
    assert found.touched == ()
    assert [f"{each.environment}/{each.stack}" for each in found.removed] == PROD
    assert {(each.commit, each.folder) for each in found.removed if each.stack == "global"} == {
        (base, "environments/prod/global")
    }
    assert repository.git("show", f"{base}:environments/prod/global/main.tf").startswith("# Generated by xyztf")


def test_an_environment_that_is_gone_may_be_asked_for_and_one_that_never_was_may_not(repository):
    (repository.root / "environments/prod.yaml").unlink()
    repository.commit()
    assert repository.removed("main", "prod") == PROD
    assert repository.removed("main", "dev") == []
    assert repository.removed("main", "prod", "dev") == PROD
    with pytest.raises(UsageError, match="there is no environment nowhere"):
        repository.changes("main", "prod", "nowhere")


def test_when_the_last_environment_goes_its_stacks_are_still_told(repository):
    for name in ("prod", "dev"):
        (repository.root / f"environments/{name}.yaml").unlink()
    repository.commit(render=False)
    assert repository.removed() == [*DEV, *PROD]
    assert repository.touched() == {}


def test_an_environment_that_is_renamed_is_gone_and_new(repository):
    repository.git("mv", "environments/prod.yaml", "environments/live.yaml")
    repository.commit()
    assert list(repository.touched()) == ["live/global", "live/us-east-1", "live/us-west-2"]
    assert repository.removed() == PROD


def test_a_region_that_is_gone_is_told_also_while_its_files_are_still_there(repository):
    repository.edit("environments/prod.yaml", "  us-west-2: { cidr: 10.3.0.0/16 }\n", "")
    repository.edit("environments/prod.yaml", "{ us-west-2: {} }", "{}")
    repository.commit(render=False)
    assert repository.removed() == ["prod/us-west-2"]
    repository.commit()
    assert repository.removed() == ["prod/us-west-2"]
    assert list(repository.touched()) == ["prod/global", "prod/us-east-1"]


def test_a_folder_that_somebody_wrote_by_hand_is_no_stack_that_is_gone(repository):
    repository.small.write({"environments/prod/network/main.tf": "# ours\n"})
    base = repository.commit(render=False)
    (repository.root / "environments/prod/network/main.tf").unlink()
    repository.commit(render=False)
    assert repository.removed(base) == []


def test_only_the_environments_that_are_asked_for(repository):
    repository.edit("environments/_defaults.yaml", "shop", "store")
    repository.commit()
    assert list(repository.touched("main", "dev")) == DEV


def test_an_environment_that_is_broken_keeps_nobody_from_asking_for_another(repository):
    repository.edit("environments/prod.yaml", "database", "databse")
    repository.edit("environments/dev.yaml", "10.1.0.0", "10.7.0.0")
    assert list(repository.touched("main", "dev")) == DEV
    assert repository.removed("main", "dev") == []
    with pytest.raises(InvalidEnvironment):
        repository.changes()


def test_a_project_in_a_folder_of_a_repository(repository, tmp_path):
    outer = tmp_path / "outer"
    outer.mkdir()
    repository.git("init", "--quiet", cwd=outer)
    inner = outer / "infra"
    repository.root.rename(inner)
    (inner / ".git").rename(tmp_path / "old-git")
    repository.git("add", "--all", cwd=outer)
    repository.git("commit", "--quiet", "--message", "all", cwd=outer)
    (inner / "environments/prod/us-west-2/new.tf").write_text("")
    (inner / "environments/dev/global/main.tf").unlink()
    (inner / "environments/dev/us-east-1/main.tf").write_text("x")
    (outer / "environments/prod/us-east-1").mkdir(parents=True)
    (outer / "environments/prod/us-east-1/beside.tf").write_text("")
    from xyztf.ci.touched import changes
    from xyztf.project import Project

    found = changes(Project.at(inner), (), "HEAD")
    assert [f"{each.environment}/{each.stack}" for each in found.touched] == [
        "dev/global",
        "dev/us-east-1",
        "prod/us-west-2",
    ]
    assert found.removed == ()
    (inner / "environments/prod.yaml").unlink()
    gone = changes(Project.at(inner), (), "HEAD").removed
    assert [each.folder for each in gone] == [f"environments/{stack}" for stack in PROD]


# What cannot be told ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", ["nowhere", "", "-x", "--all", "HEAD:README.md", "main..HEAD", "0123456789abcdef"])
def test_a_commit_that_is_not_there(repository, ref):
    with pytest.raises(UsageError, match="git knows no commit"):
        repository.changes(ref)


def test_the_commit_that_stands_for_none(repository):
    with pytest.raises(UsageError) as told:
        repository.changes("0" * 40)
    assert "leave --changed-since out" in str(told.value)


def clone(repository, folder: Path, *options: str) -> Path:
    repository.git("clone", "--quiet", *options, repository.root.as_uri(), str(folder))
    return folder


def in_clone(folder: Path, since: str):
    from xyztf.ci.touched import changes
    from xyztf.project import Project

    return changes(Project.at(folder), (), since)


def test_a_shallow_clone_says_how_to_get_the_rest(repository, tmp_path):
    repository.small.write({"environments/prod/us-west-2/new.tf": ""})
    repository.commit(render=False)
    folder = clone(repository, tmp_path / "clone", "--depth", "1")
    with pytest.raises(XyztfError) as told:
        in_clone(folder, repository.git("rev-parse", "HEAD~1"))
    assert "fetch-depth: 0" in str(told.value)


def test_a_shallow_clone_with_both_ends_and_not_where_they_parted(repository, tmp_path):
    for branch in ("change", "main"):
        repository.git("switch", "--quiet", branch)
        repository.small.write({f"environments/prod/us-west-2/{branch}.tf": ""})
        repository.commit(render=False)
    folder = clone(repository, tmp_path / "clone", "--depth", "1", "--no-single-branch")
    with pytest.raises(XyztfError) as told:
        in_clone(folder, "origin/change")
    assert "fetch-depth: 0" in str(told.value)


def test_a_shallow_clone_will_do_where_the_commit_is_in_it(repository, tmp_path):
    repository.small.write({"environments/prod/us-west-2/new.tf": ""})
    repository.commit(render=False)
    folder = clone(repository, tmp_path / "clone", "--depth", "2")
    assert [each.stack for each in in_clone(folder, "HEAD^1").touched] == ["us-west-2"]


def test_histories_with_nothing_in_common(repository):
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.git("commit", "--quiet", "--message", "another beginning")
    with pytest.raises(XyztfError, match="no history in common"):
        repository.changes("main")


def test_no_repository(small):
    from xyztf.ci.touched import changes
    from xyztf.project import Project

    with pytest.raises(XyztfError, match="is not in a git repository"):
        changes(Project.at(small.root), (), "main")
    assert len(changes(Project.at(small.root)).touched) == 4  # which needs no git


def test_no_git(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(XyztfError, match="git is not there"):
        repository.changes()


def test_no_commit_yet(small, repository):
    repository.git("checkout", "--quiet", "--orphan", "fresh")
    with pytest.raises(XyztfError, match="there is no commit yet"):
        repository.changes("main")


def test_inside_a_hook_of_another_repository_the_projects_own_is_asked(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    repository.small.write({"environments/prod/us-west-2/new.tf": ""})
    assert list(repository.touched()) == ["prod/us-west-2"]
