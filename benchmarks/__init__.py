"""Benchmarks: each prints ours beside what one would use instead, in one run."""
