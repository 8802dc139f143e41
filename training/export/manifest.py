"""reranker.json: what a loader must know before it trusts a file of the folder."""

import hashlib
import json
import math
from collections.abc import Iterable
from pathlib import Path

FP32_TOLERANCE = 1e-3
# A runtime's kernels may round otherwise than the one that the error was measured with.
MARGIN = 1.5


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tolerance(error: float) -> float:
    """The measured error with a margin, rounded up to a tenth below one and to a half above."""
    step = 0.1 if error * MARGIN < 1 else 0.5
    return round(math.ceil(error * MARGIN / step) * step, 1)


def describe_files(folder: Path, graphs: dict[str, dict]) -> dict[str, dict]:
    """Hash and size of every file that the runtime fetches, with dtype and devices for the graphs."""
    optional = [name for name in ("config_sentence_transformers.json",) if (folder / name).exists()]
    names = ["config.json", "tokenizer.json", "tokenizer_config.json", *optional, *graphs]
    return {
        name: {
            "sha256": sha256(folder / name),
            "bytes": (folder / name).stat().st_size,
            **graphs.get(name, {}),
        }
        for name in names
    }


def checked(logits: Iterable[float], errors: dict[str, float]) -> dict:
    """The self-check's logits, and how far each dtype may be off."""
    tolerances = {"fp32": FP32_TOLERANCE} | {kind: tolerance(error) for kind, error in errors.items()}
    return {"logits": [round(float(value), 5) for value in logits], "tolerance": tolerances}


def write_manifest(
    folder: Path,
    *,
    graphs: dict[str, dict],
    pairs: list[tuple[str, str]],
    logits: Iterable[float],
    errors: dict[str, float],
    early: list[dict] | None = None,
    stages: dict | None = None,
    training: str,
    max_length: int,
    activation: str = "identity",
    language: str | list[str] | None = "en",
    license: str | None = "Apache-2.0",
) -> None:
    """Writes reranker.json; `graphs` maps a path to its dtype and devices, `errors` a dtype to its largest error on the pairs. For a model in
    stages, `early` has logits and errors of each cut, `stages` says where to cut. What is None is left out."""
    files = describe_files(folder, graphs)
    hashes = "\n".join(sorted(entry["sha256"] for entry in files.values()))
    check = {"pairs": pairs, **checked(logits, errors)}
    if early:
        check["early"] = [checked(**cut) for cut in early]
    manifest = {
        "version": 1,
        "name": folder.name,
        "revision": hashlib.sha256(hashes.encode()).hexdigest()[:12],
        "maxLength": max_length,
        "activation": activation,
        "language": language,
        "license": license,
        "training": training,
        "stages": stages,
        "files": files,
        "check": check,
    }
    stated = {name: value for name, value in manifest.items() if value is not None}
    (folder / "reranker.json").write_text(json.dumps(stated, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
