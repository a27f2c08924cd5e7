"""HCL read again: files become blocks with their places, folders become modules, stacks become values.

The only room that knows the HCL parser. It says what is there, and judges nothing: that is for `rules/`. It imports
nothing of xyztf but `errors`, and `facts.provider` where JSON does not tell a block from an argument.
"""
