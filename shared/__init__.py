"""What two or more of the other packages need; nothing else may enter."""
