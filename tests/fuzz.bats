# SPDX-License-Identifier: MIT
# Every fuzz target over its corpus; `make fuzz` looks for more.
load lib/common

@test "fuzz targets over their corpora" {
    found=0
    for target in "$RV_ROOT"/tests/fuzz/*.c; do
        name=$(basename "$target" .c)
        [ "$name" != replay ] || continue
        corpus=$RV_ROOT/tests/fuzz/corpus/$name
        [ -d "$corpus" ] || { echo "no corpus for $name"; return 1; }
        run -0 "$RV_BIN/fuzz-$name" "$corpus"/*
        [ "$output" = "$(find "$corpus" -type f | wc -l) inputs" ]
        found=$((found + 1))
    done
    [ $found -gt 0 ]
}
