"""The workflow for GitHub Actions: what GitHub takes, and what nobody may slip into it."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from xyztf.ci.workflow import Settings, workflow
from xyztf.errors import UsageError, XyztfError
from xyztf.facts.github_actions import pinned
from xyztf.facts.tables import table
from xyztf.project import Project

GOLDEN = Path(__file__).parent / "golden" / "xyztf.yml"

VARIANTS = {
    "plain": (Settings(), "."),
    "settings": (
        Settings("release/1.x", "ci/requirements.txt", "3.13", "1.12.2", ".github/workflows/infrastructure.yml"),
        ".",
    ),
    "in a folder": (Settings(), "infra/aws"),
}


@pytest.fixture
def project(small) -> Project:
    """Two environments, of which prod is protected."""
    prod = (small.root / "environments/prod.yaml").read_text()
    small.write(
        {
            "environments/prod.yaml": f"protected: true\n{prod}",
            "requirements.txt": "xyztf @ git+https://example.com/xyztf@0123456789abcdef0123456789abcdef01234567\n",
            "ci/requirements.txt": ".\n",
        }
    )
    return Project.at(small.root)


@pytest.fixture(params=VARIANTS)
def text(request, project) -> str:
    return workflow(project, *VARIANTS[request.param])


@pytest.fixture
def parsed(text) -> dict[str, Any]:
    return yaml.safe_load(text)


def jobs(parsed: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: job for name, job in parsed["jobs"].items() if name.startswith(kind)}


def steps(parsed: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in parsed["jobs"].items():
        yield from ((name, step) for step in job["steps"])


def test_the_workflow_is_the_one_that_was_looked_at(project):
    """After a change: `xyztf ci github` into the golden file, and look at its diff as who has to approve it."""
    assert workflow(project, Settings()) == GOLDEN.read_text("utf-8")


def test_it_keeps_to_the_public_schema(parsed):
    found = importlib.util.find_spec("check_jsonschema")
    assert found and found.submodule_search_locations, "check-jsonschema, which has the schema, is not installed"
    file = Path(found.submodule_search_locations[0], "builtin_schemas", "vendor", "github-workflows.json")
    validator = jsonschema.Draft7Validator(json.loads(file.read_text("utf-8")))
    # In YAML 1.1 the key `on` is a truth value.
    validator.validate({"on" if key is True else key: value for key, value in parsed.items()})
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"on": "push", "jobs": {"a": {"runs_on": "ubuntu-24.04"}}})


def test_a_linter_of_workflows_finds_nothing(text, tmp_path):
    found = shutil.which("zizmor") or shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert found, "zizmor is not installed"
    file = tmp_path / ".github" / "workflows" / "xyztf.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    command = [found, "--offline", "--persona", "pedantic", "--no-config", "--format", "json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout) == [], done.stderr


def test_the_shell_takes_every_script(parsed):
    for name, step in steps(parsed):
        if "run" in step:
            done = subprocess.run(["bash", "-n"], input=step["run"], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{name}: {done.stderr}"


# Nothing from outside becomes code -----------------------------------------------------------------------------------


def test_no_expression_stands_in_a_script(parsed):
    assert [step["run"] for _, step in steps(parsed) if "${{" in step.get("run", "")] == []


def test_no_event_that_gives_secrets_to_a_fork(parsed):
    assert set(parsed[True]) == {"pull_request", "push", "workflow_dispatch"}


def test_every_action_is_pinned_to_a_commit_that_we_know(text):
    used = re.findall(r"uses: (.*)", text)
    known = {entry["action"]: entry for entry in table("github_actions")["actions"]}
    assert len(used) > 10
    for use in used:
        action, commit, version = re.fullmatch(r"([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", use).groups()
        entry = known["/".join(action.split("/")[:2])]
        assert (entry["commit"], entry["version"]) == (commit, version)


def test_an_action_that_we_do_not_know_cannot_be_used():
    assert pinned("github/codeql-action/upload-sarif").startswith("github/codeql-action/upload-sarif@8aad20d1")
    with pytest.raises(KeyError):
        pinned("somebody/something")


def test_xyztf_is_installed_from_the_projects_own_file_and_never_by_a_name(parsed):
    installs = [step["run"] for _, step in steps(parsed) if "pip install" in step.get("run", "")]
    assert installs and all(re.search(r"--requirement \S*requirements\.txt$", line) for line in installs)


# Permissions ---------------------------------------------------------------------------------------------------------


def test_each_job_may_do_what_it_must_and_no_more(parsed):
    assert parsed["permissions"] == {}
    sign_in = {"contents": "read", "id-token": "write"}
    expected = {
        "check": {"contents": "read", "security-events": "write"},
        "changes": {"contents": "read"},
        "plan": sign_in,
        "comment": {"pull-requests": "write"},
        "newest": {"contents": "read"},
        "plan-dev": sign_in,
        "plan-prod": {**sign_in, "actions": "read"},
        "apply-dev": sign_in,
        "apply-prod": sign_in,
    }
    assert {name: job["permissions"] for name, job in parsed["jobs"].items()} == expected


def test_no_job_that_runs_the_projects_code_may_write_to_github(parsed):
    for name, job in parsed["jobs"].items():
        checks_out = any("actions/checkout@" in step.get("uses", "") for step in job["steps"])
        writes = {scope for scope, access in job["permissions"].items() if access == "write"}
        assert not checks_out or writes <= {"id-token", "security-events"}, name


def test_the_token_is_not_left_in_the_checkout(parsed):
    checkouts = [step for _, step in steps(parsed) if "actions/checkout@" in step.get("uses", "")]
    assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_there_is_no_long_lived_key_and_no_secret(text, parsed):
    assert "secrets." not in text and "aws-access-key" not in text
    sign_ins = [(name, step["with"]) for name, step in steps(parsed) if "configure-aws" in step.get("uses", "")]
    assert {name for name, _ in sign_ins} == {name for name in parsed["jobs"] if name.startswith(("plan", "apply"))}
    for _, given in sign_ins:
        assert given["role-to-assume"] == "${{ vars.XYZTF_ROLE }}"
        assert given["allowed-account-ids"] in ("123456789012", "${{ matrix.account }}")


def test_a_pull_request_from_a_fork_gets_no_credentials_and_no_comment(parsed):
    own = "github.event.pull_request.head.repo.full_name == github.repository"
    for name in ("plan", "comment"):
        assert parsed["jobs"][name]["if"].rstrip("} ").endswith(f"&& {own}")
    for name, job in (jobs(parsed, "plan-") | jobs(parsed, "apply-")).items():
        assert "newest" in job["needs"] or job["needs"] == name.replace("apply", "plan")
    assert parsed["jobs"]["newest"]["if"].startswith("github.event_name != 'pull_request' && ")


# Plans and applies ---------------------------------------------------------------------------------------------------


def test_every_job_ends_some_time(parsed):
    assert all(5 <= job["timeout-minutes"] <= 360 for job in parsed["jobs"].values())


def test_nothing_is_cancelled_half_way(parsed):
    groups = [parsed["concurrency"], *(job["concurrency"] for job in parsed["jobs"].values() if "concurrency" in job)]
    assert len(groups) == 3 and all(group["cancel-in-progress"] is False for group in groups)


def test_two_applies_of_an_environment_never_run_at_once(parsed):
    groups = {name: job["concurrency"]["group"] for name, job in jobs(parsed, "apply-").items()}
    assert groups == {"apply-dev": "xyztf-apply-dev", "apply-prod": "xyztf-apply-prod"}


def test_what_is_applied_is_the_plan_that_was_made_and_approved(parsed):
    for name, job in jobs(parsed, "apply-").items():
        environment = name.removeprefix("apply-")
        plan = parsed["jobs"][f"plan-{environment}"]
        assert job["environment"] == environment and plan["environment"]["name"] == f"{environment}-plan"
        assert job["if"] == f"needs.plan-{environment}.outputs.changes == 'true'"
        (taken,) = [step["with"]["name"] for step in job["steps"] if "download-artifact" in step.get("uses", "")]
        (given,) = [step["with"]["name"] for step in plan["steps"] if "upload-artifact" in step.get("uses", "")]
        assert taken == given == f"plans-{environment}"
        (last,) = [step["run"] for step in job["steps"] if "xyztf apply" in step.get("run", "")]
        assert last == 'xyztf apply "$ENVIRONMENT" --plans "$RUNNER_TEMP/plans" --yes'
        assert not any("xyztf plan" in step.get("run", "") for step in job["steps"])


def test_only_a_protected_environment_needs_reviewers(parsed):
    asks = {name for name, step in steps(parsed) if step.get("name") == "Somebody must approve"}
    assert asks == {"plan-prod"}


def test_pull_requests_are_planned_without_an_approval(parsed):
    environment = parsed["jobs"]["plan"]["environment"]
    assert environment == {"name": "${{ matrix.environment }}-plan", "deployment": False}


def test_an_empty_matrix_starts_no_job(parsed):
    assert parsed["jobs"]["plan"]["if"].startswith("needs.changes.outputs.any == 'true'")
    assert parsed["jobs"]["plan"]["strategy"]["matrix"] == "${{ fromJSON(needs.changes.outputs.matrix) }}"


def test_the_comparison_has_all_of_history(parsed):
    checkout = parsed["jobs"]["changes"]["steps"][0]
    assert checkout["with"]["fetch-depth"] == 0


# What varies ---------------------------------------------------------------------------------------------------------


def test_the_settings_arrive(project):
    text = workflow(project, *VARIANTS["settings"])
    parsed = yaml.safe_load(text)
    assert parsed[True]["push"]["branches"] == ["release/1.x"]
    assert parsed["jobs"]["newest"]["if"].endswith("github.ref == 'refs/heads/release/1.x'")
    versions = [step["with"] for _, step in steps(parsed) if "setup-" in step.get("uses", "")]
    assert {each["python-version"] for each in versions if "python-version" in each} == {"3.13"}
    terraform = [each for each in versions if "terraform_version" in each]
    assert len(terraform) == 5 and all(each["terraform_wrapper"] is False for each in terraform)
    check = next(step["run"] for _, step in steps(parsed) if step.get("run", "").startswith("xyztf ci github"))
    assert check.split()[3:] == [
        *("--branch", "release/1.x", "--requirements", "ci/requirements.txt", "--python", "3.13"),
        *("--terraform", "1.12.2", "--out", ".github/workflows/infrastructure.yml", "--check"),
    ]


def test_in_a_folder_every_script_runs_there_but_those_before_the_checkout(project):
    parsed = yaml.safe_load(workflow(project, Settings(), "infra/aws"))
    for job in parsed["jobs"].values():
        there = job.get("defaults", {}).get("run", {}).get("working-directory")
        assert there == ("infra/aws" if any("checkout@" in step.get("uses", "") for step in job["steps"]) else None)
        for step in job["steps"]:
            if "checkout@" in step.get("uses", ""):
                break
            assert "run" not in step or there is None or step["working-directory"] == "."


def test_names_that_yaml_would_take_for_something_else(small, project):
    small.write({"environments/on.yaml": "extends: dev\n", "environments/null.yaml": "extends: dev\n"})
    parsed = yaml.safe_load(workflow(project, Settings()))
    assert parsed["jobs"]["apply-on"]["environment"] == "on"
    assert parsed["jobs"]["apply-null"]["env"]["ENVIRONMENT"] == "null"


@pytest.mark.parametrize(
    "given",
    [
        {"branch": "main'] || true"},
        {"branch": "${{ x }}"},
        {"branch": ""},
        {"requirements": "a b"},
        {"requirements": "-e"},
        {"requirements": "../x.txt"},
        {"requirements": "$(id)"},
        {"python": "3.10"},
        {"python": "3"},
        {"python": "pypy3.11"},
        {"terraform": "1.10.5"},
        {"terraform": "2.0.0"},
        {"terraform": "latest"},
        {"out": "a b.yml"},
        {"out": "${{ github.token }}.yml"},
    ],
)
def test_a_setting_that_could_become_code_is_refused(given):
    with pytest.raises(UsageError, match="cannot be"):
        Settings(**given)


def test_where_nothing_says_what_to_install_the_way_out_is_told(project):
    with pytest.raises(XyztfError, match="cannot be read"):
        workflow(project, Settings(requirements="nowhere.txt"))
    (project.root / "requirements.txt").write_text("# later\n\n")
    with pytest.raises(XyztfError, match="names nothing to install"):
        workflow(project, Settings())


def test_two_environments_that_want_one_name_at_github(small, project):
    small.write({"environments/prod-plan.yaml": "extends: dev\n"})
    with pytest.raises(XyztfError, match="prod-plan would be the GitHub environment in which prod is planned"):
        workflow(project, Settings())


def test_more_environments_than_fit_into_a_workflow_are_told(project, monkeypatch):
    monkeypatch.setattr("xyztf.ci.workflow.LARGEST", 1000)
    with pytest.raises(XyztfError, match="for 2 environments would be larger than GitHub starts"):
        workflow(project, Settings())


def test_a_folder_that_a_workflow_cannot_name(project):
    with pytest.raises(XyztfError, match="cannot name the folder"):
        workflow(project, Settings(), "a folder")
