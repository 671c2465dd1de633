"""The farm at scale: what a job costs, a million due rows, a day of a million leads."""
