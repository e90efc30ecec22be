"""One vendor's format per module. They know the shared form and rules one floor up, never each other."""
