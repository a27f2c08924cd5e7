"""What a function says when Terraform would refuse the call."""

from __future__ import annotations


class FunctionError(Exception):
    """Terraform would refuse this call. The message is for the user, and does not name the function."""
