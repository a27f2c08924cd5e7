"""Findings: what a rule or a scanner has to say about a place in a file, and the formats in which they are told.

This room imports nothing of xyztf but `errors`: `rules/` and `scan/` make findings, `cli/` prints them.
"""
