"""Trainings: any loss, lists, states, early heads."""
