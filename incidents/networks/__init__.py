"""Floor 1: one file a network. `read(payload)` turns what a network sent into events, `send(letter)` into a receipt.

No database here. Wire facts and their sources: reference/networks.md; what is only assumed is said where it is relied on.
"""
