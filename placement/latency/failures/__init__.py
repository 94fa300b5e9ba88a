"""What the failure of every single link or node does to round trips."""
