"""The names of all functions, and how many arguments each takes."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from xyztf.hcl.functions import FUNCTIONS, LAZY, NAMES, READS_FILES, FunctionError


def test_a_name_is_in_one_place():
    assert not (frozenset(FUNCTIONS) & READS_FILES) and not (frozenset(FUNCTIONS) & LAZY)


@pytest.mark.terraform
def test_these_are_the_functions_of_terraform():
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1"}
    command = ["terraform", "metadata", "functions", "-json"]
    run = subprocess.run(command, env=environment, capture_output=True, check=True)
    signatures = json.loads(run.stdout)["function_signatures"]
    # `list` and `map` are there only to say what took their place.
    assert NAMES - {"list", "map"} == {name for name in signatures if "::" not in name}
    for name, function in FUNCTIONS.items():
        if name not in ("list", "map"):
            _takes(function, signatures[name])


def _takes(function, signature):
    wanted = len(signature.get("parameters", ()))
    refused = [wanted - 1] if wanted else []
    if "variadic_parameter" not in signature:
        refused.append(wanted + 1)
    for count in refused:
        with pytest.raises(FunctionError, match=f"{wanted or 'no'} argument.* required, {count} given"):
            function(*["x"] * count)


def test_a_message_names_the_argument_and_not_the_function():
    with pytest.raises(FunctionError, match=r"^argument 2: a whole number is required$"):
        FUNCTIONS["cidrhost"]("10.0.0.0/8", 1.5)
    with pytest.raises(FunctionError, match=r"^argument 1: must not be null$"):
        FUNCTIONS["upper"](None)
