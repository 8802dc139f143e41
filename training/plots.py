"""Plots of training logs: one curve a run for the loss, one for nDCG@10 on the development sets.

python training/plots.py --out curves.svg run-a/log.jsonl run-b/log.jsonl
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


def plot(logs: dict[str, Path], out: Path) -> None:
    """Loss on the left, nDCG@10 on the right. A single run shows each development set; several show their means.

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
        measured = [entry for entry in entries if "dev_mean" in entry]
        shown = ["dev_mean"] if len(logs) > 1 else [key for key in (measured[0] if measured else {}) if key.startswith("dev_")]
        for key in shown:
            label = name if len(logs) > 1 else key.removeprefix("dev_")
            points = [(entry["step"], entry[key]) for entry in measured if key in entry]
            right.plot(*zip(*points, strict=True), marker="o", markersize=3, label=label, linewidth=2 if key == "dev_mean" else 1)
    left.set(xlabel="step", ylabel="loss relative to its start" if len(logs) > 1 else "loss (smoothed)")
    right.set(xlabel="step", ylabel="nDCG@10, development sample")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(fontsize=8)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None, dpi=130)
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path, nargs="+", help="log.jsonl of train.py or distil.py")
    parser.add_argument("--out", type=Path, required=True, help=".svg or .png")
    arguments = parser.parse_args()
    plot({path.parent.name: path for path in arguments.logs}, arguments.out)


if __name__ == "__main__":
    main()
