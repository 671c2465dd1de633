"""What a reply means: labels, intents, and how sure we are."""
