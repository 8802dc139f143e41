"""Lists of passages to learn from, and what a student loses on them.

The lower layers stay as they are, so each text goes through them once and its states are kept: a step costs the upper layers only.
Without a teacher of its own a student learns from itself as it was, gates closed: those logits need no pass over pairs at all.
"""

import random
from dataclasses import dataclass

import torch
from distractors import distractor
from pair_scorer import PairScorer
from pairs import batches_by_length
from staged_scorer import StagedScorer, join
from torch import Tensor
from torch.nn.functional import kl_div


@dataclass
class Ranked:
    """A query and its passages by their places in the texts, the positive first, with the teacher's logits."""

    query: int
    passages: list[int]
    # How many at the end hold the query's words and nothing that answers it: the untrained scorer is wrong about these.
    distractors: int
    target: Tensor


class Lists:
    """mine.py's records with every text's states at the cuts."""

    def __init__(
        self,
        records: list[dict],
        guard: list[dict],
        scorer: StagedScorer,
        teacher: StagedScorer | None,
        share: float,
        bonus: float,
        seed: int,
    ):
        """`guard` are records whose positive gets no bonus: there the student only has to stay as good as it was."""
        rng = random.Random(seed)
        places: dict[str, int] = {}

        def place(text: str) -> int:
            return places.setdefault(text, len(places))

        self.lists: list[Ranked] = []
        for record in [*records, *guard]:
            passages = [record["positive"], *record["negatives"]]
            extra = [distractor(record["query"], rng.choice(record["negatives"]), rng)] if rng.random() < share else []
            found = [place(text) for text in passages + extra]
            self.lists.append(Ranked(place(record["query"]), found, len(extra), torch.empty(0)))
        cuts, layers = scorer.scorer.config.cuts, scorer.scorer.config.num_hidden_layers
        texts = list(places)
        states = scorer.encode(texts, [*cuts, layers] if teacher is None else cuts)
        if teacher is None:
            last = [found.pop() for found in states]
            for each in self.lists:
                each.target = untrained_logits(each, last, scorer.scorer)
        else:
            teach(self.lists, teacher.encode(texts, teacher.scorer.config.cuts), teacher)
        for each in self.lists[: len(records)]:
            each.target[0] += bonus
        for each in self.lists:
            if each.distractors and teacher is None:
                each.target[-each.distractors :] = each.target[: -each.distractors].min()
        self.states = states


@torch.no_grad()
def untrained_logits(each: Ranked, last: list[Tensor], scorer: PairScorer) -> Tensor:
    """The head's logits of texts that never saw each other, by their states after the last layer."""
    states, mask, types = join([last[each.query]] * len(each.passages), [last[passage] for passage in each.passages])
    return scorer.head(states, mask * (1 - types), mask * types)[:, 0].clone()


@torch.no_grad()
def teach(lists: list[Ranked], states: list[list[Tensor]], teacher: StagedScorer, block: int = 64) -> None:
    """Fills in the logits of a teacher of its own."""
    for start in range(0, len(lists), block):
        part = lists[start : start + block]
        for each, logits in zip(part, logits_of(part, states, teacher), strict=True):
            each.target = logits["final"].clone()


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """KL divergence of the softmax of one list's logits from the target's."""
    return kl_div(logits.log_softmax(0), target.softmax(0), reduction="sum")


def logits_of(lists: list[Ranked], states: list[list[Tensor]], scorer: StagedScorer, size: int = 24) -> list[dict[str, Tensor]]:
    """For each list its logits, `final` and `early K`; pairs of like length share a batch."""
    pairs = [(each.query, passage) for each in lists for passage in each.passages]
    lengths = [len(states[query][0]) + len(states[passage][0]) for query, passage in pairs]
    batches = batches_by_length(lengths, size)
    parts: dict[str, list[Tensor]] = {}
    for places in batches:
        batch = [pairs[index] for index in places]
        final, early = scorer.logits([states[query] for query, _ in batch], [states[passage] for _, passage in batch])
        for name, values in [("final", final), *((f"early {cut}", values) for cut, values in early.items())]:
            parts.setdefault(name, []).append(values)
    back = torch.tensor([index for places in batches for index in places]).argsort()
    sizes = [len(each.passages) for each in lists]
    split = {name: torch.cat(values)[back].split(sizes) for name, values in parts.items()}
    return [{name: values[place] for name, values in split.items()} for place in range(len(lists))]


def losses(lists: list[Ranked], states: list[list[Tensor]], scorer: StagedScorer, temperature: float) -> dict[str, Tensor]:
    """Mean over the lists: the last head learns the target, the early ones the order of the last head."""
    found: dict[str, list[Tensor]] = {}
    for each, logits in zip(lists, logits_of(lists, states, scorer), strict=True):
        aims = {name: each.target if name == "final" else logits["final"].detach() for name in logits}
        for name, aim in aims.items():
            found.setdefault(name, []).append(cross_entropy(logits[name] / temperature, aim / temperature))
    return {name: torch.stack(values).mean() for name, values in found.items()}


@torch.no_grad()
def first_share(lists: list[Ranked], states: list[list[Tensor]], scorer: StagedScorer) -> float:
    """In how many lists the positive comes first."""
    logits = logits_of(lists, states, scorer)
    return sum(int(found["final"].argmax()) == 0 for found in logits) / len(lists)
