"""What a function says when Terraform would refuse its arguments."""


class FunctionError(Exception):
    """Terraform would refuse the call. `str()` says why."""
