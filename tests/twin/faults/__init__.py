"""Tests of the faults: each named one is served over a real socket and does what its sentence says."""
