"""Floor 0: pure rules on plain values. Standard library only; every rule takes `now`; none knows a database or a setting."""
