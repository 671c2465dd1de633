"""Labelled replies written for the project: one file a hand, and the words that tie the seven languages
together.
"""
