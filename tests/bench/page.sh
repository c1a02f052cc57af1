#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The page of a dataset in a browser: how long it takes until the grid is there, for 100,000 samples against 100, in
# turns, the least of each; and what JavaScript keeps for all of them.
set -euo pipefail

. "$(dirname "$0")/common.bash"

if ! command -v chromium >/dev/null; then
    echo '| page of 100,000 samples | - | of 100 | skipped: chromium is not installed | - |'
    exit 0
fi
few=100 many=${PAGE_SAMPLES:-100000} rounds=5
export PYTHONPATH=$RV_ROOT/tests/lib

python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 >one
for n in $few $many; do
    jq -c --argjson n "$n" '. as $r | range($n) | . as $i | $r | .index = $i | .id = "\(1000000 + $i)"
        | .params = {x: ($i % 1000), kind: ["near", "far"][$i % 2]}' one | rv-mux -q --no-sync -f html -o "page-$n" >/dev/null
done
python3 - "$(command -v chromium)" "$few" "$many" $rounds <<'PY'
import sys
from browser import Browser

few, many, rounds = (int(word) for word in sys.argv[2:])
least = {few: 1e9, many: 1e9}
heap = 0
for _ in range(rounds):
    for n in least:
        with Browser(sys.argv[1]) as browser:
            browser.open(f"file://page-{n}/html/index.html".replace("//", f"//{__import__('os').getcwd()}/"))
            browser.wait("window.rv && rv.isWhole")
            at = browser.evaluate("performance.getEntriesByName('grid')[0].startTime")
            least[n] = min(least[n], at)
            if n == many:
                browser.evaluate("gc()")
                heap = browser.evaluate("performance.memory.usedJSHeapSize") / 1e6
ratio = least[many] / least[few]
print(f"| page of {many:,} samples, until the grid is there / of {few} | {least[many]:.0f} ms | {least[few]:.0f} ms | {ratio:.2f} | 2.0 at the most |")
print(f"| page of {many:,} samples, memory of JavaScript | {heap:.0f} MB | - | - | - |")
PY
