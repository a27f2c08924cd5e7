"""Faults of who may do what, and of what is written for everyone to read."""

from __future__ import annotations

from faults_data import without
from planting import Fault, header, instead, more, put, replaced

# Look like an access key and are none; in parts, so that no scanner of this repository takes them for some.
KEY = "AKIA" + "Q3EGRZ7XW2LMPT5V"
SECRET = "wJalrXUtnFEMI" + "K7MDENGbPxRfiCYzq9EkT0aHsLo"
PASSWORD = "Tr0ub4dor-3xK9q"

_ROOT = '{ AWS = "arn:aws:iam::123456789012:root" }'
_FUNCTIONS = "modules/{}/kinesis-dynamo/functions.tf"
_STREAMS_FUNCTION = "aws_lambda_function.device_data_stream"


def _policy(name: str, action: str) -> str:
    return (
        f'resource "aws_iam_role_policy" "{name}" {{\n  name = "{name}"\n  role = aws_iam_role.application.id\n'
        "  policy = jsonencode({\n    Statement = [\n"
        '      { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::xyz-corp-public/*" },\n'
        f'      {{\n        Effect = "Allow"\n        Action = "{action}"\n        Resource = "*"\n      }},\n'
        "    ]\n  })\n}"
    )


def _open(type_: str, arguments: str, action: str) -> str:
    return (
        f'resource "{type_}" "open" {{\n  {arguments}\n  policy = jsonencode({{\n    Statement = [{{\n'
        f'      Effect = "Allow"\n      Principal = "*"\n      Action = "{action}"\n      Resource = "*"\n'
        "    }]\n  })\n}"
    )


ACCESS = [
    # Policies
    Fault(
        "a policy's document allows everything",
        "environments/prod/global/application.tf",
        replaced(
            'actions = ["kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords"]', 'actions = ["*"]'
        ),
        (header("data.aws_iam_policy_document.application"), 'actions = ["*"]'),
        ("CKV_AWS_49",),
    ),
    Fault(
        "a policy's second statement allows everything on everything",
        "environments/dev/global/application.tf",
        more(_policy("everything", "*")),
        (header("aws_iam_role_policy.everything"), "Action"),
        ("CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_286"),
    ),
    Fault(
        "a policy reads every secret",
        "environments/staging/global/application.tf",
        more(_policy("secrets", "secretsmanager:*")),
        (header("aws_iam_role_policy.secrets"), "Action"),
        ("CKV_AWS_288", "CKV_AWS_290"),
    ),
    Fault(
        "everyone may take on a role",
        "environments/staging/global/roles.tf",
        replaced(
            'type        = "Service"\n      identifiers = ["lambda.amazonaws.com"]',
            'type        = "AWS"\n      identifiers = ["*"]',
        ),
        (header("data.aws_iam_policy_document.functions_trust"), "identifiers"),
        ("CKV_AWS_283",),
    ),
    Fault(
        "everyone may use a key",
        "modules/staging/elasticache/main.tf",
        instead("aws_kms_key.cache", _ROOT, '{ AWS = "*" }'),
        (header("aws_kms_key.cache"), "Principal"),
        ("CKV_AWS_33",),
    ),
    Fault(
        "everyone may use a key, by its second statement",
        "modules/prod/monitoring/main.tf",
        replaced(
            'Principal = { Service = "cloudwatch.amazonaws.com" }\n        Condition = {\n'
            '          StringEquals = { "aws:SourceAccount" = "123456789012" }\n        }',
            'Principal = "*"',
        ),
        (header("aws_kms_key.alarms"), "Principal", "Principal"),
        ("CKV_AWS_33",),
    ),
    Fault(
        "everyone may send to a queue",
        "modules/prod/kinesis-dynamo/queues.tf",
        more(_open("aws_sqs_queue_policy", "queue_url = aws_sqs_queue.device_data_stream.url", "sqs:SendMessage")),
        (header("aws_sqs_queue_policy.open"), "Principal"),
        ("CKV_AWS_168",),
    ),
    Fault(
        "everyone may publish to a topic",
        "modules/dev/monitoring/main.tf",
        more(_open("aws_sns_topic_policy", "arn = aws_sns_topic.alarms.arn", "sns:Publish")),
        (header("aws_sns_topic_policy.open"), "Principal"),
        ("CKV_AWS_169",),
    ),
    Fault(
        "any topic of any account may call the function",
        _FUNCTIONS.format("prod"),
        more(
            'resource "aws_lambda_permission" "topics" {\n  action        = "lambda:InvokeFunction"\n'
            "  function_name = aws_lambda_function.device_data_stream.function_name\n"
            '  principal     = "sns.amazonaws.com"\n}'
        ),
        (header("aws_lambda_permission.topics"), "principal"),
        ("CKV_AWS_364",),
    ),
    Fault(
        "a function's address asks nobody who they are",
        _FUNCTIONS.format("dev"),
        more(
            'resource "aws_lambda_function_url" "open" {\n'
            "  function_name      = aws_lambda_function.device_data_stream.function_name\n"
            '  authorization_type = "NONE"\n}'
        ),
        (header("aws_lambda_function_url.open"), "authorization_type"),
        ("CKV_AWS_258",),
    ),
    # Secrets in the text
    Fault(
        "the database's password",
        "modules/dev/rds-primary/main.tf",
        put("aws_db_instance.this", f'  password = "{PASSWORD}"'),
        (header("aws_db_instance.this"), "password "),
        ("XYZ401",),
    ),
    Fault(
        "the secret itself",
        "modules/dev/rds-primary/password.tf",
        put("aws_secretsmanager_secret_version.admin", f'  secret_string = "{PASSWORD}"'),
        (header("aws_secretsmanager_secret_version.admin"), "secret_string "),
        ("XYZ401",),
    ),
    Fault(
        "an access key in an output",
        "environments/prod/us-west-2/outputs.tf",
        more(f'output "key" {{\n  value = "{KEY}"\n}}'),
        (header("output.key"), "value"),
        ("XYZ401",),
    ),
    Fault(
        "an access key among a function's variables",
        _FUNCTIONS.format("staging"),
        instead(_STREAMS_FUNCTION, 'LOG_LEVEL             = "INFO"', f'AWS_ACCESS_KEY_ID = "{KEY}"'),
        (header(_STREAMS_FUNCTION), "environment", "AWS_ACCESS_KEY_ID"),
        ("CKV_AWS_45",),
    ),
    Fault(
        "a password among a function's variables",
        _FUNCTIONS.format("prod"),
        instead(_STREAMS_FUNCTION, 'LOG_LEVEL             = "INFO"', f'DATABASE_PASSWORD = "{PASSWORD}"'),
        (header(_STREAMS_FUNCTION), "environment", "DATABASE_PASSWORD"),
        ("XYZ401",),
    ),
    Fault(
        "access keys in the provider",
        "environments/staging/us-west-2/providers.tf",
        instead(
            "provider.aws",
            'region              = "us-west-2"',
            f'region = "us-west-2"\n  access_key = "{KEY}"\n  secret_key = "{SECRET}"',
        ),
        (header("provider.aws"), "access_key"),
        ("CKV_AWS_41",),
    ),
    # Functions
    without(_FUNCTIONS.format("prod"), "aws_lambda_function.realtime_analytics", "kms_key_arn", "CKV_AWS_173"),
    without(_FUNCTIONS.format("prod"), "aws_lambda_function.realtime_analytics", "vpc_config", "CKV_AWS_117"),
    without(_FUNCTIONS.format("prod"), "aws_lambda_function.realtime_analytics", "dead_letter_config", "CKV_AWS_116"),
    # What is not there yet, and comes in badly
    Fault(
        "a volume that is not encrypted",
        "modules/dev/vpc/main.tf",
        more(
            'resource "aws_ebs_volume" "dump" {\n  availability_zone = "us-east-1a"\n'
            "  size = 10\n  encrypted = false\n}"
        ),
        (header("aws_ebs_volume.dump"), "encrypted"),
        ("CKV_AWS_3",),
    ),
    Fault(
        "a bucket's objects may be public",
        "environments/dev/global/application.tf",
        more(
            'resource "aws_s3_bucket" "dumps" {\n  bucket = "xyz-corp-dev-dumps"\n}\n\n'
            'resource "aws_s3_bucket_public_access_block" "dumps" {\n  bucket = aws_s3_bucket.dumps.id\n'
            "  block_public_acls = false\n  block_public_policy = true\n  ignore_public_acls = true\n"
            "  restrict_public_buckets = true\n}"
        ),
        (header("aws_s3_bucket_public_access_block.dumps"), "block_public_acls"),
        ("CKV_AWS_53",),
    ),
    Fault(
        "a machine that anyone on it can get credentials from",
        "modules/staging/vpc/main.tf",
        more(
            'resource "aws_instance" "jump" {\n  ami = "ami-0123456789abcdef0"\n  instance_type = "t4g.nano"\n'
            '  subnet_id = aws_subnet.application["us-east-1a"].id\n  associate_public_ip_address = true\n'
            '  metadata_options {\n    http_tokens = "optional"\n  }\n'
            "  root_block_device {\n    encrypted = false\n  }\n}"
        ),
        (header("aws_instance.jump"), "http_tokens"),
        ("CKV_AWS_79",),
    ),
    Fault(
        "a warehouse with a public address",
        "modules/staging/rds-replica/main.tf",
        more(
            'resource "aws_redshift_cluster" "copy" {\n  cluster_identifier = "copy"\n  node_type = "ra3.large"\n'
            '  master_username = "admin"\n  manage_master_password = true\n  publicly_accessible = true\n'
            "  encrypted = false\n}"
        ),
        (header("aws_redshift_cluster.copy"), "publicly_accessible"),
        ("CKV_AWS_87",),
    ),
    # The state
    Fault(
        "the state is not encrypted",
        "environments/dev/us-west-2/versions.tf",
        replaced("encrypt      = true", "encrypt      = false"),
        ("terraform {", 'backend "s3"', "encrypt "),
        ("XYZ323",),
    ),
]
