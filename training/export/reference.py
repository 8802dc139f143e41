"""Any cross-encoder as sentence-transformers opens it: what is exported, and what every export is compared with.

Whatever would export to something else than its reference computes is refused by name, here, before anything is traced.
"""

import json
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import CrossEncoder
from sentence_transformers.util import load_file_path
from torch import nn

MAX_LENGTH = 512
ACTIVATIONS = {nn.Identity: "identity", nn.Sigmoid: "sigmoid", nn.Tanh: "tanh"}
# These count positions from the padding id on, so that many of their positions are never reached.
POSITIONS_AFTER_PADDING = ("roberta", "camembert", "mpnet", "data2vec", "ibert", "xmod", "longformer", "luke")


class Refused(ValueError):
    """The model cannot become a folder of ours; the message says why and what to do."""


def stored(name: str, file: str) -> Path | None:
    """A file of a folder or of a Hub repository, if it is there."""
    path = load_file_path(name, file)
    return Path(path) if path else None


def _refuse_by_files(name: str) -> None:
    """What can be told without reading the weights."""
    modules_file = stored(name, "modules.json")
    modules = json.loads(modules_file.read_text(encoding="utf-8")) if modules_file else []
    config_file = stored(name, "config.json")
    config = json.loads(config_file.read_text(encoding="utf-8")) if config_file else {}
    architecture = (config.get("architectures") or ["no architecture"])[0]
    if architecture.endswith("ForCausalLM") or any(module["type"].endswith("LogitScore") for module in modules):
        raise Refused(
            f"{name} is a causal language model ({architecture}) that answers yes or no. The package reads encoders with a head that "
            "gives one logit a pair; take a reranker of that kind."
        )
    if modules:
        settings_file = stored(name, "config_sentence_transformers.json")
        settings = json.loads(settings_file.read_text(encoding="utf-8")) if settings_file else {}
        kind = settings.get("model_type", "SentenceTransformer")
        if kind != "CrossEncoder":
            raise Refused(f"{name} is a {kind}, which has no head that scores a pair. Export a CrossEncoder that was trained from it.")
    elif config and not architecture.endswith("ForSequenceClassification"):
        raise Refused(
            f"{name} holds a {architecture}: sentence-transformers would put a random head on it. Export a model with a trained one "
            "(…ForSequenceClassification, or a modules.json that lists the head)."
        )


def _open(name: str, trust_remote_code: bool) -> CrossEncoder:
    """In fp32 whatever the stored type, and with the attention that is written out, since fused ones cannot be traced."""
    _refuse_by_files(name)
    options = {"attn_implementation": "eager", "dtype": torch.float32}
    try:
        return CrossEncoder(name, device="cpu", trust_remote_code=trust_remote_code, model_kwargs=options).eval()
    except (ValueError, OSError, ImportError) as cause:
        if trust_remote_code or "trust_remote_code" not in str(cause):
            raise Refused(f"sentence-transformers cannot open {name}: {cause}") from cause
        raise Refused(
            f"{name} is made of code of its own. Read that code, and give --trust-remote-code if you want to run it; it must lie in "
            "the folder or in the Hub's cache."
        ) from cause


class Reference:
    """An open cross-encoder and the one of its logits that ranks."""

    def __init__(self, name: str, label: int | None = None, max_length: int | None = None, trust_remote_code: bool = False):
        self.source = name
        self.model = _open(name, trust_remote_code)
        # A folder by its own name: where it lay here is nobody's business.
        self.name = Path(name).resolve().name if Path(name).is_dir() else name
        self.tokenizer = self.model.tokenizer
        self._check_pipeline()
        self.label = self._ranking_label(label)
        self.activation = self._activation()
        self.prompt = self.model._resolve_prompt(None, None) or ""
        self.own_length = self._own_length()
        self.max_length = self._max_length(max_length)
        self.model.max_seq_length = self.max_length
        self.input_names = self._input_names()

    def features(self, pair: tuple[str, str]) -> dict[str, torch.Tensor]:
        """The reference's own inputs for one pair, its default prompt and its truncation included."""
        found = self.model.preprocess([list(pair)], prompt=self.prompt or None)
        return {name: value for name, value in found.items() if torch.is_tensor(value)}

    def logits(self, pairs: list[tuple[str, str]]) -> np.ndarray:
        """One logit a pair, before the activation; each pair alone, so that nothing is padded."""
        scores = self.model.predict([list(pair) for pair in pairs], batch_size=1, activation_fn=nn.Identity())
        return np.asarray(scores, np.float32).reshape(len(pairs), -1)[:, self.label]

    def _check_pipeline(self) -> None:
        first = self.model[0]
        if getattr(self.tokenizer, "backend_tokenizer", None) is None:
            raise Refused(f"{self.name} has a tokenizer without tokenizer.json ({type(self.tokenizer).__name__}), which the package cannot read.")
        if "message" in getattr(first, "modality_config", {}):
            raise Refused(f"{self.name} reads its pairs through a chat template, which the package does not have.")
        if self.tokenizer.padding_side != "right":
            raise Refused(f"{self.name} pads on the {self.tokenizer.padding_side}; the package pads on the right.")
        without_prompt = [type(module).__name__ for module in self.model if getattr(module, "include_prompt", True) is False]
        if without_prompt:
            raise Refused(f"{self.name} leaves the prompt's tokens out of its pooling ({', '.join(without_prompt)}), which a graph cannot know.")

    def _ranking_label(self, label: int | None) -> int:
        labels = self.model.num_labels
        if labels == 1 and label in (None, 0):
            return 0
        names = getattr(self.model.config, "id2label", None) or {}
        if label is None:
            raise Refused(f"{self.name} gives {labels} logits a pair ({names}). Say which one ranks: --label 0 to {labels - 1}.")
        if not 0 <= label < labels:
            raise Refused(f"{self.name} has {labels} logits a pair; there is no label {label}.")
        return label

    def _activation(self) -> str:
        known = ACTIVATIONS.get(type(self.model.activation_fn))
        if known is None:
            raise Refused(f"{self.name} states the activation {self.model.activation_fn}; the package knows identity, sigmoid and tanh.")
        return known

    def _own_length(self) -> int:
        """Most tokens in a pair that the model itself can read."""
        config = self.model.config
        limit = self.model.max_seq_length or MAX_LENGTH
        positions = getattr(config, "max_position_embeddings", None)
        if positions and any(part in config.model_type for part in POSITIONS_AFTER_PADDING):
            # MPNet's padding is 1, whatever its config says.
            padding = 1 if config.model_type == "mpnet" else config.pad_token_id or 0
            limit = min(limit, positions - padding - 1)
        return int(min(limit, positions or limit))

    def _max_length(self, wanted: int | None) -> int:
        if wanted is not None and not 8 <= wanted <= self.own_length:
            raise Refused(f"{self.name} reads 8 to {self.own_length} tokens; --max-length is {wanted}.")
        return wanted or min(MAX_LENGTH, self.own_length)

    def _input_names(self) -> list[str]:
        """Of what its tokenizer gives, the tensors that the transformer takes."""
        taken = self.model[0].model_forward_params or self.model[0]._declared_forward_params
        return [name for name in self.features(("a", "b")) if name in taken]

