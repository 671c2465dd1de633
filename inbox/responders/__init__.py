"""Whether to answer a person, and with which words."""
