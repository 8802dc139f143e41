"""Two tiny cross-encoders with random weights, so that tests of every tokenizer family cost kilobytes."""

import json
from collections import Counter
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn
from transformers import BertConfig, BertForSequenceClassification, RobertaConfig, RobertaForSequenceClassification

MAX_LENGTH = 128
SHAPE = {
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    # Wide weights, so that logits of random models lie several units apart.
    "initializer_range": 0.6,
    "num_labels": 1,
}
IDENTITY = {"sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity"}}


def word_pieces(texts: list[str], size: int) -> list[str]:
    """Every character, alone and as a continuation, then the commonest beginnings and endings of words.

    Counted here, because the library's WordPiece trainer breaks ties at random and gives another vocabulary in every run.
    """
    normalise, split = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    words = Counter(word for text in texts for word, _ in split.pre_tokenize_str(normalise.normalize_str(text)))
    characters = sorted({character for word in words for character in word})
    continued = sorted({f"##{character}" for word in words for character in word[1:]})
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for length in range(2, min(len(word), 9)):
            counts[word[:length]] += count
            counts[f"##{word[-length:]}"] += count
        if 1 < len(word) < 20:
            counts[word] += count
    common = sorted(counts, key=lambda piece: (-counts[piece], piece))
    return (characters + continued + common)[:size]


def bert_tokenizer(texts: list[str], size: int = 1300) -> Tokenizer:
    """Uncased WordPiece as BERT has it."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = special + word_pieces(texts, size)
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.add_special_tokens(special)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def roberta_tokenizer(texts: list[str]) -> Tokenizer:
    """Byte-level BPE as RoBERTa has it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(
        sep=("</s>", tokenizer.token_to_id("</s>")), cls_token=("<s>", tokenizer.token_to_id("<s>")), add_prefix_space=False
    )
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, settings: dict, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = json.loads(tokenizer.to_str())
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    common = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_LENGTH}
    text = json.dumps(common | settings, ensure_ascii=False, indent=2)
    (folder / "tokenizer_config.json").write_text(text + "\n", encoding="utf-8")


def random_model(kind, config) -> nn.Module:
    """Seeded weights. Everything but the shape of the config is left to the library."""
    torch.manual_seed(3)
    return kind(config).eval()


def export_onnx(model: nn.Module, names: list[str], path: Path) -> None:
    """fp32 graph with free batch and length."""
    path.parent.mkdir(parents=True, exist_ok=True)

    class Logits(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *inputs):
            return self.model(**dict(zip(names, inputs))).logits

    example = tuple(torch.ones(2, 9, dtype=torch.int64) for _ in names)
    axes = {name: {0: "batch", 1: "length"} for name in names} | {"logits": {0: "batch"}}
    torch.onnx.export(
        Logits(), example, path, input_names=names, output_names=["logits"], dynamic_axes=axes, opset_version=17, dynamo=False
    )


def save(model: nn.Module, tokenizer: Tokenizer, settings: dict, folder: Path, reference: Path) -> None:
    """The fixture (tokenizer, config, graph) and, apart from it, the weights that sentence-transformers opens."""
    save_tokenizer(tokenizer, settings, folder)
    save_tokenizer(tokenizer, settings, reference)
    model.save_pretrained(reference)
    (folder / "config.json").write_bytes((reference / "config.json").read_bytes())
    export_onnx(model, settings["model_input_names"], folder / "onnx/model.onnx")


def bert_settings() -> dict:
    settings = {"do_lower_case": True, "model_input_names": ["input_ids", "attention_mask", "token_type_ids"]}
    return settings | {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}


def write_tiny_bert(texts: list[str], folder: Path, reference: Path) -> None:
    tokenizer, settings = bert_tokenizer(texts), bert_settings()
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=MAX_LENGTH, **SHAPE, **IDENTITY)
    save(random_model(BertForSequenceClassification, config), tokenizer, settings, folder, reference)
    quantize_dynamic(folder / "onnx/model.onnx", folder / "onnx/model_quantized.onnx", weight_type=QuantType.QInt8)


def write_tiny_roberta(texts: list[str], folder: Path, reference: Path) -> None:
    tokenizer = roberta_tokenizer(texts)
    settings = {"add_prefix_space": False, "model_input_names": ["input_ids", "attention_mask"]}
    tokens = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    settings |= {f"{name}_token": token for name, token in tokens.items()}
    config = RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        # RoBERTa's positions begin after the padding id.
        max_position_embeddings=MAX_LENGTH + 2,
        type_vocab_size=1,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        **SHAPE,
        **IDENTITY,
    )
    save(random_model(RobertaForSequenceClassification, config), tokenizer, settings, folder, reference)
