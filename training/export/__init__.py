"""From weights to a folder that the package opens."""
