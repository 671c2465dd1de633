"""village"""
