"""The arrows between the steps of the flow: which may call which, each meant; `tests/layout.py` holds the code to them."""

#: What every step of the flow may call; among themselves only what stands to the left.
GROUND = (
    "journalling",
    "production",
    "calendars",
    "timing",
    "searching",
    "gate",
    "absences",
    "staffing",
    "noticing",
    "vault",
)
#: The way sideways, in the order an appeal travels: a step may call the later ones.
TRAVEL = ("receiving", "intake", "classifying", "routing")
#: The other arrows between steps, each one meant; a new one is a decision, not an accident.
ARROWS = {
    "reading": {"receiving", "intake", "outside", "changing"},  # the worker opens what was received
    "intake": {"picturing"},  # pictures are wanted with the words they came with
    "picturing": {"cleaning"},  # what came is kept only as it was made anew
    "attaching": {"cleaning"},  # as with citizens' pictures
    "changing": {"intake", "picturing"},  # words entered by hand gain what intake would have given them
    "outside": {"publishing"},  # an echo of our own answer confirms it
    # what a network confirmed is kept in the same words as what a person saw; what it promises is noted
    "publishing": {"recording", "promises"},
    "routing": {"arriving"},  # whom an appeal comes to is told
    "answering": {"arriving"},  # and whose text comes back
    "agreeing": {"answering", "unread"},  # two who stand for one wording wrote it, and read what came since
    "silence": {"agreeing", "answering", "approving"},  # an author publishes what nobody has decided about
    # who wrote the version decides who may approve it; what the check forbids goes out by no door
    "approving": {"agreeing", "answering", "checking", "recording"},
    # what stands in the network may be the text that was being written, and promise
    "duplicates": {"answering", "approving"},  # a duplicate is put away, or answered with the same text
    "recording": {"answering", "promises"},
    "replying": {"answering", "complying", "promises"},  # a letter is an answer too, on a day that a law looks at
    "formalising": {"complying", "intake"},  # a formal appeal made from another is an appeal
    "topic_changes": {"classifying"},  # as with the taxonomy
    # a change is noted where classifying reads its version; rows go through the verbs of pages
    "taxonomy": {"classifying", "loading", "topic_changes"},
    "history": {"history_names"},  # whom and what a row of history names
    "history_export": {"history_file"},  # an export may come as CSV too
    "setting_up": {"accounts", "throttling"},  # the first administrator is a person, and a wrong code makes one wait
    "equipping": {"calendar_changes", "enacting", "organising"},  # the first setup goes through the verbs of pages
    # who leaves hands over by the acts of everybody, and so that it can be taken back
    "handing_over": {"accounts", "routing", "tokens", "undoing"},
    "accounts": {"throttling"},  # a failed sign-in makes the next one wait
    # a table's rows go through the verbs of pages
    "loading_staff": {"loading", "accounts", "handing_over", "linking", "organising"},
    "loading_rules": {"loading", "connecting", "enacting"},
    "loading_templates": {"loading", "templating"},
    "loading_absences": {"loading"},
    "loading_shares": {"loading", "budgeting"},
    "posting": {"receiving"},  # what a server says is cleaned as every stranger's words are, before it is stored
    "retracting": {"approving"},  # what was entered by mistake is no incident
    "undoing": {"approving", "classifying", "routing"},  # what leads an appeal back are the acts that led it there
    "involving": {"asking"},  # who is asked for a part is told, and who asked once it is given
    "budgeting": {"remembering"},  # a list tells of forty appeals what is left of their shares
    "own_month": {"budgeting"},  # own minutes are held against the share of the norm
    "usual_needs": {"budgeting"},  # where experience says too little, a department's share of the norm counts
    "reminding": {"promises"},  # it speaks in the ledger's name
    "gathering": {"ways"},  # a letter goes only by a way that still leads to the person
    # a passport shows plan and fact, and whether what is stored is the same
    "explaining": {"budgeting", "recomputing"},
    "founding": {"enacting", "taxonomy", "calendar_changes"},  # a new town gets its norms, topics and calendar
}
