"""Versions of Terraform, providers and modules: whoever plans next year must get what was tested."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from xyztf.errors import Location
from xyztf.findings.finding import Finding, Severity
from xyztf.hcl.instance import Instance
from xyztf.hcl.module import Module
from xyztf.hcl.syntax import Literal, ObjectOf
from xyztf.rules.rule import Rule, Stack
from xyztf.rules.versions.state import backend

PROMISES = "https://developer.hashicorp.com/terraform/language/v1-compatibility-promises"
PROVIDERS = "https://developer.hashicorp.com/terraform/language/providers/requirements"
BOUNDED = re.compile(r"^\s*(?:=?\s*v?\d|~>|<)")
"""A constraint with an upper end: exact, pessimistic, or less than."""
BUILT_IN = frozenset({"terraform"})
GOOD = """\
terraform {
  required_version = ">= 1.11, < 2"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}
"""


def is_bounded(constraint: str) -> bool:
    """Whether a version constraint has an upper end, so that a new major version does not come in by itself."""
    return any(BOUNDED.match(part) for part in constraint.split(","))


def is_applied(instance: Instance) -> bool:
    """Whether a module is applied by itself: it is called by none and configures a provider, or keeps a state.

    A module for others says only what it needs at least: an upper end there would keep its callers from new versions.
    """
    return instance.caller is None and bool(instance.module.providers or backend(instance))


def _used(module: Module) -> dict[str, Location]:
    """The providers that a module uses, by local name, with the place of the first use."""
    found: dict[str, Location] = {}
    for declared in (*module.resources.values(), *module.providers):
        labels = declared.block.labels
        name = labels[0] if declared.block.type == "provider" else labels[0].partition("_")[0]
        if name not in BUILT_IN:
            found.setdefault(name, declared.place)
    return found


class UnpinnedTerraform(Rule):
    """No upper and lower end for the version of Terraform."""

    id = "XYZ301"
    title = "Terraform is not pinned"
    why = "A newer Terraform may write a state that an older one cannot read; an older one lacks what is used here."
    source = PROMISES
    severity = Severity.WARNING
    bad = """\
terraform { # here
  required_version = ">= 1.11"
}

provider "aws" {
  region = "eu-west-1"
}
"""
    good = GOOD

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        settings = instance.module.settings
        for declared in settings:
            attribute = declared.block.body.attributes.get("required_version")
            if attribute is None:
                continue
            constraint = instance.evaluate(attribute.value)
            if isinstance(constraint, str) and is_applied(instance) and not is_bounded(constraint):
                message = f"{constraint} has no upper end"
                yield self.finding(declared.place, message, f'write "{constraint}, < {_next(constraint)}"')
            return
        if is_applied(instance):
            place = settings[0].place if settings else instance.module.providers[0].place
            yield self.finding(place, "no required_version says which Terraform it is for", 'such as ">= 1.11, < 2"')


def _next(constraint: str) -> int:
    major = re.search(r"\d+", constraint)
    return int(major.group()) + 1 if major else 2


class UnpinnedProvider(Rule):
    """A provider whose version is free."""

    id = "XYZ302"
    title = "A provider is not pinned"
    why = "The next init without a lock file takes a new major version, which may rename, remove or replace."
    source = PROVIDERS
    severity = Severity.WARNING
    bad = GOOD.replace("    aws = {", "    aws = { # here").replace('">= 5.100, < 7"', '">= 5.100"')
    good = GOOD

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        module = instance.module
        required = {name: (attribute, path) for name, attribute, path in module.required_providers()}
        for name, (attribute, path) in required.items():
            place = Location(path, attribute.line, attribute.column)
            value = attribute.value
            entries = {}
            if isinstance(value, ObjectOf):
                entries = {key.value: given for key, given in value.items if isinstance(key, Literal)}
                constraint = entries.get("version")
            else:
                constraint = value
            if constraint is None and "configuration_aliases" not in entries:
                yield self.finding(place, f"{name} may be of any version", 'give it one, such as ">= 5.100, < 7"')
            elif isinstance(constraint, Literal) and isinstance(constraint.value, str):
                text = constraint.value
                if is_applied(instance) and not is_bounded(text):
                    hint = f'write "{text}, < {_next(text)}"'
                    yield self.finding(place, f"{name}: {text} has no upper end", hint)


class ProviderWithoutSource(Rule):
    """A provider that is used and not named in required_providers."""

    id = "XYZ303"
    title = "A provider that is not required by name"
    why = "Terraform guesses hashicorp/NAME, of any version."
    source = PROVIDERS
    severity = Severity.WARNING
    bad = 'resource "aws_kms_key" "this" { # here\n  description = "Encrypts the database."\n}\n'
    good = GOOD

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        required = {name for name, _, _ in instance.module.required_providers()}
        for name, place in _used(instance.module).items():
            if name not in required:
                yield self.finding(
                    place, f"required_providers does not name {name}", "name it, with source and version"
                )


class UnpinnedModule(Rule):
    """A module from elsewhere without a version."""

    id = "XYZ304"
    title = "A module from elsewhere is not pinned"
    why = "Each init may bring other resources: whoever can change the module can change this stack."
    source = "https://developer.hashicorp.com/terraform/language/modules/sources"
    severity = Severity.WARNING
    bad = """\
module "a" { # here
  source = "terraform-aws-modules/vpc/aws"
}

module "b" { # here
  source = "git::https://example.com/vpc.git"
}

module "c" { # here
  source = "git::https://example.com/vpc.git?ref=main"
}
"""
    good = """\
module "a" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "~> 6.0"
}

module "b" {
  source = "git::https://example.com/vpc.git?ref=v1.2.0"
}

module "c" {
  source = "git::https://example.com/vpc.git?ref=5f2c8d1a7e3b9f4c6d0a1b2c3d4e5f6a7b8c9d0e"
}
"""

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for name, call in instance.module.calls.items():
            attribute = call.block.body.attributes.get("source")
            source = instance.evaluate(attribute.value) if attribute else None
            if not isinstance(source, str) or source.startswith((".", "/")):
                continue
            if re.fullmatch(r"(?:[\w.-]+/)?[\w-]+/[\w-]+/[\w-]+(?://.*)?", source):
                if "version" not in call.block.body.attributes:
                    yield self.finding(call.place, f"module {name} may be of any version", "give it a version")
            elif not (ref := re.search(r"[?&]ref=([^&]+)", source)):
                yield self.finding(call.place, f"module {name} is what its branch is today", "add ?ref= with a tag")
            elif ref[1] in ("main", "master", "HEAD", "develop", "trunk"):
                yield self.finding(call.place, f"module {name} follows the branch {ref[1]}", "name a tag or a commit")


class CredentialsInProvider(Rule):
    """Keys in a provider block."""

    id = "XYZ311"
    title = "Credentials in a provider block"
    why = "They stand in the repository, in every clone of it, and in each saved plan."
    source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration"
    bad = """\
provider "aws" {
  region     = "eu-west-1"
  access_key = "AKIAXXXXXXXXXXXXXXXX" # here
  secret_key = var.key # here
}
"""
    good = 'provider "aws" {\n  region  = "eu-west-1"\n  profile = "shop"\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for declared in instance.module.providers:
            for name in ("access_key", "secret_key", "token"):
                given = declared.block.body.attributes.get(name)
                # That of a cluster is read for each run: the provider for Kubernetes has no other way.
                if given and (declared.block.labels == ("aws",) or isinstance(given.value, Literal)):
                    hint = "take it out, revoke it, and sign in by role, profile or environment"
                    yield self.finding(declared.at(name), f"{name} stands in the provider block", hint)


class SkipsValidation(Rule):
    """A provider that talks to something else than AWS, or does not look whom it talks to."""

    id = "XYZ312"
    title = "A provider made for an emulator"
    why = "Committed, it reaches people who mean AWS: checks are off, or the calls go elsewhere."
    source = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#argument-reference"
    severity = Severity.WARNING
    bad = """\
provider "aws" {
  region                      = "eu-west-1"
  skip_credentials_validation = true # here
}
"""
    good = 'provider "aws" {\n  region = "eu-west-1"\n}\n'

    def module(self, instance: Instance) -> Iterator[Finding]:
        """See `Rule`."""
        for declared in instance.module.providers:
            body = declared.block.body
            for name in ("skip_credentials_validation", "skip_requesting_account_id", "insecure", "s3_use_path_style"):
                if name in body.attributes and instance.evaluate(body.attributes[name].value) is True:
                    yield self.finding(declared.at(name), f"{name} is set", "leave it to the emulator's environment")
            if any(True for _ in body.of_type("endpoints")):
                yield self.finding(
                    declared.at("endpoints"), "endpoints are set", "use AWS_ENDPOINT_URL where it is run"
                )


class ProviderInModule(Rule):
    """A provider that is configured in a module which others call."""

    id = "XYZ313"
    title = "A called module configures a provider"
    why = "It takes no count or for_each, and whoever removes its call removes the provider that has to destroy it."
    source = "https://developer.hashicorp.com/terraform/language/modules/develop/providers"
    severity = Severity.WARNING
    bad = 'module "network" {\n  source = "./network"\n}\n'
    good = GOOD
    files: ClassVar[Mapping[str, str]] = {"network/main.tf": 'provider "aws" { # here\n  region = "eu-west-1"\n}\n'}

    def stack(self, stack: Stack) -> Iterator[Finding]:
        """See `Rule`."""
        for instance in stack.configuration.instances:
            if instance.caller is not None:
                for declared in instance.module.providers:
                    message = f"module {instance.module.folder} configures the provider {declared.block.labels[0]}"
                    yield self.finding(declared.place, message, "hand it over from the root, with providers = { ... }")
