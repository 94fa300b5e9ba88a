"""Where the traffic goes: shortest paths, and two that do not fail together."""
