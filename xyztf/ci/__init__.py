"""For the CI of a project: which stacks a change touches, and a workflow that checks, plans and applies them.

Asks git and the project; starts no Terraform and no network. Must not import cli, operations or terraform.
"""
