"""Measurements: `make bench BENCH=name`, or `python -m benchmarks.name [--quick]`.

Each benchmark prints one JSON object a line on stdout for each figure:

    {"figure": NAME, "value": OURS, "unit": UNIT, "against": PEER OR FLOOR, "ratio": OURS ÷ THEIRS}

Values and ratios are such that higher is better. The peer or floor is measured in the same run,
turn about with ours, and both count by the median, for machines are noisy. Progress and tables
for people go to stderr. Modules whose names begin with `_` are parts, not benchmarks.
"""
