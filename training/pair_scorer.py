"""The interim pair scorer in PyTorch: a bi-encoder's weights behind a cross-encoder's interface.

One forward pass takes `[CLS] query [SEP] [CLS] passage [SEP]`. Attention stays within a segment and positions start anew at
the passage, so each half is encoded exactly as the bi-encoder would encode it alone; the logit is a scaled cosine of the two
means. Importing this module registers the model, so `sentence_transformers.CrossEncoder(folder)` opens a folder that
`write_reference` has written, and that is the reference every export is compared with.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    PreTrainedModel,
)
from transformers.modeling_outputs import SequenceClassifierOutput

LOGIT_SCALE = 20.0
# Large enough that exp() gives exactly 0, small enough for fp16.
MASKED = -1e4


class PairScorerConfig(BertConfig):
    """BERT's own configuration under a name that the Auto classes can map to the scorer."""

    model_type = "pair-scorer"

    def __init__(self, logit_scale: float = LOGIT_SCALE, **settings):
        settings.setdefault("num_labels", 1)
        super().__init__(**settings)
        self.logit_scale = logit_scale


def segment_positions(mask: Tensor, types: Tensor) -> Tensor:
    """Positions that count from 0 in each segment; padding gets 0."""
    query_length = (mask * (1 - types)).sum(dim=1, keepdim=True)
    return (mask.cumsum(dim=1) - 1 - types * query_length) * mask


def segment_bias(mask: Tensor, types: Tensor) -> Tensor:
    """Additive attention bias [batch, 1, length, length]: 0 within a segment, MASKED elsewhere and at padding."""
    same = types[:, :, None] == types[:, None, :]
    allowed = same & mask[:, None, :].bool()
    return torch.where(allowed, 0.0, MASKED)[:, None]


def segment_mean(hidden: Tensor, weights: Tensor) -> Tensor:
    """Mean of the hidden states where the weights are 1 (an empty segment gives zeros, not NaN)."""
    weights = weights.to(hidden.dtype)[:, :, None]
    return (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


class PairScorer(PreTrainedModel):
    """logit = scale * cosine(mean of the query's states, mean of the passage's states)."""

    config_class = PairScorerConfig
    base_model_prefix = "bert"

    def __init__(self, config: PairScorerConfig):
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.post_init()

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, **_unused):
        # The encoder was trained with type 0 alone; here the types only say which segment a token belongs to.
        hidden = self.bert(
            input_ids=input_ids,
            attention_mask=segment_bias(attention_mask, token_type_ids).to(self.dtype),
            token_type_ids=torch.zeros_like(token_type_ids),
            position_ids=segment_positions(attention_mask, token_type_ids),
        ).last_hidden_state
        query = segment_mean(hidden, attention_mask * (1 - token_type_ids))
        passage = segment_mean(hidden, attention_mask * token_type_ids)
        cosine = nn.functional.cosine_similarity(query, passage, dim=1)
        return SequenceClassifierOutput(logits=self.config.logit_scale * cosine[:, None])


AutoConfig.register(PairScorerConfig.model_type, PairScorerConfig)
AutoModelForSequenceClassification.register(PairScorerConfig, PairScorer)


def from_bi_encoder(folder: Path) -> PairScorer:
    """The scorer in fp32 from a folder that holds a plain BertModel."""
    settings = BertConfig.from_pretrained(folder).to_dict()
    for name in ("model_type", "architectures", "id2label", "label2id", "dtype"):
        settings.pop(name, None)
    scorer = PairScorer(PairScorerConfig(**settings))
    encoder = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
    scorer.bert.load_state_dict(encoder.state_dict())
    return scorer.eval()
