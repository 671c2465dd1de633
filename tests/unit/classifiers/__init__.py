"""The reply classifier, part by part."""
