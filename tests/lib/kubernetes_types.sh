#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks manifests of Kubernetes against its types: kubernetes_types.sh FILE.yaml... Wrong and misspelt keys, missing ones, wrong types
# and values. The types are those of npm's kubernetes-models, the checker is TypeScript; both are kept below ~/.cache/rv.
# Exit status: 0 right, 1 wrong, 77 the packages cannot be had.
set -eu
cache=${RV_CACHE:-$HOME/.cache/rv}/kubernetes-types
if [ ! -f "$cache/node_modules/typescript/bin/tsc" ]; then
    command -v npm >/dev/null || { echo "npm is not installed"; exit 77; }
    mkdir -p "$cache"
    npm install --silent --no-save --prefix "$cache" kubernetes-models@5.1.0 typescript@5 >&2 ||
        { echo "npm could not get kubernetes-models and typescript"; exit 77; }
fi
program=$(mktemp "$cache/check.XXXXXX.ts")
trap 'rm -f "$program"' EXIT
/usr/bin/python3 - "$@" >"$program" <<'PY'
import json
import sys

import yaml

number = 0
for name in sys.argv[1:]:
    for doc in yaml.safe_load_all(open(name, encoding="utf-8")):
        number += 1
        kind, version = doc["kind"], doc["apiVersion"]
        print(f"import {{ I{kind} as T{number} }} from 'kubernetes-models/{version}/{kind}';")
        print(f"export const doc{number}: T{number} = {json.dumps(doc, indent=1)};")
PY
"$cache/node_modules/typescript/bin/tsc" --noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext "$program" ||
    exit 1
