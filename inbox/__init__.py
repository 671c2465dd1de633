"""Mailboxes and what their messages say."""
