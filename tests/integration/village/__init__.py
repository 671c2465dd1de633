"""The village itself, before anything visits it."""
