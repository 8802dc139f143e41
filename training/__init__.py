"""From data to shipped files; see README.md."""
