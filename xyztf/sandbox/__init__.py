"""AWS on loopback, with no account: moto with our patches, in a process of its own, one for each environment.

It fails closed: `preflight` proves that a run can reach nothing else, or refuses it. Nothing here imports `render`,
`checks` or `cli`, and only `process`, `gate`, `snapshot` and `patches`, which run inside the emulator's process, import
moto: what commands import is light.
"""
