"""A tiny random cross-encoder of every architecture, in folders that sentence-transformers opens."""

from pathlib import Path

import transformers
from training.export.golden_texts import LATIN, PLAIN
from training.fixtures.tiny_models import bert_settings, bert_tokenizer, random_model, roberta_tokenizer, save_tokenizer
from training.fixtures.tiny_pipeline import bpe_settings, modern_bert
from transformers import PreTrainedConfig

MAX_LENGTH = 160
SHAPE = {"hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64, "num_hidden_layers": 2, "initializer_range": 0.2}
DISTIL = {"dim": 32, "n_heads": 4, "hidden_dim": 64, "n_layers": 2, "initializer_range": 0.2}
# RoBERTa's positions begin after the padding id.
SHIFTED = {"max_position_embeddings": MAX_LENGTH + 2, "pad_token_id": 1}
BPE_TOKENS = {"bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}
DISENTANGLED = {"relative_attention": True, "position_buckets": 16, "norm_rel_ebd": "layer_norm", "share_att_key": True}
DISENTANGLED |= {"pos_att_type": ["p2c", "c2p"], "type_vocab_size": 0, "position_biased_input": False}

# Name: class of the model, its tokenizer, whether it has token types, and what its shape adds.
ARCHITECTURES = {
    "bert": ("Bert", "wordpiece", True, SHAPE),
    "roberta": ("Roberta", "bpe", False, SHAPE | SHIFTED | BPE_TOKENS),
    "xlm-roberta": ("XLMRoberta", "bpe", False, SHAPE | SHIFTED | BPE_TOKENS),
    "distilbert": ("DistilBert", "wordpiece", False, DISTIL),
    "mpnet": ("MPNet", "wordpiece", False, SHAPE | SHIFTED),
    "electra": ("Electra", "wordpiece", True, SHAPE | {"embedding_size": 32}),
    "deberta-v2": ("DebertaV2", "wordpiece", True, SHAPE | DISENTANGLED),
    "deberta": ("Deberta", "wordpiece", True, SHAPE | {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "type_vocab_size": 0}),
    "modernbert": ("ModernBert", "bpe", False, None),
}


def _config(kind: str, vocabulary: int, shape: dict | None, labels: int) -> PreTrainedConfig:
    if shape is None:
        return modern_bert(vocabulary, num_labels=labels)
    config = getattr(transformers, f"{kind}Config")
    return config(vocab_size=vocabulary, num_labels=labels, **({"max_position_embeddings": MAX_LENGTH} | shape))


def write_tiny_cross_encoder(name: str, folder: Path, labels: int = 1) -> Path:
    """Writes one architecture's model with its tokenizer. @returns its folder"""
    kind, tokens, typed, shape = ARCHITECTURES[name]
    texts = PLAIN + LATIN
    tokenizer = bert_tokenizer(texts, 600) if tokens == "wordpiece" else roberta_tokenizer(texts)
    settings = bert_settings() if tokens == "wordpiece" else bpe_settings()
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if typed else [])
    save_tokenizer(tokenizer, settings | {"model_max_length": MAX_LENGTH, "model_input_names": names}, folder)
    config = _config(kind, tokenizer.get_vocab_size(), shape, labels)
    random_model(getattr(transformers, f"{kind}ForSequenceClassification"), config).save_pretrained(folder)
    return folder
