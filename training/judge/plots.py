"""Plots of training logs (loss, and what was measured on the way) and of models (quality against size).

python -m training.judge.plots --out curves.svg run-a/log.jsonl run-b/log.jsonl
python -m training.judge.plots --out quality.svg --models l6=build-l6 l3=build-l3    # folders with quality.json and exports.json
"""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
# The same data gives the same file.
matplotlib.rcParams["svg.hashsalt"] = "browser-reranker"
from matplotlib import pyplot  # noqa: E402


def read_log(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def smooth(values: list[float], share: float = 0.9) -> list[float]:
    """Exponential mean, without the pull towards 0 at its start."""
    mean, out = 0.0, []
    for count, value in enumerate(values, 1):
        mean = share * mean + (1 - share) * value
        out.append(mean / (1 - share**count))
    return out


def curves(entries: list[dict]) -> dict[str, list[tuple[int, float]]]:
    """What was measured while it trained, by name: nDCG@10 of the development sets, or the share of held-out lists won."""
    names = [name for name in dict.fromkeys(key for entry in entries for key in entry) if name.startswith(("dev_", "held out"))]
    return {name.removeprefix("dev_"): [(entry["step"], entry[name]) for entry in entries if name in entry] for name in names}


def plot(logs: dict[str, Path], out: Path) -> None:
    """Loss on the left, what was measured on the right. A single run shows each development set; several show their means.

    Losses of different kinds have different units, so several runs are drawn relative to where each began.
    """
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    for name, path in logs.items():
        entries = read_log(path)
        losses = [(entry["step"], entry["loss"]) for entry in entries if "loss" in entry]
        if losses:
            steps, values = zip(*losses, strict=True)
            curve = smooth(list(values))
            left.plot(steps, [value / curve[0] for value in curve] if len(logs) > 1 and curve[0] else curve, label=name)
        for key, points in curves(entries).items():
            if len(logs) == 1 or key in ("mean", "held out"):
                label = f"{name}, {key}" if len(logs) > 1 else key
                right.plot(*zip(*points, strict=True), marker="o", markersize=3, label=label, linewidth=2 if key == "mean" else 1)
    left.set(xlabel="step", ylabel="loss relative to its start" if len(logs) > 1 else "loss (smoothed)")
    right.set(xlabel="step", ylabel="nDCG@10, or held-out lists won")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(fontsize=8)
    save(figure, out)


def plot_quality(folders: dict[str, Path], out: Path) -> None:
    """Mean nDCG@10 over the development sets against the file's size, a point an export; BM25 as a line."""
    figure, axes = pyplot.subplots(figsize=(7.5, 4.5), layout="constrained")
    for name, folder in folders.items():
        means = json.loads((folder / "quality.json").read_text(encoding="utf-8"))["mean"]
        sizes = json.loads((folder / "exports.json").read_text(encoding="utf-8"))
        points = sorted((sizes[kind]["bytes"] / 1e6, means[kind]["ndcg@10"], kind) for kind in means if kind in sizes)
        axes.plot(*zip(*[point[:2] for point in points], strict=True), marker="o", linestyle="none", label=name)
        for place, (size, value, kind) in enumerate(points):
            # Neighbours have nearly one size: their names stand above and below in turn.
            axes.annotate(kind, (size, value), textcoords="offset points", xytext=(5, -11 if place % 2 else 4), fontsize=8)
        axes.axhline(means["bm25"]["ndcg@10"], color="grey", linewidth=1, linestyle="--")
    axes.set(xlabel="MB of the weights' file", ylabel="nDCG@10, mean of the development sets (dashed: BM25)")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    save(figure, out)


def save(figure, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None, dpi=130)
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path, nargs="*", help="log.jsonl of a training")
    parser.add_argument("--models", nargs="+", default=[], help="name=folder with quality.json and exports.json")
    parser.add_argument("--out", type=Path, required=True, help=".svg or .png")
    arguments = parser.parse_args()
    if arguments.models:
        plot_quality({name: Path(folder) for name, folder in (model.split("=", 1) for model in arguments.models)}, arguments.out)
    else:
        plot({path.parent.name: path for path in arguments.logs}, arguments.out)


if __name__ == "__main__":
    main()
