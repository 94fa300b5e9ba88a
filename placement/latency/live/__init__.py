"""A matrix of latencies that is kept true while its network changes."""
