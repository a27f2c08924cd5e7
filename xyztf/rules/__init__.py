"""Structural rules: what is held against Terraform that was read again, ours or anyone's.

One small class per rule, listed in `registry.py`. A rule reads what `hcl/` gives and facts, and yields findings; it
reads no file and knows no format. This room imports `hcl/`, `facts/` and `findings/`, and nothing of environments or
rendering: what a rule must know of an environment is in its `Context`.
"""
