#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a project has besides its programs: licences, versions, changelog, templates of issues, workflows.

load lib/common

setup() {
    rv_setup
    git -C "$RV_ROOT" rev-parse 2>/dev/null || skip "no git checkout"
    cd "$RV_ROOT"
}

@test "one version, everywhere" {
    version=$(sed -n 's/^VERSION := //p' Makefile)
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
    [ "$(sed -n 's/^ARG VERSION=//p' docker/Dockerfile)" = "$version" ]
    [ "$(sed -n 's/^version: //p' CITATION.cff)" = "$version" ]
    grep -qx "#define RV_VERSION \"$version\"" <(sed 's/^[[:space:]]*//' tools/lib/prelude.h)
    [ "$(grep -m1 -o '^## [0-9][0-9.]*' CHANGELOG.md)" = "## $version" ]
    released=$(sed -n "s/^## $version - //p" CHANGELOG.md)
    grep -qx "date-released: $released" CITATION.cff
}

@test "the changelog has known headings, newest first" {
    grep -oP '^## \K[0-9.]+' CHANGELOG.md >"$BATS_TEST_TMPDIR/versions"
    sort -rVc "$BATS_TEST_TMPDIR/versions"
    run -1 grep -vxE '### (Added|Changed|Deprecated|Removed|Fixed|Security)' <(grep '^###' CHANGELOG.md)
    [ "$(grep -c '^## Unreleased$' CHANGELOG.md)" = 1 ]
}

@test "every file has a licence, in itself or by REUSE.toml" {
    need_module tomllib
    "$PYTHON" - <<'PY'
import fnmatch
import re
import subprocess
import tomllib

annotations = tomllib.load(open("REUSE.toml", "rb"))["annotations"]
named = [pattern for a in annotations if a["precedence"] == "closest" for pattern in a["path"]]
assert all(a["SPDX-License-Identifier"] == "MIT" for a in annotations)
files = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
bare = []
files = [p for p in files if not re.fullmatch(r"LICENSE|LICENSES/.*|REUSE.toml", p)]
for path in files:
    with open(path, "rb") as file:
        says = re.search(rb"SPDX-License-Identifier: MIT", file.read(4096))
    if not says and not any(fnmatch.fnmatch(path, pattern.replace("**", "*")) for pattern in named):
        bare.append(path)
assert not bare, bare
PY
    cmp LICENSE LICENSES/MIT.txt
}

@test "workflows and issue forms are what GitHub takes" {
    need_module yaml
    "$PYTHON" - <<'PY'
import glob

import yaml

for path in glob.glob(".github/workflows/*.yml"):
    flow = yaml.safe_load(open(path))
    assert set(flow) <= {"name", True, "permissions", "jobs", "concurrency", "env"}, (path, set(flow))  # True: on
    assert flow[True] and flow["jobs"], path
    for name, job in flow["jobs"].items():
        assert job["runs-on"] and job["steps"], (path, name)
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step), (path, name, step)
for path in glob.glob(".github/ISSUE_TEMPLATE/*.yml"):
    form = yaml.safe_load(open(path))
    if path.endswith("config.yml"):
        assert set(form) <= {"blank_issues_enabled", "contact_links"}, path
        continue
    assert form["name"] and form["description"] and form["body"], path
    for field in form["body"]:
        assert field["type"] in {"textarea", "input", "dropdown", "checkboxes", "markdown"}, (path, field)
        assert field["attributes"]["label"] and field["id"], (path, field)
cff = yaml.safe_load(open("CITATION.cff"))
assert {"cff-version", "message", "title", "authors", "version"} <= set(cff)
PY
    grep -q 'run: .ci/run$' .github/workflows/check.yml
    [ -x .ci/run ]
}

@test "pages of the community name only files that are there" {
    for page in CONTRIBUTING.md SECURITY.md CODE_OF_CONDUCT.md; do
        links=$(grep -oP '\]\(\K[^)#:]+' "$page") || true
        for link in $links; do
            [ -e "$link" ] || { echo "$page: $link"; return 1; }
        done
    done
    paths=$(grep -oP '`\K(tools|tests|blender|examples)/[A-Za-z/_]+(?=/?`)' CONTRIBUTING.md)
    for path in $paths; do
        [ -e "$path" ] || [ -e "$path.bats" ] || [ -e "$path.py" ] || [[ $path == *NAME* ]] || { echo "$path"; return 1; }
    done
}
