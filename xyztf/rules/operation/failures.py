"""What failed is kept for a person to look at, and does not go round in circles."""

from __future__ import annotations

import json
from collections.abc import Iterator

from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.resource import Resource
from xyztf.hcl.syntax import Expression, Traversal
from xyztf.hcl.values import UNKNOWN
from xyztf.hcl.walk import traversals
from xyztf.rules.rule import Rule, Stack

ASYNCHRONOUS = frozenset({"s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com"})
"""Services that invoke a function and do not wait for it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""


class FailuresAreLost(Rule):
    """A function fed by a stream, or invoked without waiting, whose failures go nowhere."""

    id = "XYZ741"
    title = "What the function cannot handle is lost"
    why = "After the last retry the record or the event is gone, and nothing tells which it was."
    source = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
    severity = Severity.NOTE
    bad = """\
resource "aws_lambda_event_source_mapping" "orders" { # here
  function_name     = "orders"
  event_source_arn  = aws_kinesis_stream.orders.arn
  starting_position = "TRIM_HORIZON"
}

resource "aws_lambda_function" "mails" { # here
  function_name = "mails"
  role          = "arn:aws:iam::111122223333:role/mails"
}

resource "aws_lambda_permission" "mails" {
  function_name = aws_lambda_function.mails.function_name
  action        = "lambda:InvokeFunction"
  principal     = "sns.amazonaws.com"
}
"""
    good = """\
resource "aws_lambda_event_source_mapping" "orders" {
  function_name     = "orders"
  event_source_arn  = aws_kinesis_stream.orders.arn
  starting_position = "TRIM_HORIZON"

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.failed.arn
    }
  }
}

resource "aws_lambda_function" "mails" {
  function_name = "mails"
  role          = "arn:aws:iam::111122223333:role/mails"

  dead_letter_config {
    target_arn = aws_sqs_queue.failed.arn
  }
}

resource "aws_lambda_permission" "mails" {
  function_name = aws_lambda_function.mails.function_name
  action        = "lambda:InvokeFunction"
  principal     = "sns.amazonaws.com"
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for each in stack.configuration.of_type("aws_lambda_event_source_mapping"):
            # Only streams have a starting position; a queue keeps its failures by its own redrive policy.
            if each.values.get("starting_position") is None or "destination_config" in each.values:
                continue
            hint = "write destination_config { on_failure { destination_arn = ... } } with a queue"
            yield self.finding(each.at(), "records that fail to the last retry are skipped", hint, address=each.address)
        permissions = [
            each
            for each in stack.configuration.of_type("aws_lambda_permission")
            if isinstance(each.values.get("principal"), str) and each.values["principal"] in ASYNCHRONOUS
        ]
        configured = list(stack.configuration.of_type("aws_lambda_function_event_invoke_config"))
        for function in stack.configuration.of_type("aws_lambda_function"):
            if "dead_letter_config" in function.values or any(_is_of(each, function) for each in configured):
                continue
            for permission in permissions:
                if _is_of(permission, function):
                    message = f"{permission.values['principal']} does not wait for it, and its failures go nowhere"
                    hint = "write dead_letter_config, or an aws_lambda_function_event_invoke_config with on_failure"
                    yield self.finding(function.at(), message, hint, address=function.address)
                    break


def _is_of(other: Resource, function: Resource) -> bool:
    """Whether a resource's function_name is this function."""
    attribute = other.body.attributes.get("function_name")
    if attribute is None or other.instance is not function.instance:
        return False
    name = function.values.get("function_name")
    return _refers(attribute.value, function) or (isinstance(name, str) and other.values.get("function_name") == name)


def _refers(expression: Expression, resource: Resource) -> bool:
    return any(_is(found, resource) for found in traversals(expression))


def _is(found: Traversal, resource: Resource) -> bool:
    return found.root == resource.type and found.steps[:1] == (resource.name,)


class RedriveLoop(Rule):
    """A queue that is its own dead-letter queue, or two that are each other's."""

    id = "XYZ742"
    title = "Dead letters go round in circles"
    why = "What cannot be handled goes round until its retention ends, and is lost without anybody having seen it."
    source = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
    bad = """\
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_sqs_queue_redrive_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id

  redrive_policy = jsonencode({ # here
    deadLetterTargetArn = aws_sqs_queue.orders.arn
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue" "mails" {
  name           = "mails"
  redrive_policy = "{\\"deadLetterTargetArn\\":\\"arn:aws:sqs:eu-west-1:111122223333:mails\\"}" # here
}
"""
    good = """\
resource "aws_sqs_queue" "failed" {
  name = "failed"
}

resource "aws_sqs_queue" "orders" {
  name = "orders"

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 3
  })
}
"""

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        queues = list(stack.configuration.of_type("aws_sqs_queue"))
        targets: dict[str, tuple[Resource, str]] = {}
        for queue in queues:
            if "redrive_policy" in queue.body.attributes and queue.key is None:
                targets[queue.address] = (queue, _target(queue, queues))
        for policy in stack.configuration.of_type("aws_sqs_queue_redrive_policy"):
            url = policy.body.attributes.get("queue_url")
            owner = next((each for each in queues if url and _same(policy, each) and _refers(url.value, each)), None)
            if owner is not None and owner.key is None:
                targets[owner.address] = (policy, _target(policy, queues))
        for address, (holder, target) in targets.items():
            back = targets[target][1] if target in targets else ""
            if target == address or (back == address and address != target):
                message = f"{address} sends its dead letters to {target if target != address else 'itself'}"
                message += "" if target == address else ", and that back to it"
                hint = "name a queue of its own for what failed"
                yield self.finding(holder.at("redrive_policy"), message, hint, address=holder.address)


def _same(one: Resource, other: Resource) -> bool:
    return one.instance is other.instance


def _target(holder: Resource, queues: list[Resource]) -> str:
    """The address of the queue that a redrive policy names, "" where it is not one of these."""
    value = holder.values.get("redrive_policy")
    if isinstance(value, str):
        try:
            arn = str(json.loads(value)["deadLetterTargetArn"])
        except (ValueError, KeyError, TypeError):
            return ""
        name = arn.rpartition(":")[2]
        return next((each.address for each in queues if each.values.get("name") == name), "")
    if value is UNKNOWN:
        expression = holder.body.attributes["redrive_policy"].value
        found = [each for each in queues if _same(holder, each) and each.key is None and _refers(expression, each)]
        return found[0].address if len(found) == 1 else ""
    return ""
