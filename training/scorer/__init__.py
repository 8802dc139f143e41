"""The scorer in PyTorch, and what every room needs of it."""
