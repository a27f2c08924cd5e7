"""What must be right before Terraform can work, and what to do about what is not. Looks only, and changes nothing.

`examine` asks AWS and this machine once, and lets each check judge what was found: a check is a small function, in the
list of its file. Must not import cli.
"""
