"""What a click did: one file a form product, generic.py as the fallback."""
