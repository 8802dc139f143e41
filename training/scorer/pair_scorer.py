"""The reranker in PyTorch: a cross-encoder that begins as a bi-encoder and ends as a judge of the pair.

One forward pass takes `[CLS] query [SEP] [CLS] passage [SEP]`. The lower layers keep the two segments apart, with positions that
start anew at the passage, so each half is encoded as it would be alone (PreTTR, MacAvaney et al. 2020). The last `open_layers`
attend across, through a learned gate a layer that starts nearly closed. The head sees the means and every word (`score_head.py`).
`cuts` name the layers after which an early head scores the pair already (Cascade Transformer, Soldaini & Moschitti 2020).
Importing this module registers the model, so `sentence_transformers.CrossEncoder(folder)` opens a folder that it has saved, and
that is the reference which every export is compared with.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from training.scorer.score_head import EarlyHead, ScoreHead
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    PreTrainedModel,
)
from transformers.modeling_outputs import SequenceClassifierOutput

# Large enough that exp() gives exactly 0, small enough for fp16.
MASKED = -1e4


class PairScorerConfig(BertConfig):
    """BERT's own configuration under a name that the Auto classes can map to the scorer.

    `open_layers`: how many of the last layers attend across the segments. `cuts`: after which layers an early head scores; each
    lies below the open layers. `early_width`: width of the early heads' projection. `first_token` and `first_word`: ids below are
    special or unused, and no words; the defaults are those of bert-base-uncased's vocabulary ("!" and "the").
    """

    model_type = "pair-scorer"

    def __init__(
        self,
        open_layers: int = 0,
        cuts: tuple[int, ...] = (),
        early_width: int = 128,
        first_token: int = 999,
        first_word: int = 1996,
        **settings,
    ):
        settings.setdefault("num_labels", 1)
        super().__init__(**settings)
        self.open_layers = open_layers
        self.cuts = list(cuts)
        self.early_width = early_width
        self.first_token = first_token
        self.first_word = first_word
        if any(not 0 < cut <= self.num_hidden_layers - open_layers for cut in cuts):
            raise ValueError(f"cuts {cuts} must lie below the {open_layers} open of {self.num_hidden_layers} layers")


def segments(mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
    """Which tokens are the query's, and which the passage's."""
    return mask * (1 - types), mask * types


def segment_positions(mask: Tensor, types: Tensor) -> Tensor:
    """Positions that count from 0 in each segment; padding gets 0."""
    query_length = segments(mask, types)[0].sum(dim=1, keepdim=True)
    return (mask.cumsum(dim=1) - 1 - types * query_length) * mask


def segment_bias(mask: Tensor, types: Tensor, across: Tensor | float = MASKED) -> Tensor:
    """Additive attention bias [batch, 1, length, length]: 0 within a segment, `across` to the other, MASKED at padding."""
    same = types[:, :, None] == types[:, None, :]
    bias = torch.where(same, 0.0, across)
    return torch.where(mask[:, None, :].bool(), bias, MASKED)[:, None]


class PairScorer(PreTrainedModel):
    """Query and passage apart in the lower layers, together in the upper ones, one logit a pair."""

    config_class = PairScorerConfig
    base_model_prefix = "bert"
    _supports_sdpa = True

    def __init__(self, config: PairScorerConfig):
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        # Nearly closed: the first steps then see the bi-encoder's own states.
        self.gates = nn.Parameter(torch.full((config.open_layers,), -4.0))
        vocabulary = config.first_token, config.first_word
        self.head = ScoreHead(*vocabulary)
        self.early = nn.ModuleDict({str(cut): EarlyHead(*vocabulary, config.hidden_size, config.early_width) for cut in config.cuts})
        self.frozen_layers = 0
        self.post_init()

    def freeze(self, layers: int) -> None:
        """Keeps embeddings and the first layers as they are; they then run without gradients."""
        self.frozen_layers = layers
        for module in (self.bert.embeddings, *self.bert.encoder.layer[:layers]):
            module.requires_grad_(False)

    def states(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, last: int | None = None) -> list[Tensor]:
        """Hidden states after the embeddings and after each layer up to `last`, [batch, length, hidden] each."""
        mask, types = attention_mask, token_type_ids
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.frozen_layers == 0):
            # The encoder was trained with type 0 alone; here the types only say which segment a token belongs to.
            embedded = self.bert.embeddings(input_ids, torch.zeros_like(types), segment_positions(mask, types))
        return self.go_on([embedded], mask, types, last)

    def go_on(self, found: list[Tensor], mask: Tensor, types: Tensor, last: int | None = None) -> list[Tensor]:
        """The states so far, and those of the layers after them up to `last`."""
        layers = self.bert.encoder.layer[:last]
        first_open = self.config.num_hidden_layers - self.config.open_layers
        closed = segment_bias(mask, types).to(self.dtype)
        found = list(found)
        for index in range(len(found) - 1, len(layers)):
            bias = closed if index < first_open else segment_bias(mask, types, self.gates[index - first_open]).to(self.dtype)
            with torch.set_grad_enabled(torch.is_grad_enabled() and index >= self.frozen_layers):
                found.append(layers[index](found[-1], bias))
        return found

    def early_logits(
        self, states: list[Tensor], input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> dict[int, Tensor]:
        """[batch, 1] for each cut."""
        found = segments(attention_mask, token_type_ids)
        return {cut: self.early[str(cut)](states[cut], input_ids, *found) for cut in self.config.cuts}

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, **_unused):
        hidden = self.states(input_ids, attention_mask, token_type_ids)[-1]
        logits = self.head(hidden, input_ids, *segments(attention_mask, token_type_ids))
        return SequenceClassifierOutput(logits=logits)


AutoConfig.register(PairScorerConfig.model_type, PairScorerConfig)
AutoModelForSequenceClassification.register(PairScorerConfig, PairScorer)


def from_bi_encoder(
    folder: Path, open_layers: int = 0, cuts: tuple[int, ...] = (), layers: list[int] | None = None
) -> PairScorer:
    """The scorer in fp32 from a folder that holds a plain BertModel; `layers` keeps those alone, counted from 0."""
    settings = BertConfig.from_pretrained(folder).to_dict()
    for name in ("model_type", "architectures", "id2label", "label2id", "dtype"):
        settings.pop(name, None)
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
    if layers is not None:
        encoder.encoder.layer = nn.ModuleList(encoder.encoder.layer[index] for index in layers)
        settings["num_hidden_layers"] = len(layers)
    scorer = PairScorer(PairScorerConfig(open_layers=open_layers, cuts=cuts, **settings))
    scorer.bert.load_state_dict(encoder.state_dict())
    return scorer.eval()
