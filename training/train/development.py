"""nDCG@10 on small fixed samples of the development sets while a model trains, and the weights of its best moments."""

import time
from collections.abc import Callable
from pathlib import Path

from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder
from sentence_transformers.base.evaluation import BaseEvaluator
from torch import Tensor
from training.judge.evaluate import evaluate
from training.scorer.precision import half_precision

State = dict[str, Tensor]


class DevelopmentEvaluator(BaseEvaluator):
    """Reranks the first `candidates` of bm25.tsv for the first `queries` judged queries of each folder; `dev_mean` leads."""

    def __init__(self, folders: list[Path], queries: int | None, candidates: int, bf16: bool, batch: int = 64):
        super().__init__()
        self.folders, self.queries, self.candidates, self.bf16, self.batch = folders, queries, candidates, bf16, batch
        self.primary_metric = "dev_mean"
        # Called with (step, figures, weights) after each measurement, in place of a checkpoint for each.
        self.listeners: list = []

    def judge(self, score: Callable[..., list[float]]) -> dict[str, float]:
        """`dev_NAME` of each folder and `dev_mean`, of what `evaluate` calls for scores."""
        figures = {
            f"dev_{folder.name}": evaluate(folder, score, self.queries, self.candidates)["ndcg@10"] for folder in self.folders
        }
        return figures | {"dev_mean": sum(figures.values()) / len(figures)}

    def measure(self, model: CrossEncoder) -> dict[str, float]:
        """The same of a cross-encoder."""
        training = model.training

        def score(_passages: list[str], texts: list[tuple[str, str]], _bm25: dict[str, float]) -> list[float]:
            with half_precision(model.device.type, self.bf16):
                return model.predict(texts, batch_size=self.batch, show_progress_bar=False).tolist()

        figures = self.judge(score)
        model.train(training)
        return figures

    def __call__(self, model: CrossEncoder, output_path: str | None = None, epoch: float = -1, steps: int = -1):
        start = time.time()
        figures = self.measure(model)
        for listener in self.listeners:
            listener(steps, figures, model)
        return figures | {"dev_seconds": time.time() - start}


class Snapshots:
    """Weights of the last and of the best measurements, on disk; the others are deleted as better ones come."""

    def __init__(self, folder: Path, keep: int):
        self.folder, self.keep = folder, max(1, keep)
        self.folder.mkdir(parents=True, exist_ok=True)
        # A resumed run goes on from what an earlier one has left.
        self.scores: dict[int, float] = {}
        for path in sorted(self.folder.glob("*.safetensors")):
            step, score = path.stem.split("_")
            self.scores[int(step)] = float(score)

    def _path(self, step: int) -> Path:
        return self.folder / f"{step:07d}_{self.scores[step]:.6f}.safetensors"

    def clear(self) -> None:
        """Forgets a former run's."""
        for step in list(self.scores):
            self._path(step).unlink(missing_ok=True)
        self.scores.clear()

    def best(self) -> list[int]:
        """Steps of the best, best first."""
        return sorted(self.scores, key=lambda step: (-self.scores[step], step))[: self.keep]

    def last(self) -> list[int]:
        return sorted(self.scores)[-self.keep :]

    def add(self, step: int, figures: dict[str, float], model: CrossEncoder) -> None:
        """Keeps the weights, and of all weights kept before only those that are among the last or the best still."""
        if step in self.scores:
            self._path(step).unlink(missing_ok=True)
        self.scores[step] = figures["dev_mean"]
        state = {name: value.detach().cpu().contiguous() for name, value in model.transformers_model.state_dict().items()}
        save_file(state, self._path(step))
        wanted = {*self.best(), *self.last()}
        for old in [old for old in self.scores if old not in wanted]:
            self._path(old).unlink(missing_ok=True)
            del self.scores[old]

    def average(self, steps: list[int]) -> State:
        """Mean of the weights at those steps; what is not a number with a fraction is taken from the first."""
        total: State = {}
        for step in steps:
            for name, value in load_file(self._path(step)).items():
                total[name] = total[name] + value / len(steps) if name in total else value / len(steps)
        first = load_file(self._path(steps[0]))
        return {name: value.to(first[name].dtype) if first[name].is_floating_point() else first[name] for name, value in total.items()}


def choose(model: CrossEncoder, snapshots: Snapshots, evaluator: DevelopmentEvaluator, average: int) -> dict[str, float]:
    """Puts into the model the best weights, or the mean of the best or of the last, whichever measures best."""
    candidates = {"best": snapshots.best()[:1]}
    if average > 1:
        candidates |= {"mean of the best": snapshots.best(), "mean of the last": snapshots.last()}
    figures: dict[str, float] = {}
    for name, steps in candidates.items():
        if name == "best":
            figures[name] = snapshots.scores[steps[0]]
        elif len(steps) > 1:
            model.transformers_model.load_state_dict(snapshots.average(steps))
            figures[name] = evaluator.measure(model)["dev_mean"]
    winner = max(figures, key=lambda name: figures[name])
    model.transformers_model.load_state_dict(snapshots.average(candidates[winner]))
    return figures
