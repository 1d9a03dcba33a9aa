"""Faults that the tests must catch, and the command that plants each and shows the test that fails."""
