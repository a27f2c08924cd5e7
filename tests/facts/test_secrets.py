"""Which texts are taken for secrets. The tokens are put together here, so that no scanner finds one in this file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xyztf.facts.secrets import find_assigned, find_secret, names_secret
from xyztf.facts.tables import table

MIXED = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA2bC4dE6f"
UPPER = "Q7WX2ERTY5UIO4PA"
HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

TOKENS = {
    "AWS access key": ["AKIA" + UPPER, "ASIA" + UPPER, f"export KEY={'AKIA'}{UPPER} # prod"],
    "AWS secret key": [f"aws_secret_access_key = {MIXED}", f'"SecretAccessKey": "{MIXED}"'],
    "private key": [f"-----BEGIN {kind}PRIVATE KEY-----" for kind in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ")],
    "age key": ["AGE-SECRET-KEY-1" + "Q" * 58],
    "GitHub token": [f"gh{kind}_{MIXED[:36]}" for kind in "oprsu"] + ["github_pat_" + MIXED],
    "GitLab token": ["glpat-" + MIXED[:20], "glrt-" + MIXED[:20]],
    "Slack token": ["xoxb-" + "123456789012-" + MIXED[:24], "xapp-1-" + MIXED[:20]],
    "Slack webhook": ["https://hooks.slack.com/services/" + "T0A1B2C3D/B0A1B2C3D/" + MIXED[:24]],
    "Stripe key": ["sk_" + "live_" + MIXED[:24], "rk_" + "live_" + MIXED[:24]],
    "Google API key": ["AIza" + MIXED[:35]],
    "Google OAuth secret": ["GOCSPX-" + MIXED[:28]],
    "npm token": ["npm_" + MIXED[:36]],
    "PyPI token": ["pypi-AgE" + MIXED + MIXED],
    "Docker Hub token": ["dckr_pat_" + MIXED[:27]],
    "Vault token": ["hvs." + MIXED[:24]],
    "Terraform Cloud token": [MIXED[:14] + ".atlasv1." + MIXED + MIXED],
    "SendGrid key": [f"SG.{MIXED[:22]}.{MIXED}abc"],
    "DigitalOcean token": ["dop_v1_" + HEX],
    "Databricks token": ["dapi" + HEX[:32]],
    "Anthropic key": ["sk-ant-" + MIXED],
    "OpenAI key": [f"sk-proj-{MIXED[:24]}T3BlbkFJ{MIXED[:24]}"],
    "Hugging Face token": ["hf_" + "abcdefghijABCDEFGHIJabcdefghijABCD"],
    "Grafana token": ["glsa_" + MIXED[:32] + "_1234abcd"],
    "New Relic key": ["NRAK-" + UPPER + UPPER[:11]],
    "Shopify token": ["shpat_" + HEX[:32]],
    "Postman key": [f"PMAK-{HEX[:24]}-{HEX[:34]}"],
    "Pulumi token": ["pul-" + HEX[:40]],
    "Atlassian token": ["ATATT3" + MIXED + MIXED],
    "Telegram bot token": ["123456789:AA" + MIXED[:33]],
    "Azure storage key": ["DefaultEndpointsProtocol=https;AccountKey=" + MIXED * 2 + "abcdef=="],
    "JSON web token": ["eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + MIXED],
}


def test_every_form_is_tried() -> None:
    assert set(TOKENS) == {entry["kind"] for entry in table("secrets")["tokens"]["forms"]}
    assert all(entry["source"].startswith("https://") for entry in table("secrets")["tokens"]["forms"])


@settings(max_examples=5, deadline=None)
@given(st.data())
@pytest.mark.parametrize("entry", table("secrets")["tokens"]["forms"], ids=lambda entry: entry["kind"])
def test_no_form_is_left_out_for_speed(entry: dict[str, str], data: st.DataObject) -> None:
    text = data.draw(st.from_regex(entry["pattern"]))
    assert "EXAMPLE" in text.upper() or find_secret(None, text) is not None


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TOKENS.items() for text in texts])
@pytest.mark.parametrize("name", [None, "description", "password"])
def test_a_token_is_found_under_any_name(kind: str, text: str, name: str | None) -> None:
    found = find_secret(name, text)
    assert found is not None and found.kind == kind
    inside = find_secret(name, f'curl -H "Authorization: {text}" https://localhost\n')
    assert inside is not None and inside.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AKIA",
        "MAKIA" + UPPER,
        "AKIA" + UPPER + "9",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "ghp_short",
        "task_" + MIXED,
        "arn:aws:iam::123456789012:role/reader",
        "sha256:" + HEX,
        HEX,
        "eyJhbGciOiJIUzI1NiJ9",
        "",
    ],
)
def test_no_token(text: str) -> None:
    assert find_secret(None, text) is None
    assert find_secret("description", text) is None


@pytest.mark.parametrize(
    "text",
    [
        "mysql://shop:hunter2@db.internal:3306/shop",
        "postgresql+psycopg://shop:S3cr%21t@db/shop",
        "redis://:hunter2@cache:6379",
        "amqps://user:hunter2@broker",
        "jdbc:mysql://db/shop?user=shop&password=hunter2",
        "Server=db;Database=shop;Uid=shop;Pwd=hunter2;",
        "host=db user=shop password=hunter2",
    ],
)
def test_connection_strings(text: str) -> None:
    found = find_secret("url", text)
    assert found is not None and found.kind == "password in a connection string"
    assert find_secret(None, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "mysql://shop:${var.password}@db.internal/shop",
        "mysql://shop:${}@db.internal/shop",
        "mysql://shop:$PASSWORD@db.internal/shop",
        "mysql://shop:<password>@db.internal/shop",
        "mysql://shop:xxxx@db/shop",
        "mysql://shop:hunter2@db.example.com/shop",
        "mysql://shop@db.internal/shop",
        "https://hub.internal:8443/path@v1",
        "git::https://hub.internal/shop.git?ref=v1",
        "jdbc:mysql://db/shop?user=shop&password={{password}}",
        "host=db user=shop password=",
        "arn:aws:rds:eu-west-1:123456789012:db:shop",
    ],
)
def test_connection_strings_without_a_password(text: str) -> None:
    assert find_secret("url", text) is None


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "master_password",
        "password_wo",
        "DB_PASSWORD",
        "dbPassword",
        "MYSQL_PWD",
        "smtp_pass",
        "auth_token",
        "secret_string",
        "db-password",
        "spring.datasource.password",
        "admin_passwd",
        "passphrase",
    ],
)
def test_passwords(name: str) -> None:
    found = find_secret(name, "hunter2")
    assert found is not None and found.kind == "password"
    assert name in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "changeme",
        "ChangeMe123!",
        "change-me",
        "password",
        "Passw0rd!",
        "admin",
        "root",
        "secret",
        "123456",
        "12345678",
        "letmein",
        "test",
        "postgres",
        "supersecret",
        "mysecret1",
    ],
)
def test_passwords_that_everyone_guesses(text: str) -> None:
    found = find_secret("master_password", text)
    assert found is not None and found.kind == "placeholder password"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("api_key", MIXED[:32]),
        ("apiKey", MIXED[:32]),
        ("client_secret", MIXED[:32]),
        ("DD_API_KEY", HEX[:32]),
        ("access_token", MIXED),
        ("private_key", MIXED),
        ("GITHUB_TOKEN", MIXED),
        ("token", "3f9a0c7be12d45f8a6b09c3d7e21f04b8a5d6c90"),
        ("secret", MIXED),
        ("access_key", MIXED[:20]),
        ("encryption_key", MIXED),
    ],
)
def test_other_secrets(name: str, text: str) -> None:
    found = find_secret(name, text)
    assert found is not None and found.kind == "secret"


@pytest.mark.parametrize("name", ["secret_key", "aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"])
def test_an_aws_secret_key_by_its_name_and_length(name: str) -> None:
    found = find_secret(name, MIXED)
    assert found is not None and found.kind == "AWS secret key"
    other = find_secret(name, MIXED[:39])
    assert other is not None and other.kind == "secret"


@pytest.mark.parametrize(
    "name",
    [
        "password_length",
        "secret_name",
        "secret_arn",
        "secret_id",
        "token_validity",
        "token_validity_units",
        "key_name",
        "password_wo_version",
        "secret_string_wo_version",
        "manage_master_user_password",
        "kms_key_id",
        "primary_key",
        "token_url",
        "password_policy",
        "password_reset_days",
        "secret_path",
        "secret_rotation",
        "token_ttl",
        "hash_key",
        "public_key",
        "master_user_secret_kms_key_id",
        "DB_PASSWORD_SECRET_ARN",
        "DB_PASSWORD_PARAMETER",
        "passthrough",
        "minimum_password_length",
        "password_reuse_prevention",
        "require_password",
        "allow_users_to_change_password",
        "generate_secret",
        "compass",
        "bypass",
        "identifier",
        "description",
        "name",
        "tokenization",
        "password_hash",
    ],
)
def test_names_of_what_is_about_a_secret(name: str) -> None:
    assert not names_secret(name)
    for text in ("hunter2", "true", "16", MIXED, "shop-db", "changeme"):
        assert find_secret(name, text) is None


@pytest.mark.parametrize("name", ["password", "api_key", "token", "secret", "secret_string", "client_secret"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "${var.password}",
        "${}",
        "prefix-${}",
        "$DB_PASSWORD",
        "$(cat /run/secret)",
        "%{ if true }a%{ endif }",
        "{{resolve:secretsmanager:shop}}",
        "{{ password }}",
        "<password>",
        "<your password here>",
        "[PASSWORD]",
        "xxxxxxxx",
        "XXXX",
        "********",
        "...",
        "TODO",
        "TODO: from the vault",
        "REPLACE_ME",
        "replace-with-your-own",
        "your-password-here",
        "null",
        "none",
        "true",
        "false",
        "redacted",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/password",
        "/shop/prod/password",
        "prod/shop/password",
        "https://vault.internal/v1/shop",
        "ssm:/shop/password",
        "vault:secret/shop",
        "op://vault/shop/password",
        "alias/shop",
        "var.password",
        "data.aws_secretsmanager_secret_version.this.secret_string",
        "random_password.this.result",
        "aws_secretsmanager_secret.this.arn",
        "secrets/shop.json",
        "./id_rsa.pem",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "example-password",
        "AQICAHhX7VhJm5Tz",
        "ENC[AES256_GCM,data:abc]",
    ],
)
def test_texts_that_are_no_secret_under_any_name(name: str, text: str) -> None:
    assert find_secret(name, text) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("password", "The password of the admin"),
        ("secret", "shop-db-credentials"),
        ("secret", "shop-db-2024-credentials"),
        ("secret", "hunter2"),
        ("secret", "changeme"),
        ("token", "us-east-1"),
        ("token", "next"),
        ("api_key", "x-api-key"),
        ("access_key", "test"),
        ("secret_key", "test"),
        ("secret_key", "mock_secret_key"),
        ("secret_key", "minioadmin"),
        ("encryption_key", "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("DB_PASSWORD_SECRET", "shop-db"),
        ("credentials", "default"),
    ],
)
def test_names_that_say_little_need_a_text_that_looks_random(name: str, text: str) -> None:
    assert find_secret(name, text) is None


def test_json_is_read_by_its_names() -> None:
    found = find_secret("secret_string", json.dumps({"username": "shop", "password": "hunter2"}))
    assert found is not None and found.kind == "password" and "password" in found.reason
    deep = find_secret("environment", json.dumps({"Containers": [{"Environment": {"DB_PASSWORD": "hunter2"}}]}))
    assert deep is not None and "DB_PASSWORD" in deep.reason
    assert find_secret("secret_string", json.dumps({"username": "shop", "host": "db"})) is None
    assert find_secret("secret_string", json.dumps({"password": "${}"})) is None
    assert find_secret("policy", json.dumps({"Statement": [{"Action": "secretsmanager:GetSecretValue"}]})) is None
    assert find_secret("secret_string", "{not json") is None
    assert find_secret(None, "{" * 100_000) is None


LETTERS = st.text("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!", min_size=12, max_size=40)


@given(st.sampled_from(["password", "api_key", "token", "secret_string", None]), LETTERS)
def test_what_is_found_is_never_given_back(name: str | None, text: str) -> None:
    found = find_secret(name, text)
    if found is not None:
        assert text not in repr(found)
    url = find_secret(name, f"mysql://shop:{text}@db/shop")
    assert url is None or text not in repr(url)


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_may_be_asked(name: str, text: str) -> None:
    find_secret(name, text)
    find_secret(None, text)


def test_long_texts_are_read_in_one_go() -> None:
    """No form goes over a text again and again: a long text of what begins like one must not hang."""
    for begin in ("eyJ", "password=", "mysql://", "sk-", "a.", "xoxb-", "-----BEGIN A "):
        find_secret("content", begin * 20_000)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("#!/bin/bash\nexport DB_PASSWORD=hunter22\n", True),
        ("API_TOKEN='abcdef123'\n", True),
        ("DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id shop)\n", False),
        ("DB_PASSWORD=$1\n", False),
        ("DB_PASSWORD=${}\n", False),
        ("SECRET_NAME=shop\n", False),
    ],
)
def test_scripts(script: str, found: bool) -> None:
    assert (find_assigned(script) is not None) == found


@pytest.mark.parametrize(
    "name",
    [
        "cluster_ssm_path_auth_token",
        "login_profile_encrypted_password",
        "account_password_policy_expire_passwords",
        "cluster_master_user_secret",
    ],
)
def test_names_of_outputs_that_are_no_secret(name: str) -> None:
    assert not names_secret(name)
