"""The files beside the graphs: a folder in the Hub's layout, and the reference folder that sentence-transformers opens."""

import json
from pathlib import Path

from training.scorer.pair_scorer import PairScorer

MAX_LENGTH = 512
SPECIAL_TOKENS = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")


def _write(path: Path, content: dict, indent: int | None = None) -> None:
    separators = None if indent else (",", ":")
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent, separators=separators), encoding="utf-8")


def _template() -> list[dict]:
    """[CLS] A [SEP] [CLS] B [SEP]: each segment begins as the encoder was trained to see it."""
    template = []
    for kind, type_id in (("A", 0), ("B", 1)):
        template += [
            {"SpecialToken": {"id": "[CLS]", "type_id": type_id}},
            {"Sequence": {"id": kind, "type_id": type_id}},
            {"SpecialToken": {"id": "[SEP]", "type_id": type_id}},
        ]
    return template


def write_tokenizer(base: Path, folder: Path, max_length: int = MAX_LENGTH) -> None:
    """tokenizer.json with the pair's template and without limits, tokenizer_config.json with the limit."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["truncation"] = tokenizer["padding"] = None
    tokenizer["post_processor"]["pair"] = _template()
    _write(folder / "tokenizer.json", tokenizer)

    source = json.loads((base / "tokenizer_config.json").read_text(encoding="utf-8"))
    settings = {
        # Not BertTokenizer: that class would put its own template in place of the file's.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_length,
        "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
        "do_lower_case": True,
        "padding_side": "right",
        "truncation_side": "right",
        "clean_up_tokenization_spaces": False,
    }
    _write(folder / "tokenizer_config.json", settings | {name: source[name] for name in SPECIAL_TOKENS}, indent=2)


def write_config(scorer: PairScorer, folder: Path) -> None:
    """config.json of a cross-encoder with one label, as any reranker loader expects it."""
    config = scorer.config
    names = (
        "vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act "
        "max_position_embeddings type_vocab_size layer_norm_eps pad_token_id"
    ).split()
    content = {
        "model_type": "bert",
        "architectures": ["BertForSequenceClassification"],
        **{name: getattr(config, name) for name in names},
        "num_labels": 1,
        "id2label": {"0": "LABEL_0"},
        "label2id": {"LABEL_0": 0},
        "sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity"},
    }
    _write(folder / "config.json", content, indent=2)


def write_reference(scorer: PairScorer, base: Path, folder: Path) -> None:
    """The fp32 scorer as `CrossEncoder` opens it (after `from training.scorer import pair_scorer`)."""
    scorer.save_pretrained(folder)
    write_tokenizer(base, folder)
