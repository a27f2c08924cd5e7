"""xyztf: one reviewed YAML file per environment becomes Terraform, proven before anyone applies it."""

__version__ = "0.1.0"
