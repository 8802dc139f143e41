"""Tests of the parts that train nothing: python -m unittest discover -s training/tests -t ."""
