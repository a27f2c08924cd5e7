"""What runs in the interpreter that has checkov, which need not be the one of xyztf.

It imports the standard library and checkov, nothing of xyztf, and is written for Python 3.9. `run.py` starts it.
"""
