"""Dated facts about AWS and Terraform: versions, sizes, limits, words and metrics, each with its source and the date it
was true.

The data is JSON under `data/`; the modules are look-ups in it, one per subject, pure and typed. This room knows
nothing of environments, stacks or templates, and imports nothing of xyztf and nothing but the standard library.
"""
