#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The man pages: exactly the options that each tool has, and nothing that is not there.

load lib/common

setup() {
    rv_setup
    man=$RV_ROOT/tools/man
    tools=(rv-gen rv-blend rv-mask rv-mux rv-verify rv rv-seed)
}

# Options of a program as it tells them itself: "--name" and "-x", one a line.
told_options() {
    "$@" --completions | cut -f1 | grep ^- | LC_ALL=C sort -u
}

# The same as its page has them: every ".It Fl" line.
page_options() {
    sed -n 's/^\.It Fl /Fl /p' "$1" | sed 's/ , /\n/g; s/ ,$//' | tr ',' '\n' |
        sed -n 's/^ *Fl Fl \([a-z0-9-]*\).*/--\1/p; t; s/^ *Fl \([A-Za-z0-9]\).*/-\1/p' | LC_ALL=C sort -u
}

@test "each page has exactly the options of its tool" {
    page_options "$man/rv-pipeline.7" | grep -v -- --completions >common
    [ "$(grep -c . common)" -ge 8 ]
    for tool in "${tools[@]}"; do
        [ "$tool" != rv ] || continue
        [ "$tool" != rv-seed ] || sed -i '/^--expect$/d; /^--ok-errors$/d' common # it has no stream to wait for
        echo "$tool: < the tool has it, > its page has it"
        same_output "told_options '$tool'" "{ cat common; page_options '$man/$tool.1'; } | LC_ALL=C sort -u"
    done
}

# The options of a command of rv: what stands below its heading.
section_options() {
    sed -n "/^\.Ss rv $1\$/,/^\.S[sh] /p" "$man/rv.1" >section
    [ -s section ] || { echo "no section for rv $1"; return 1; }
    page_options section
}

@test "rv.1 has every command with exactly its options" {
    commands=$(rv --completions | cut -f1 | grep -v ^-)
    for command in $commands; do
        grep -q "^\.It Cm $command\$" "$man/rv.1" || { echo "$command"; return 1; }
        [ ! -x "$RV_BIN/rv-$command" ] || continue
        echo "$command: < the command has it, > its section has it"
        same_output "told_options rv '$command'" "{ told_options rv; section_options '$command'; } | LC_ALL=C sort -u"
    done
}

@test "pages name only tools and pages that there are" {
    pages=$(grep -h '^\.Xr rv' "$man"/* | awk '{ print $2 "." $3 }' | sort -u)
    for page in $pages; do
        [ -f "$man/$page" ] || { echo "$page"; return 1; }
    done
}

@test "error codes are those of the library" {
    codes=$(sed -n 's/.*X(RV_E_[A-Z_]*, "\([a-z_]*\)").*/\1/p' "$RV_ROOT/tools/lib/err.h" | grep -v '^none$\|^usage$')
    for code in $codes; do
        grep -qF "Ql $code " "$man/rv-record.5" || { echo "$code"; return 1; }
    done
}
