"""The hot kernels, built for x86-64-v3 from the same sources; empty elsewhere."""
