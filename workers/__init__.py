"""The use cases and the processes that run them."""
