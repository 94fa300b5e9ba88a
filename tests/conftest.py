"""What holds for all tests."""

from hypothesis import settings

# The same examples each time, and no clock: machines are slow when they are busy.
settings.register_profile("placement", deadline=None, derandomize=True)
# For as long as one likes: `pytest tests/property --hypothesis-profile=fuzz`.
settings.register_profile("fuzz", deadline=None, max_examples=100_000)
settings.load_profile("placement")
