"""Floor 2: the reading side. Every figure has one definition (`measures`) and opens into the appeals behind it."""
