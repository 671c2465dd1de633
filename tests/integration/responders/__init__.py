"""The responders against a server that speaks the Messages API."""
