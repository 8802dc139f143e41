"""Every architecture goes through the export to a folder whose graphs give the reference's logits, or is refused by name."""

import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from sentence_transformers import CrossEncoder
from torch import nn
from training.export import cross_encoder
from training.export.compare import compared_pairs
from training.export.cross_encoder import Exporter, export_cross_encoder
from training.export.onnx_scorer import OnnxScorer
from training.export.reference import Reference, Refused
from training.export.traced_graph import trace
from training.fixtures.tiny_pipeline import write_pipeline
from training.scorer.pairs import PairEncoder
from training.tests.tiny_cross_encoders import ARCHITECTURES, MAX_LENGTH, write_tiny_cross_encoder
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, logging

logging.disable_progress_bar()
PAIRS = compared_pairs()[::10]


class InFolder(unittest.TestCase):
    def setUp(self) -> None:
        torch.set_num_threads(1)
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        # Few pairs: seconds in place of minutes.
        replaced = mock.patch.object(cross_encoder, "compared_pairs", return_value=PAIRS)
        replaced.start()
        self.addCleanup(replaced.stop)

    def assert_refused(self, words: str, folder: Path, **options) -> None:
        with self.assertRaisesRegex(Refused, words):
            Reference(str(folder), **options)


class Architectures(InFolder):
    """Lengths 1 to the longest, alone and padded, are compared by `trace` itself, which refuses what is off."""

    def assert_exported(self, source: Path) -> Reference:
        reference, out = Reference(str(source)), self.folder / "out"
        exporter = Exporter(reference, out)
        graph = trace(reference)
        self.assertEqual({item.type.tensor_type.elem_type for item in graph.graph.input}, {6}, "int32")
        self.assertEqual([item.name for item in graph.graph.output], ["logits"])
        row = exporter.write("fp32", graph)
        self.assertLess(row["largest"], 1e-3)
        # As anybody opens it, whatever its attention.
        plain = CrossEncoder(str(source), device="cpu", activation_fn=nn.Identity())
        pairs = exporter.pairs
        expected = plain.predict([list(pair) for pair in pairs], batch_size=4)
        prompted = [(reference.prompt + query, passage) for query, passage in pairs]
        logits = OnnxScorer(out / "onnx/model.onnx", exporter.encoder, pad_id=exporter.pad_id).predict(prompted)
        np.testing.assert_allclose(logits, expected, atol=1e-3)
        self.assertGreater(float(np.std(expected)), 0.05, "logits that lie together show nothing")
        return reference

    def test_whole_export_of_the_pipeline(self) -> None:
        write_pipeline(self.folder / "pipeline")
        reference, out = Reference(str(self.folder / "pipeline")), self.folder / "out"
        self.assertNotIn("If", {node.op_type for node in trace(reference).graph.node}, "a question whose answer is known")
        refused = export_cross_encoder(reference, out, ["fp32", "fp16", "q8", "w8", "q4", "q4f16"])
        manifest = json.loads((out / "reranker.json").read_text(encoding="utf-8"))
        stored = {file["dtype"] for file in manifest["files"].values() if "dtype" in file}
        self.assertLessEqual({"fp32", "fp16", "w8"}, stored)
        self.assertEqual(len(stored) + len(refused), 6)
        self.assertEqual(stored, set(manifest["check"]["tolerance"]) - ({"fp32"} - stored))
        self.assertEqual((manifest["activation"], manifest["maxLength"]), ("sigmoid", MAX_LENGTH))
        self.assertNotIn("stages", manifest)
        self.assertEqual(len(json.loads((out / "config.json").read_text(encoding="utf-8"))["id2label"]), 1)

    def test_prompt_and_activation_are_carried_over(self) -> None:
        write_pipeline(self.folder / "pipeline", prompts={"q": "query: "}, default_prompt_name="q", activation_fn=nn.Identity())
        reference = self.assert_exported(self.folder / "pipeline")
        self.assertEqual((reference.prompt, reference.activation), ("query: ", "identity"))
        settings = json.loads((self.folder / "out/config_sentence_transformers.json").read_text(encoding="utf-8"))
        self.assertEqual((settings["prompts"], settings["default_prompt_name"]), ({"q": "query: "}, "q"))

    def test_check_of_a_model_with_a_prompt(self) -> None:
        """The package puts no prompt in front of the check's queries, so they carry it."""
        write_pipeline(self.folder / "pipeline", prompts={"q": "query: "}, default_prompt_name="q")
        export_cross_encoder(Reference(str(self.folder / "pipeline")), self.folder / "out", ["fp32"])
        check = json.loads((self.folder / "out/reranker.json").read_text(encoding="utf-8"))["check"]
        plain = CrossEncoder(str(self.folder / "pipeline"), device="cpu", activation_fn=nn.Identity())
        expected = plain.predict([[query.removeprefix("query: "), passage] for query, passage in check["pairs"]])
        self.assertTrue(all(query.startswith("query: ") for query, _ in check["pairs"]))
        np.testing.assert_allclose(check["logits"], expected, atol=1e-3)

    def test_a_label_that_ranks(self) -> None:
        source = write_tiny_cross_encoder("bert", self.folder / "two", labels=2)
        self.assert_refused("--label 0 to 1", source)
        self.assert_refused("no label 2", source, label=2)
        reference = Reference(str(source), label=1)
        row = Exporter(reference, self.folder / "out").write("fp32", trace(reference))
        self.assertLess(row["largest"], 1e-3)
        both = CrossEncoder(str(source), device="cpu").predict([list(PAIRS[0])], activation_fn=nn.Identity())
        np.testing.assert_allclose(reference.logits(PAIRS[:1]), both[:, 1], atol=1e-5)

    def test_written_tokenizer_is_the_one_that_was_used(self) -> None:
        source = write_tiny_cross_encoder("bert", self.folder / "cased")
        settings = json.loads((source / "tokenizer_config.json").read_text(encoding="utf-8"))
        settings |= {"tokenizer_class": "BertTokenizer", "do_lower_case": False}
        (source / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
        reference = Reference(str(source))
        Exporter(reference, self.folder / "out")
        pair = ("LOUD", "Quiet")
        expected = reference.features(pair)["input_ids"][0].tolist()
        self.assertEqual(PairEncoder(self.folder / "out", MAX_LENGTH)(*pair).ids, expected)
        self.assertEqual(AutoTokenizer.from_pretrained(self.folder / "out")(*pair)["input_ids"], expected)
        self.assertNotEqual(PairEncoder(source, MAX_LENGTH)(*pair).ids, expected, "the source's own file lowercases")


def _add_architecture(name: str) -> None:
    def test(self: Architectures) -> None:
        self.assert_exported(write_tiny_cross_encoder(name, self.folder / name))

    setattr(Architectures, f"test_{name.replace('-', '_')}", test)


for _name in ARCHITECTURES:
    _add_architecture(_name)


class Refusals(InFolder):
    def test_causal_language_model(self) -> None:
        config = LlamaConfig(vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
        LlamaForCausalLM(config).save_pretrained(self.folder)
        self.assert_refused("causal language model .LlamaForCausalLM", self.folder)

    def test_model_without_a_head(self) -> None:
        write_tiny_cross_encoder("bert", self.folder)
        self._change_config(architectures=["BertForMaskedLM"])
        self.assert_refused("BertForMaskedLM.* random head", self.folder)

    def test_bi_encoder(self) -> None:
        write_tiny_cross_encoder("bert", self.folder)
        (self.folder / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]')
        self.assert_refused("is a SentenceTransformer", self.folder)

    def test_code_that_is_not_trusted(self) -> None:
        write_tiny_cross_encoder("bert", self.folder)
        classes = {"AutoConfig": "own.OwnConfig", "AutoModelForSequenceClassification": "own.OwnModel"}
        self._change_config(model_type="own", auto_map=classes)
        self.assert_refused("--trust-remote-code", self.folder)
        self.assert_refused("cannot open", self.folder, trust_remote_code=True)

    def test_activation_that_the_package_lacks(self) -> None:
        write_tiny_cross_encoder("bert", self.folder)
        self._change_config(sentence_transformers={"activation_fn": "torch.nn.modules.activation.ReLU"})
        self.assert_refused("activation ReLU", self.folder)

    def test_lengths(self) -> None:
        write_tiny_cross_encoder("roberta", self.folder)
        self.assertEqual(Reference(str(self.folder)).max_length, MAX_LENGTH)
        self.assertEqual(Reference(str(self.folder), max_length=48).max_length, 48)
        self.assert_refused("reads 8 to 160", self.folder, max_length=161)

    def test_a_graph_that_is_off(self) -> None:
        reference = Reference(str(write_tiny_cross_encoder("bert", self.folder / "bert")))
        with mock.patch.dict(cross_encoder.ALLOWED, {"w8": 1e-9}), self.assertRaisesRegex(Refused, "w8 is off by"):
            export_cross_encoder(reference, self.folder / "out", ["w8"])
        self.assertFalse((self.folder / "out/reranker.json").exists())
        self.assertFalse((self.folder / "out/onnx/model_w8.onnx").exists())

    def _change_config(self, **changes) -> None:
        path = self.folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


if __name__ == "__main__":
    unittest.main()
