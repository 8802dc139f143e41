"""The files beside an exported graph: what the reference really uses, written so that nothing is left to a class of its own."""

import json
from pathlib import Path

from huggingface_hub import ModelCard
from training.export.reference import Reference, stored

SPECIAL_TOKENS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
# Of the machine or the source, and of heads and code that are part of the graph now.
LEFT_OUT = ("_name_or_path", "auto_map", "dtype", "torch_dtype", "transformers_version", "sbert_ce_default_activation_function")
ACTIVATION_CLASSES = {
    "identity": "torch.nn.modules.linear.Identity",
    "sigmoid": "torch.nn.modules.activation.Sigmoid",
    "tanh": "torch.nn.modules.activation.Tanh",
}


def _write(path: Path, content: dict, indent: int | None = 2) -> None:
    separators = None if indent else (",", ":")
    path.write_text(json.dumps(content, ensure_ascii=False, indent=indent, separators=separators) + "\n", encoding="utf-8")


def write_tokenizer(reference: Reference, folder: Path) -> None:
    """tokenizer.json as it stands in memory: many classes rebuild it from their settings, and the module may lowercase."""
    tokenizer = reference.tokenizer
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    content["truncation"] = content["padding"] = None
    _write(folder / "tokenizer.json", content, indent=None)
    settings = {
        # Not the source's class, which might change what the file says.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": reference.own_length,
        "model_input_names": list(tokenizer.model_input_names),
        "padding_side": tokenizer.padding_side,
        "truncation_side": tokenizer.truncation_side,
        "clean_up_tokenization_spaces": False,
    }
    tokens = {name: str(getattr(tokenizer, name)) for name in SPECIAL_TOKENS if getattr(tokenizer, name, None) is not None}
    _write(folder / "tokenizer_config.json", settings | tokens)


def write_config(reference: Reference, folder: Path) -> None:
    """config.json of a model with one label, defaults written out; the prompts where there are any."""
    config = json.loads(reference.model.config.to_json_string(use_diff=False))
    config = {name: value for name, value in config.items() if name not in LEFT_OUT}
    kind = type(reference.model.model).__name__
    config["architectures"] = [kind if kind.endswith("ForSequenceClassification") else kind.removesuffix("Model") + "ForSequenceClassification"]
    activation = ACTIVATION_CLASSES[reference.activation]
    config |= {"num_labels": 1, "id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0}}
    _write(folder / "config.json", config | {"sentence_transformers": {"activation_fn": activation}})
    if reference.model.prompts:
        prompts = {"prompts": reference.model.prompts, "default_prompt_name": reference.model.default_prompt_name}
        _write(folder / "config_sentence_transformers.json", {"model_type": "CrossEncoder", **prompts, "activation_fn": activation})


def read_card(name: str) -> dict:
    """Licence and language as the source's card states them; what it does not state is None."""
    path = stored(name, "README.md")
    data = ModelCard.load(path, ignore_metadata_errors=True).data if path else None
    return {key: getattr(data, key, None) for key in ("license", "language")}


def write_card(reference: Reference, folder: Path, about: dict, table: dict[str, dict], spread: float) -> None:
    """README.md: where the files come from and how exact they are."""
    license_, language = about["license"] or "not stated by the source", about["language"] or "not stated by the source"
    rows = [
        f"| {kind} | {row['bytes'] / 1e6:.1f} MB | {', '.join(row['devices'])} | {row['mean']:.4f} | {row['largest']:.4f} |" for kind, row in table.items()
    ]
    static = " q8 has int8 activations with scales fixed at export, so that a pair's score does not depend on what shares its batch." if "q8" in table else ""
    pairs = next(iter(table.values()))["pairs"]
    text = f"""# {folder.name}

Exported by browser-reranker's `python -m training.export` from `{reference.name}`, for use in the browser. Licence: {license_}. Languages: {language}.

| dtype | size | devices | mean error | largest error |
|---|---|---|---|---|
{chr(10).join(rows)}

Errors are in logits, against sentence-transformers in fp32 on {pairs} pairs in many scripts, of which many are odd on purpose; the logits' standard deviation is
{spread:.3f}.{static}
"""
    (folder / "README.md").write_text(text, encoding="utf-8")
