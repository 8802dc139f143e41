"""From data sets to records."""
