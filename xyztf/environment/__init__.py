"""What a person writes in `environments/*.yaml`: read, merged with provenance, overridden, checked.

In go YAML files, out comes an Environment in which each value knows its file and line. Must not import cli, stacks,
render, rules, scan, terraform, sandbox: data goes on to them, and nothing comes back.
"""

FOLDER = "environments"
"""The folder of a project with a YAML file for each environment."""
