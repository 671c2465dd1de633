"""Every metric by name."""

from prometheus_client import Counter, Gauge, Histogram

OUTCOMES = Counter("relance_outcomes_total", "Units of work that ended", ["queue", "state", "reason"])
DURATION = Histogram(
    "relance_job_seconds",
    "Time from claim to end",
    ["queue"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160),
)
PHASE = Histogram(
    "relance_phase_seconds",
    "Time spent in one part of a job",
    ["queue", "phase"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160),
)
ROUND = Histogram("relance_reconciler_round_seconds", "Time of one round of the leading reconciler")
LEADER = Gauge("relance_reconciler_leader", "1 where this reconciler leads")
IN_FLIGHT = Gauge("relance_in_flight_rows", "Rows that a worker holds", ["queue", "state"])
MAILBOX_LAG = Gauge("relance_mailbox_lag_seconds", "Since the mailbox least lately read was read to its end")
MAILBOXES = Gauge("relance_mailboxes", "Mailboxes by how they were last read", ["state"])
BACKLOG = Gauge("relance_backlog_rows", "Rows due and not yet claimed", ["queue"])
OLDEST = Gauge("relance_oldest_due_seconds", "Age of the oldest row that is due", ["queue"])
LEASES_EXPIRED = Counter("relance_leases_expired_total", "Leases that ran out", ["queue", "state"])
NUDGES = Counter("relance_nudges_total", "Messages put on the broker", ["queue"])
RULINGS = Counter("relance_compliance_total", "Verdicts of the compliance chain", ["rule", "verdict"])
STOPS = Counter("relance_stops_total", "Campaigns and mailboxes stopped by what came back", ["what"])
SETTLED = Counter("relance_unknown_settled_total", "Unproven outcomes by what proved them", ["queue", "by"])
DOUBT = Counter("relance_classifier_doubt_total", "Predictions that asked for a person", ["doubt"])
BROWSER_MEMORY = Gauge("relance_browser_memory_bytes", "Memory of Chromium and its children")
BROWSER_CONTEXTS = Gauge("relance_browser_contexts", "Contexts that jobs have open")
BROWSER_ENDS = Counter("relance_browser_ends_total", "Chromiums that were replaced", ["why"])
LOOP_DELAY = Gauge("relance_loop_delay_seconds", "How late the event loop ran a timer")
DOLLARS = Counter("relance_llm_dollars_total", "Cost of the language model at its list price", ["model"])
PREDICTIONS = Counter(
    "relance_classifier_predictions_total", "Labels that the model gave", ["label", "language"]
)
TOKENS = Counter("relance_llm_tokens_total", "Tokens of the language model", ["direction"])
