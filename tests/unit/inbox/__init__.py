"""unit tests of the inbox engine"""
