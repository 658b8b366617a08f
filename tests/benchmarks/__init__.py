"""Tests of the benchmarks that judge the parser: a judge that is wrong is worse than none."""
