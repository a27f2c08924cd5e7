"""What a command does with a whole environment: its stacks in order, on AWS or in the sandbox.

Puts project, render, terraform and sandbox together. Must not import cli.
"""
