"""Driving Terraform: the only room that imports python_terraform. One stack at a time, never a whole environment.

Finding or fetching the binary, and finding the provider: `binary`, `release`, `provider`. Running it so that it ends
cleanly whatever becomes of us: `process`, `guardian`, `driver`, `workspace`, `hold`, `unfinished`, `recover`, `lookup`.
Plans, what they would do and whether they may: `saved`, `binding`, `planned`, `differences`, `guard`. The others are
its commands.

Must not import render, checks, sandbox or cli.
"""
