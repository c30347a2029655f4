"""The app's own words that the tour waits for or checks: all in one place, since they may be reworded."""

FORM = "Ticket"
"""In every form, and in no loading view."""

PREVIEW = "Check before filing"
"""Title of the step before filing."""

FILED = r"Filed as (R[0-9A-Z]+)"
"""Says that a request exists; the group is its id."""

APPROVE = "Approve"
"""Begins the label of the approving button, with and without typing."""

TYPED = "To approve, type"
"""Begins the label of the field in which an approver types what is hit; after the colon, what to type."""

DENY = "Deny"
WHY_NOT = "Why not?"
UNDO = "Undo"
RECORDED = "recorded"
"""Said once a decision counts."""

SELF_APPROVAL = "You asked for this"
NOT_A_REQUESTER = "does not let you request this"

WAITS = "waits for approval"
DONE = "done and proved"
PARTLY = "partly done"
DRIFTED = "not carried out"
DENIED = "denied"
ENDINGS = (DONE, PARTLY, DRIFTED, DENIED, "failed", "outcome unknown", "stopped", "expired", "cancelled")
"""How a card's status line, its thread and the requester's message name the end, in lower case."""

CHANGING = frozenset(
    {
        "team.externalTeams.disconnect",
        "admin.conversations.disconnectShared",
        "usergroups.disable",
        "usergroups.enable",
        "admin.conversations.setTeams",
        "admin.auth.policy.removeEntities",
        "admin.auth.policy.assignEntities",
    }
)
"""The Web API methods of the five operations and of their undoing."""
