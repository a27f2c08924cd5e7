"""References: what is named must be there, and what is there should be named."""

from xyztf.rules.references.undeclared import UndeclaredVariable

RULES = (UndeclaredVariable,)
