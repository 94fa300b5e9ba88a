"""State: what a problem and a plan are; frozen, validated once, no algorithm."""
