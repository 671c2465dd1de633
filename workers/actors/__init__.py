"""Dramatiq actors: three-line skins over services; the argument is an id."""
