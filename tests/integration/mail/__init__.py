"""Mail over real servers."""
