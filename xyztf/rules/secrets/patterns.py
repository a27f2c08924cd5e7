"""Texts that are secrets, and names of what holds one. Nothing here gives a secret back: only what kind it is."""

from __future__ import annotations

import re

KINDS = {
    # Prefixes as each service publishes them; GitHub's list of secret scanning patterns names them all.
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "an access key of AWS": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a token of GitHub": r"\b(?:gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})",
    "a token of GitLab": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "a token of Slack": r"\bxox[abeprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/T\w+/B\w+/\w+",
    "a key of Stripe": r"\b[rs]k_live_[A-Za-z0-9]{16,}",
    "a key of Google": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "a token of npm": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a token of PyPI": r"\bpypi-AgE[A-Za-z0-9_-]{50,}",
    "a token of Vault": r"\bhv[bsr]\.[A-Za-z0-9_-]{24,}",
    "a token of Terraform Cloud": r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}",
    "a key of SendGrid": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b",
    "a token of DigitalOcean": r"\bdo[opr]_v1_[a-f0-9]{64}\b",
    "a token of Databricks": r"\bdapi[a-f0-9]{32}\b",
    "a key of Anthropic": r"\bsk-ant-[A-Za-z0-9_-]{20,}",
}
_KINDS = [(kind, re.compile(pattern)) for kind, pattern in KINDS.items()]
_CONNECTION = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@?#]*:(?P<password>[^\s/@?#]+)@", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:^|[;&?\s])(?:password|passwd|pwd)=(?P<password>[^\s;&\"']+)", re.IGNORECASE)
_SHELL = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]+)=[\"']?(?P<password>[^\s\"'$]+)")
_NAME = re.compile(
    r"(?:^|_)(?:passwords?|passwd|pwd|passphrase|secret|secret_string|token|api_?key|apikey|secret_?key|private_?key"
    r"|secret_access_key|access_key|auth_?token|access_?token|client_?secret)(?:_wo)?$"
)
_SWITCHES = re.compile(r"^(?:allow|create|enable|generate|has|ignore|manage|no|require|reset|skip|store|use)_")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_PLACEHOLDER = re.compile(
    r"^(?:\*+|x+|\.+|<.*>|\{.*\}|%.*%|todo.*|replace.*|none|null|true|false|your[-_ ].*)$", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"^(?:arn:|/|[.]{1,2}/|https?://|ssm:|alias/|projects/|vault:|\{\{resolve:)")


def is_secret_name(name: str) -> bool:
    """Whether an argument, variable or setting of this name holds a secret: not its name, ARN, length or version."""
    plain = _SEPARATORS.sub("_", _CAMEL.sub("_", name).lower())
    return bool(_NAME.search(plain)) and not _SWITCHES.match(plain)


def find_secret(name: str, text: str) -> str | None:
    """What kind of secret a text is, under its argument's name; None where it is none.

    Interpolations in the text stand as `${}`. Examples of AWS's documentation, placeholders, and texts that say where
    a secret is kept are none.
    """
    for kind, pattern in _KINDS:
        found = pattern.search(text)
        if found and not any(each in found.group() for each in ("EXAMPLE", "XXXX")):
            return kind
    if "EXAMPLE" in text:
        return None
    for pattern in (_CONNECTION, _ASSIGNED):
        for found in pattern.finditer(text):
            if _is_literal(found.group("password")):
                return "a connection string with its password"
    return "a secret" if is_secret_name(name) and _is_literal(text) else None


def find_assigned(text: str) -> str | None:
    """The name of a shell variable that a script sets to a secret; None where there is none."""
    for found in _SHELL.finditer(text):
        if is_secret_name(found.group("name")) and _is_literal(found.group("password")):
            return found.group("name")
    return None


def _is_literal(text: str) -> bool:
    """Whether it may be the secret itself: no placeholder, nothing computed, no place where the secret is kept."""
    plain = text.strip()
    if not plain or "${" in plain or plain.startswith("$"):
        return False
    return not _PLACEHOLDER.match(plain) and not _ELSEWHERE.match(plain)
