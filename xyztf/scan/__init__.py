"""checkov over root modules, as findings. The only room that knows checkov.

`driver.py` runs in the interpreter that has checkov and imports nothing of xyztf; `run.py` starts it. This room imports
`findings/` and `hcl/`, and nothing of environments, rendering or Terraform's runs.
"""
