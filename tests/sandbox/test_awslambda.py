"""Lambda: dead letters, logging and tracing are kept, told and changed."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

ROLE = "arn:aws:iam::123456789012:role/reader"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead-letters"
CREATE = """
import io, zipfile
content = io.BytesIO()
zipfile.ZipFile(content, "w").writestr("handler.py", "")
iam = client("iam")
role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
f = client("lambda")
made = f.create_function(FunctionName="f", Role=role, Runtime="python3.13", Handler="h.h",
    Code={"ZipFile": content.getvalue()}, DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"},
    Environment={"Variables": {"A": "1"}})
"""


def make_role(aws) -> None:
    """What the functions of our modules find: their roles are the global stack's, and moto asks for them."""
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "*"}]}
    aws.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))


def code() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("handler.py", "def handler(event, context):\n    return event\n")
    return content.getvalue()


@pytest.fixture
def functions(aws):
    make_role(aws)
    client = aws.client("lambda")
    client.create_function(
        FunctionName="reader",
        Role=ROLE,
        Runtime="python3.13",
        Handler="handler.handler",
        Code={"ZipFile": code()},
        DeadLetterConfig={"TargetArn": QUEUE},
        LoggingConfig={"LogFormat": "JSON", "LogGroup": "/shop/reader"},
        Environment={"Variables": {"A": "1"}},
    )
    return client


def test_dead_letters_and_logging_are_told(functions):
    told = functions.get_function_configuration(FunctionName="reader")
    assert told["DeadLetterConfig"] == {"TargetArn": QUEUE}
    assert told["LoggingConfig"] == {
        "LogFormat": "JSON",
        "LogGroup": "/shop/reader",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
    }


def test_a_function_that_says_nothing_of_logging_writes_text_to_the_usual_group(aws):
    make_role(aws)
    client = aws.client("lambda")
    client.create_function(FunctionName="f", Role=ROLE, Runtime="python3.13", Handler="h.h", Code={"ZipFile": code()})
    told = client.get_function_configuration(FunctionName="f")
    assert told["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}
    assert "DeadLetterConfig" not in told


def test_what_an_update_says_counts_and_what_it_leaves_out_stays(functions):
    functions.update_function_configuration(
        FunctionName="reader",
        TracingConfig={"Mode": "Active"},
        KMSKeyArn="arn:aws:kms:us-east-1:123456789012:key/1",
        EphemeralStorage={"Size": 1024},
        DeadLetterConfig={"TargetArn": ""},
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"},
    )
    told = functions.get_function_configuration(FunctionName="reader")
    assert told["TracingConfig"] == {"Mode": "Active"}
    assert told["KMSKeyArn"].endswith("key/1")
    assert told["EphemeralStorage"] == {"Size": 1024}
    assert "DeadLetterConfig" not in told
    assert told["LoggingConfig"]["ApplicationLogLevel"] == "DEBUG"
    assert told["Environment"] == {"Variables": {"A": "1"}}


def test_the_last_variable_can_be_taken_away(functions):
    functions.update_function_configuration(FunctionName="reader", Environment={})
    assert "Environment" not in functions.get_function_configuration(FunctionName="reader")


def test_a_function_can_be_invoked_without_docker(functions):
    answer = functions.invoke(FunctionName="reader", Payload=b'{"a": 1}')
    assert answer["StatusCode"] == 200


@pytest.mark.upstream
@pytest.mark.parametrize("name", ["DeadLetterConfig", "LoggingConfig"])
def test_moto_still_forgets(unpatched, name):
    assert unpatched(f"{CREATE}print({name!r} in made)").strip() == "False"


@pytest.mark.upstream
def test_moto_still_ignores_a_change_of_tracing(unpatched):
    script = f"{CREATE}print(f.update_function_configuration(FunctionName='f', TracingConfig={{'Mode': 'Active'}}))"
    assert "'PassThrough'" in unpatched(script)


@pytest.mark.upstream
def test_moto_still_crashes_on_an_environment_without_variables(unpatched):
    assert "KeyError" in unpatched(f"{CREATE}f.update_function_configuration(FunctionName='f', Environment={{}})")


@pytest.mark.sandbox
def test_terraform_applies_updates_and_destroys(stack, aws):
    make_role(aws)
    functions = stack("awslambda")
    (functions.folder / "code.zip").write_bytes(code())
    functions.apply()
    assert functions.plan() == ""
    changed = ("-var=level=DEBUG", "-var=environment={}")
    assert functions.actions(*changed) == {
        "aws_lambda_event_source_mapping.this": ["update"],
        "aws_lambda_function.this": ["update"],
    }
    functions.apply(*changed)
    assert functions.plan(*changed) == ""
    functions.destroy()
    assert aws.client("lambda").list_functions()["Functions"] == []
    assert aws.unsupported() == []
