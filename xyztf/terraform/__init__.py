"""Driving Terraform: the only room that imports python_terraform. Finding the binary and the provider, and running it.

Must not import render, checks, sandbox or cli.
"""
