"""Servers that stand in for those of other companies, spoken to over real HTTP."""
