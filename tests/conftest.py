"""What holds for all tests."""

from hypothesis import settings

# The same examples each time, and no clock: machines are slow when they are busy.
settings.register_profile("placement", deadline=None, derandomize=True)
settings.load_profile("placement")
