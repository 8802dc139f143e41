"""Lists of passages to learn from, and what a student loses on them.

The lower layers stay as they are, so each text goes through them once and its states are kept: a step costs the upper layers only.
Without a teacher a student learns from itself as it was, gates closed: those logits need no pass over pairs at all.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import kl_div
from training.data.distractors import distractor
from training.scorer.pair_scorer import PairScorer, segments
from training.scorer.pairs import batches_by_length
from training.scorer.staged_scorer import Encoded, StagedScorer, join
from training.train.descent import schedule

# Lists that a teacher scores together, sorted by length.
BLOCK = 64

# From queries and passages to a logit a pair.
Scoring = Callable[[list[Encoded], list[Encoded]], Tensor]


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
        self.texts = scorer.encode(list(places), [*cuts, layers] if teacher is None else cuts)
        if teacher is None:
            for each in self.lists:
                each.target = untrained_logits(each, self.texts, scorer.scorer)
            for text in self.texts:
                text.states.pop()
        else:
            taught = self.texts if teacher is scorer else teacher.encode(list(places), teacher.scorer.config.cuts)
            with torch.no_grad():
                for start in range(0, len(self.lists), BLOCK):
                    part = self.lists[start : start + BLOCK]
                    for each, logits in zip(part, logits_of(part, taught, teacher.final_logits), strict=True):
                        each.target = logits.clone()
        for each in self.lists[: len(records)]:
            each.target[0] += bonus
        for each in self.lists:
            if each.distractors and teacher is None:
                each.target[-each.distractors :] = each.target[: -each.distractors].min()


@torch.no_grad()
def untrained_logits(each: Ranked, texts: list[Encoded], scorer: PairScorer) -> Tensor:
    """The head's logits of texts that never saw each other, by the last of their states."""
    states, ids, mask, types = join([texts[each.query]] * len(each.passages), [texts[passage] for passage in each.passages], -1)
    return scorer.head(states, ids, *segments(mask, types))[:, 0].clone()


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """KL divergence of the softmax of one list's logits from the target's."""
    return kl_div(logits.log_softmax(0), target.softmax(0), reduction="sum")


def logits_of(lists: list[Ranked], texts: list[Encoded], score: Scoring, size: int = 24) -> list[Tensor]:
    """For each list its logits; pairs of like length share a batch."""
    pairs = [(each.query, passage) for each in lists for passage in each.passages]
    batches = batches_by_length([len(texts[query].ids) + len(texts[passage].ids) for query, passage in pairs], size)
    found = [
        score([texts[pairs[index][0]] for index in places], [texts[pairs[index][1]] for index in places]) for places in batches
    ]
    back = torch.tensor([index for places in batches for index in places]).argsort()
    return list(torch.cat(found)[back].split([len(each.passages) for each in lists]))


def rank_loss(lists: list[Ranked], found: list[Tensor], temperature: float = 1.0) -> Tensor:
    """ListNet's, of the lists' logits, mean over the lists."""
    losses = [cross_entropy(each / temperature, ranked.target / temperature) for each, ranked in zip(found, lists, strict=True)]
    return torch.stack(losses).mean()


def list_loss(lists: list[Ranked], texts: list[Encoded], score: Scoring, temperature: float = 1.0) -> Tensor:
    """ListNet's, mean over the lists."""
    return rank_loss(lists, logits_of(lists, texts, score), temperature)


def drawn(lists: list[Ranked], options) -> Iterator[tuple[list[Ranked], float]]:
    """`lists` of them a step, in a new order each time through, and the share of the highest learning rate; for `epochs` or `minutes`."""
    rng = random.Random(options.seed)
    order: list[Ranked] = []
    for scale in schedule(options.epochs * (len(lists) // options.lists), options.minutes, options.warmup):
        if len(order) < options.lists:
            order = rng.sample(lists, len(lists))
        yield [order.pop() for _ in range(options.lists)], scale


@torch.no_grad()
def first_share(lists: list[Ranked], texts: list[Encoded], score: Scoring) -> float:
    """In how many lists the positive comes first."""
    return sum(int(found.argmax()) == 0 for found in logits_of(lists, texts, score)) / len(lists)
