#!/usr/bin/env bash
# From data to the shipped files: bash training/recipe.sh, in an environment with training/requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-../shared/data}
base=${BASE:-../shared/model/init}
build=training/build
about="From sentence-transformers/all-MiniLM-L6-v2 (linear layers restored from 4-bit weights): the upper two layers opened across \
query and passage by learned gates and, with a late-interaction head and two early heads, trained listwise on SQuAD 1.1 and MedQuAD \
questions with mined negatives, beside the untrained scorer; weights averaged with the untrained ones (0.6)."

python training/prepare.py --squad "$data/train/squad-train.jsonl" --medquad "$data/train/medquad.jsonl" --out "$build/data"
python training/start.py --base "$base" --data "$build/data" --out "$build/start"
python training/mine.py --data "$build/data" --encoder "$base" --limit 20000 --limit-passages 50000 \
  --depths 1-10:3 11-50:2 51-200:2 --out "$build/mined.jsonl"
python training/teach.py --start "$build/start" --data "$build/mined.jsonl" --out "$build/l6" --minutes "${MINUTES:-33}"
python training/depth.py --scorer "$build/l6" --dev "$data"/dev/* --dev-queries 40
python training/export.py --scorer "$build/l6" --depth "$build/l6/depth.json" --training "$about" \
  --out public/models/minilm-l6-rerank-en --work "$build"
python training/tiny_staged.py
python training/goldens.py
