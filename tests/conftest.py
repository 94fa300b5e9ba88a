"""What holds for all tests."""

import signal

import pytest
from hypothesis import settings

# The same examples each time, and no clock: machines are slow when they are busy.
settings.register_profile("placement", deadline=None, derandomize=True)
# For as long as one likes: `pytest tests/property --hypothesis-profile=fuzz`.
settings.register_profile("fuzz", deadline=None, max_examples=100_000)
settings.load_profile("placement")


@pytest.fixture
def ctrl_c():
    """Have Ctrl-C raise `KeyboardInterrupt`: not so by itself where a shell runs it in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
