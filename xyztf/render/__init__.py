"""Templates and an environment in, files out: HCL literals, layout, headers, and the writer.

Knows Jinja; does not parse HCL. Must not import hcl, rules, scan, terraform, sandbox or cli.
"""
