"""What follows from an environment: its stacks and their order, every name, ARN and address range.

Pure: no I/O, no templates. Must not import render, terraform, sandbox or cli.
"""
