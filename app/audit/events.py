"""The closed set of audit events, `subject:verb` or `subject:verb:detail`."""

from enum import StrEnum


class Event(StrEnum):
    """What can happen, as it is written into the log."""

    REQUEST_FILED = "request:filed"
    REQUEST_REFUSED = "request:refused"  # somebody tried to open, preview or file, and was told no
    REQUEST_APPROVED = "request:approved"  # the quorum is met
    REQUEST_DENIED = "request:denied"
    REQUEST_CANCELLED = "request:cancelled"
    REQUEST_EXPIRED = "request:expired"
    REQUEST_REMINDED = "request:reminded"
    REQUEST_ESCALATED = "request:escalated"  # still short of approvals: more people may approve from now on
    REQUEST_BLOCKED = "request:blocked"  # nobody could complete its approvals any more
    REQUEST_UNBLOCKED = "request:unblocked"
    REQUEST_POSTPONED = "request:postponed"  # it was to begin, but quiet hours had come
    REQUEST_BEGUN = "request:begun"  # authority and guardrails checked again, execution begins
    REQUEST_STOPPED = "request:stopped"
    REQUEST_PAUSED = "request:paused"  # by an approver, or by itself
    REQUEST_RESUMED = "request:resumed"
    REQUEST_STOPPING = "request:stopping"  # by an approver, midway: nothing further is called
    REQUEST_VERIFYING = "request:verifying"  # every call is answered, some effect is not visible yet
    REQUEST_FINISHED = "request:finished"
    DECISION_MADE = "decision:made"
    DECISION_REFUSED = "decision:refused"  # somebody clicked and was told no
    DELEGATION_GIVEN = "delegation:given"  # somebody is away: another person decides for them until a date
    DELEGATION_ENDED = "delegation:ended"
    ITEM_RECHECKED = "item:rechecked"
    ITEM_READ_BACK = "item:read-back"
    ITEM_SETTLED = "item:settled"
    CALL_SENT = "call:sent"
    CALL_ANSWERED = "call:answered"
    CALL_UNANSWERED = "call:unanswered"  # a process died or a connection broke between the two
    CALL_SPLIT = "call:split"
    CARD_REPLACED = "card:replaced"
    ADMIN_CHANNEL_UNFIT = "admin-channel:unfit"  # public, shared or with guests: decisions are suspended
    ADMIN_CHANNEL_FIT = "admin-channel:fit"
    SETTINGS_READ = "settings:read"
    POLICY_CHANGED = "policy:changed"
    POLICY_REFUSED = "policy:refused"  # the file was changed into something that cannot be put in force
    POLICY_UNREACHABLE = "policy:unreachable"  # nobody could approve some operation any more
    POLICY_REACHABLE = "policy:reachable"
    GLASS_BROKEN = "break-glass:used"
    RETROSPECTIVE_CLOSED = "retrospective:closed"
    INSTALLATION_SAVED = "installation:saved"
    INSTALLATION_REMOVED = "installation:removed"
    INSTALLATION_REFUSED = "installation:refused"  # Slack does not take somebody's token any more
    INSTALLATION_RECOVERED = "installation:recovered"
    WORKSPACES_CHANGED = "workspaces:changed"  # Drawbridge was added to some, or removed from them
