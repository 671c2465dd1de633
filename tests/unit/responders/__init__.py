"""Deciding, ranking and guarding, without a server."""
