"""Opens any encoder as a cross-encoder to train, with the layers that are asked for."""

from pathlib import Path

import torch
from sentence_transformers import CrossEncoder
from torch import Tensor, nn
from training.scorer.pair_scorer import PairScorer, PairScorerConfig
from transformers import PreTrainedModel


class RankingEncoder(CrossEncoder):
    """A CrossEncoder whose batches run in groups of like length, and whose frozen modules stay as they are in training too."""

    rows_at_once = 16

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self._frozen: list[nn.Module] = []

    def freeze(self, layers: int) -> None:
        """Embeddings and the first layers; nothing below the first open parameter is kept for the backward pass."""
        scorer = self.transformers_model
        if isinstance(scorer, PairScorer):
            scorer.freeze(layers)
        self._frozen = [scorer.base_model.embeddings, *scorer.base_model.encoder.layer[:layers]]
        for module in self._frozen:
            module.requires_grad_(False)

    def train(self, mode: bool = True) -> "RankingEncoder":
        super().train(mode)
        # No dropout where nothing learns.
        for module in getattr(self, "_frozen", []):
            module.eval()
        return self

    def forward(self, features: dict[str, Tensor], **settings) -> dict[str, Tensor]:
        """As the parent's, but a mixed batch is cut into groups of like length, each padded to its own longest row only."""
        mask = features.get("attention_mask")
        if mask is None or mask.ndim != 2 or len(mask) <= self.rows_at_once:
            return super().forward(features, **settings)
        lengths = mask.sum(dim=1)
        groups = lengths.argsort(descending=True).split(self.rows_at_once)
        scores = []
        for rows in groups:
            longest = int(lengths[rows].max())
            part = {
                name: value[rows, :longest] if isinstance(value, Tensor) and value.shape == mask.shape else value
                for name, value in features.items()
            }
            scores.append(super().forward(part, **settings)["scores"])
        return features | {"scores": torch.cat(scores)[torch.cat(groups).argsort()]}


def parse_layers(text: str, available: int) -> list[int]:
    """`3` is the first three, `0,2,5` those, counted from 0."""
    numbers = [int(part) for part in text.split(",")]
    kept = list(range(numbers[0])) if "," not in text else numbers
    if not kept or any(not 0 <= index < available for index in kept):
        raise SystemExit(f"--layers {text}: the base has layers 0 to {available - 1}")
    return kept


def keep_layers(model: PreTrainedModel, layers: list[int], open_layers: int | None, cuts: list[int] | None) -> PreTrainedModel:
    """The model with those layers alone. A pair scorer may get other open layers and cuts; early heads go along if as many are left."""
    if not isinstance(model, PairScorer):
        encoder = model.base_model.encoder
        encoder.layer = nn.ModuleList(encoder.layer[index] for index in layers)
        model.config.num_hidden_layers = len(layers)
        return model
    config = model.config.to_dict()
    opened = min(model.config.open_layers if open_layers is None else open_layers, len(layers))
    config |= {"num_hidden_layers": len(layers), "open_layers": opened}
    config["cuts"] = [cut for cut in (model.config.cuts if cuts is None else cuts) if cut <= len(layers) - opened]
    scorer = PairScorer(PairScorerConfig(**config))
    scorer.bert.embeddings.load_state_dict(model.bert.embeddings.state_dict())
    for target, index in zip(scorer.bert.encoder.layer, layers, strict=True):
        target.load_state_dict(model.bert.encoder.layer[index].state_dict())
    scorer.head.load_state_dict(model.head.state_dict())
    # Gates belong to the last layers; one that the base has not got starts nearly closed.
    shared = min(len(scorer.gates), len(model.gates))
    if shared:
        scorer.gates.data[-shared:] = model.gates.data[-shared:]
    # A head at the same share of the layers has learned from states that are alike.
    if len(scorer.early) == len(model.early):
        for head, known in zip(scorer.early.values(), model.early.values(), strict=True):
            head.load_state_dict(known.state_dict())
    return scorer


def open_model(
    base: str | Path,
    max_length: int,
    layers: str | None = None,
    open_layers: int | None = None,
    cuts: list[int] | None = None,
    dropout: float | None = None,
) -> RankingEncoder:
    """Our scorer's folder as it is; any other encoder, from a folder or the Hub, with a fresh classifier on [CLS]."""
    settings = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout} if dropout is not None else {}
    model = RankingEncoder(
        str(base),
        num_labels=1,
        max_length=max_length,
        activation_fn=nn.Identity(),
        model_kwargs={"dtype": torch.float32},
        config_kwargs=settings,
    )
    if layers is not None or open_layers is not None or cuts is not None:
        scorer = model.transformers_model
        kept = parse_layers(layers or str(scorer.config.num_hidden_layers), scorer.config.num_hidden_layers)
        model[0].model = keep_layers(scorer, kept, open_layers, cuts)
    return model
