"""The hot kernels, built for x86-64-v4 from the same sources; empty elsewhere."""
