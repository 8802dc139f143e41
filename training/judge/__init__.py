"""Figures of models and margins."""
