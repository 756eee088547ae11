"""Floor 2: the verbs, one module a step of an appeal's way. First argument `session`, keyword `now`; never commits.

    receiving -> intake -> classifying -> routing -> [overdue] -> answering -> publishing

Every act on an appeal passes the gate (`gate.act`), which asks the lifecycle table and writes the journal.
"""
