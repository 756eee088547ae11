"""What the house costs: figures beside a yardstick measured in the same run (design: "What is measured").

Run as `python -m bench`; it prints JSON, or the table of docs/benchmarks.md. Never part of the tests; tests/test_bench.py
only keeps it from rotting. It stands outside the program and starts it as a town does, or calls the verbs that the
doors call.
"""
