"""What every test may ask for by name; the rooms are in tests/databases.py (engine, sessions, session) and tests/seals.py."""

pytest_plugins = ["tests.databases", "tests.seals"]
