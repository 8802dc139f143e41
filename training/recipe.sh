#!/usr/bin/env bash
# From data to the shipped files: bash training/recipe.sh, in an environment with training/requirements.txt.
# MINUTES_L6, MINUTES_STATES and MINUTES_L3 stop the three trainings (default: what the shipped weights had on two cores).
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-../shared/data}
base=${BASE:-../shared/model/init}
build=training/build
questions=14000
encoder="sentence-transformers/all-MiniLM-L6-v2 (linear layers restored from 4-bit weights)"
lists="SQuAD 1.1 and MedQuAD questions with mined negatives and passages stuffed with the question's words"

python training/prepare.py --squad "$data/train/squad-train.jsonl" --medquad "$data/train/medquad.jsonl" \
  --titles "$data"/dev/{cranfield,cisi,med,npl} --out "$build/data"
python training/start.py --base "$base" --data "$build/data" --out "$build/start"
python training/mine.py --data "$build/data" --encoder "$base" --limit "$questions" --limit-passages 26000 \
  --depths 1-10:3 11-50:2 51-200:2 --out "$build/mined.jsonl"

python training/teach.py --start "$build/start" --data "$build/mined.jsonl" --out "$build/l6" --minutes "${MINUTES_L6:-30}"
python training/distil.py --teacher "$build/start" --data "$build/mined.jsonl" --out "$build/l3-states" --minutes "${MINUTES_STATES:-20}"
python training/teach.py --start "$build/l3-states" --teacher "$build/l6" --data "$build/mined.jsonl" --out "$build/l3" \
  --minutes "${MINUTES_L3:-12}"

for scorer in l6 l3; do
  python training/depth.py --scorer "$build/$scorer" --dev "$data"/dev/* --dev-queries 40
done
python training/export.py --scorer "$build/l6" --depth "$build/l6/depth.json" --work "$build/export-l6" --out public/models/minilm-l6-rerank-en \
  --training "From $encoder: the upper two layers, the heads and the early heads trained listwise on $lists, beside the untrained scorer."
python training/export.py --scorer "$build/l3" --depth "$build/l3/depth.json" --work "$build/export-l3" --embedding-bits 4 \
  --out public/models/minilm-l3-rerank-en \
  --training "Three layers of $encoder, drawn to its hidden states, then to minilm-l6-rerank-en's logits on $lists."
python training/tiny_staged.py
python training/goldens.py
