#!/usr/bin/env bash
# The second edition in the making: bash training/apart.sh, in an environment with training/requirements.txt.
# Graded lists and sparse web questions to a scorer whose layers stay apart, its compact form, and a row of the table for each.
# Every step goes on where an earlier call stopped: what is there is not made again. STEPS and MINUTES stop the training, QUERIES is
# the sample of each development set (all without it), MINED=0 leaves the sparse questions out, PERCENT=1 takes a hundredth of everything.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${DATA:-../shared/data}
base=${BASE:-../shared/model/init}
build=${BUILD:-training/build}
part() {
  local found=$(($1 * ${PERCENT:-100} / 100))
  echo $((found < ${2:-1} ? ${2:-1} : found))
}
graded=("$data"/train/{marco-graded,marco-asked,marco2-asked}.jsonl)
dev=("$data"/dev/{dl21,marco-graded,antique,wikiqa,marco,cisi,cranfield,med,npl})
queries=${QUERIES:-}
# Small sets for a look at the chain: dl21 is always measured whole.
limit=()
if [ "${PERCENT:-100}" -lt 100 ]; then
  queries=2 dev=("$data"/dev/{med,wikiqa}) limit=(--limit "$(part 1901 12)")
fi

[ -d "$build/start" ] || python -m training.scorer.start --base "$base" --out "$build/start"
mined=()
if [ "${MINED:-1}" = 1 ]; then
  [ -f "$build/web/questions.jsonl" ] || python -m training.data.prepare --judged "$data"/train/{marco-train,marco-judged,nq-train,wikiqa}.jsonl --pool "$data/dev/marco" --out "$build/web"
  [ -f "$build/web.jsonl" ] || python -m training.data.mine --data "$build/web" --encoder "$base" --cache "$build/cache" --limit "$(part 12000 12)" --limit-passages "$(part 45000)" \
    --depths 1-10:2 11-50:1 --given 1 --out "$build/web.jsonl"
  mined=(--mined "$build/web.jsonl")
fi
python -m training.train.apart --start "$build/start" --graded "${graded[@]}" "${mined[@]}" "${limit[@]}" --dev "${dev[@]}" ${queries:+--dev-queries "$queries"} \
  --states "$build/states" --out "$build/apart" --steps "${STEPS:-$(part 2400)}" --minutes "${MINUTES:-1e9}" --slice "$(part 150 12)" --save "$(part 20 6)"
best="$build/apart/best/model.safetensors"
for width in 32 48 64; do
  file="$build/apart/compact/compact-$width.safetensors"
  # Weights that have learned more need codes of their own.
  [ "$file" -nt "$best" ] || python -m training.train.compact --scorer "$build/apart/best" --graded "$data/train/marco2-asked.jsonl" --limit "$(part 160 4)" --width "$width" --states "$build/states" --out "$file"
done
python -m training.judge.apart --scorer first="$build/start" --dev "${dev[@]}" ${queries:+--dev-queries "$queries"} --states "$build/states" --json "$build/rows.json"
python -m training.judge.apart --scorer "apart $(sha256sum "$best" | cut -c1-8)=$build/apart/best" --compact "$build"/apart/compact/compact-*.safetensors --dev "${dev[@]}" ${queries:+--dev-queries "$queries"} \
  --states "$build/states" --json "$build/rows.json"
python -m training.export.compact --scorer "$build/apart/best" --compact "$build/apart/compact/compact-48.safetensors" --out "$build/apart/export"
