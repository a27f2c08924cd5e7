"""The environment as a person fills it in: one class per part, in the field's words.

Knows nothing of files, stacks or HCL. What a single field may hold is decided here; what only shows when fields are
held against each other, or against AWS's dated facts, is decided in `checks/`.
"""

from xyztf.environment.model.environment import Environment

__all__ = ["Environment"]
