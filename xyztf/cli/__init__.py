"""The command line: one file per command. Parses, calls one function, prints, and turns the result into an exit code.

Commands import what they need when they run, so that `xyztf --help` waits for nothing.
"""
