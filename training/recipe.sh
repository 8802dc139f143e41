#!/usr/bin/env bash
# From data to shipped files: bash training/recipe.sh, in an environment with training/requirements.txt.
# MINUTES_STATES, MINUTES_L3 and MINUTES_LISTS stop the trainings; the models' cards say how many steps the shipped weights had.
# PERCENT=1 takes a hundredth of everything, to see the whole chain run; in a copy of the repository, since it writes there.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-../shared/data}
base=${BASE:-../shared/model/init}
build=training/build
# So many at 100 percent, and at least the second number.
part() {
  local found=$(($1 * ${PERCENT:-100} / 100))
  echo $((found < ${2:-1} ? ${2:-1} : found))
}
encoder="sentence-transformers/all-MiniLM-L6-v2 (linear layers restored from 4-bit weights)"
depths="1-10:3 11-50:2 51-200:2"
# The early heads prune what a search hands over, so they learn from lists of that kind, whatever the labels.
long="1-10:7 11-40:8 41-100:7"

python -m training.data.prepare --squad "$data/train/squad-train.jsonl" --medquad "$data/train/medquad.jsonl" --out "$build/data"
python -m training.data.prepare --titles "$data"/dev/{cranfield,cisi,med,npl} --out "$build/titles"
python -m training.scorer.start --base "$base" --out "$build/start"
# shellcheck disable=SC2086 # several depths
python -m training.data.mine --data "$build/data" --encoder "$base" --limit "$(part 14000)" --limit-passages "$(part 26000)" --depths $depths --out "$build/mined.jsonl"
# shellcheck disable=SC2086
python -m training.data.mine --data "$build/titles" --encoder "$base" --limit "$(part 1600)" --limit-passages "$(part 5000)" --depths $depths --margin -1 --out "$build/guard.jsonl"
# shellcheck disable=SC2086
python -m training.data.mine --data "$build/data" --encoder "$base" --limit "$(part 14000)" --limit-passages "$(part 26000)" --depths $long --margin -1 --answered-margin -1 \
  --out "$build/long.jsonl"
# shellcheck disable=SC2086
python -m training.data.mine --data "$build/titles" --encoder "$base" --limit "$(part 1600)" --limit-passages "$(part 5000)" --depths $long --margin -1 --out "$build/long-guard.jsonl"

# Lists teach the upper layers nothing that holds on other collections (docs/models.md), so the six layers stay as they are.
python -m training.train.bias --scorer "$build/start" --data "$build/mined.jsonl" --out "$build/l6"
python -m training.train.distil --teacher "$build/start" --data "$build/mined.jsonl" --out "$build/l3-states" --minutes "${MINUTES_STATES:-30}"
python -m training.train.distil --teacher "$build/start" --student "$build/l3-states" --match 3:6 --lr 4e-4 --seed 3 --limit "$(part 32000)" \
  --data "$build"/{data/passages,mined,guard}.jsonl --out "$build/l3-further" --minutes "${MINUTES_L3:-60}"
python -m training.train.bias --scorer "$build/l3-further" --data "$build/mined.jsonl" --out "$build/l3"

python -m training.train.early --scorer "$build/l6" --data "$build"/long{,-guard}.jsonl --limit "$(part 3600)" --held-out "$(part 100 5)"
python -m training.train.early --scorer "$build/l3" --data "$build"/long{,-guard}.jsonl --limit "$(part 1200)" --held-out "$(part 100 5)"
python -m training.judge.depth --scorer "$build/l6" --dev "$data"/dev/* --dev-queries "$(part 75 2)" --overlap 0.993
python -m training.judge.depth --scorer "$build/l3" --dev "$data"/dev/* --dev-queries "$(part 20 2)" --overlap 0.985
python -m training.export --scorer "$build/l6" --depth "$build/l6/depth.json" --work "$build/export-l6" --out public/models/minilm-l6-rerank-en \
  --training "$encoder with a late-interaction head; early heads trained towards the last one on SQuAD 1.1, MedQuAD and unlabelled text."
python -m training.export --scorer "$build/l3" --depth "$build/l3/depth.json" --work "$build/export-l3" --embedding-bits 4 --out public/models/minilm-l3-rerank-en \
  --training "Three layers of $encoder, drawn to the six layers' hidden states on SQuAD 1.1, MedQuAD and unlabelled text."
python -m training.fixtures.tiny_staged
python -m training.fixtures.goldens

# The trained upper layers and the table of losses in docs/models.md.
python -m training.train.teach --start "$build/start" --data "$build/mined.jsonl" --limit "$(part 2000)" --held-out "$(part 200 5)" --guard "$build/guard.jsonl" --gates -1.5 --lr 1e-4 \
  --lists 12 --blend 0.2 --out "$build/l6-lists" --minutes "${MINUTES_LISTS:-15}"
python -m training.data.mine --data "$build/data" --encoder "$base" --limit "$(part 1000)" --limit-passages "$(part 26000)" --depths $depths --out "$build/small.jsonl" \
  --teacher "$build/start" --graded "$build/graded.jsonl" --max-length 128
python -m training.train.losses --base "$base" --data "$build/small.jsonl" --graded "$build/graded.jsonl" --dev "$data"/dev/* --out "$build/losses" \
  --steps "$(part 100 5)" --list 5 --max-length 128 --dev-queries "$(part 12 1)" --final-queries "$(part 12 2)" --final-candidates 50 --final-length 192
