#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The documentation as a site: all pages are there, links lead somewhere, and a browser shows them on a desk and on a phone.

load lib/common

setup_file() {
    command -v pandoc >/dev/null || return 0
    command -v mandoc >/dev/null || return 0
    local status=0
    python3 "$RV_ROOT/docs/site/build.py" "$BATS_FILE_TMPDIR/site" 2>"$BATS_FILE_TMPDIR/faults" || status=$?
    echo $status >"$BATS_FILE_TMPDIR/status"
}

setup() {
    rv_setup
    need pandoc
    need mandoc
    site=$BATS_FILE_TMPDIR/site
}

@test "every page is built, and no link leads nowhere" {
    cat "$BATS_FILE_TMPDIR/faults"
    [ "$(cat "$BATS_FILE_TMPDIR/status")" = 0 ]
    # Of the documentation as of the manual.
    cd "$RV_ROOT"
    for page in docs/*.md docs/*/*.md; do
        made=${page%.md}.html
        ls "$site/${made/%README.html/index.html}"
    done
    for page in tools/man/*.[1-9]; do
        ls "$site/$page.html"
    done
    run -1 grep -rlE 'href="https?://[^"]*\.css|<script[^>]*src="https?:' "$site"
}

@test "the same files give the same pages" {
    python3 "$RV_ROOT/docs/site/build.py" again
    diff -r "$site" again
}

@test "a link to what is not there is told, and fails" {
    mkdir -p root/docs
    cp -r "$RV_ROOT/docs/site" root/docs/
    printf '# Contents\n\n## Start\n\n- [Here](here.md)\n' >root/docs/README.md
    printf '# Here\n\n[a](gone.md) [b](here.md#gone) [c](here.md#here) [d](#there) [e](../../out.md)\n' >root/docs/here.md
    run -1 python3 root/docs/site/build.py made
    [ "$output" = 'site: docs/here.md: #there: docs/here.md has no heading #there
site: docs/here.md: ../../out.md is not there
site: docs/here.md: gone.md is not there
site: docs/here.md: here.md#gone: docs/here.md has no heading #gone' ] || { echo "$output"; return 1; }
}

@test "in a browser, wide and narrow: nothing sticks out, the search finds" {
    need chromium
    run -0 python3 "$RV_ROOT/tests/lib/site_checks.py" "$(command -v chromium)" "$site"
}
