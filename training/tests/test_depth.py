"""Margins and the cascade of two models, against hand-worked examples."""

import unittest
from types import SimpleNamespace

import numpy as np
from training.judge.depth import cascade, choose_margins

# The second best of the whole model is the early score's third, 1 logit below its second.
FINAL, EARLY = {"q": np.array([4.0, 3.0, 2.0, 1.0])}, np.array([5.0, 2.0, 3.0, -5.0])


class Margins(unittest.TestCase):
    def choose(self, target: float, most_lost: float) -> dict[int, float]:
        # Without passage 1 a tenth of the nDCG@10 is lost.
        lost = lambda left: 0.0 if 1 in left["q"] else 0.1  # noqa: E731
        sets = [SimpleNamespace(final=FINAL, early={"q": {1: EARLY}}, lost=lost)]
        return choose_margins(sets, [1], 3, 2, target, most_lost)

    def test_the_least_work_that_keeps_the_top_k(self) -> None:
        self.assertEqual(self.choose(1.0, 1.0), {1: 1.0})
        self.assertEqual(self.choose(0.5, 1.0), {1: 0.0})

    def test_every_cut_is_narrowed_as_far_as_it_may(self) -> None:
        # Passage 1 lies 1 below the second best at the first cut, and 2 below it at the second.
        early = {1: EARLY, 2: np.array([5.0, 1.0, 3.0, -1.0])}
        sets = [SimpleNamespace(final=FINAL, early={"q": early}, lost=lambda left: 0.0)]
        self.assertEqual(choose_margins(sets, [1, 2], 3, 2, 1.0, 1.0), {1: 1.0, 2: 2.0})

    def test_no_set_may_lose_more_ndcg_than_told(self) -> None:
        self.assertEqual(self.choose(0.5, 0.005), {1: 1.0})


class Cascade(unittest.TestCase):
    def test_the_smallest_margin_that_keeps_the_target(self) -> None:
        whole, small = [SimpleNamespace(final=FINAL)], [SimpleNamespace(final={"q": EARLY})]
        self.assertEqual(cascade(whole, small, 2, 1.0), {"margin": 1.0, "overlap": 1.0, "share": 0.75})
        self.assertEqual(cascade(whole, small, 2, 0.5), {"margin": 0.25, "overlap": 0.5, "share": 0.5})


if __name__ == "__main__":
    unittest.main()
