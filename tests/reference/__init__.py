"""Slow, obvious twins: the rules of placement once more, in plain Python, to hold the fast code against."""
