"""Latency-aware placement for federations of edge sites."""
