"""What the program ships: the classifier, the departments and the shortened days, each with its source in docs/."""
