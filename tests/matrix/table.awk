# SPDX-License-Identifier: MIT
# The answers of several Blenders, one file each (see probe.py), as a Markdown table: a row per feature, a column per file.
BEGIN { FS = "\t" }
{
    key = $1 "\t" $2
    if (!(key in group)) {
        group[key] = $1
        label[key] = $2
        keys[++count] = key
    }
    answer[key, FILENAME] = $3
    if (!(FILENAME in seen)) {
        seen[FILENAME] = 1
        files[++columns] = FILENAME
    }
}
END {
    for (i = 1; i <= count; i++) {
        key = keys[i]
        line = "| " label[key] " |"
        for (c = 1; c <= columns; c++) {
            cell = (key, files[c]) in answer ? answer[key, files[c]] : "not tried"
            line = line " " cell " |"
        }
        if (i == 1) {
            print line
            rule = "|---|"
            for (c = 1; c <= columns; c++) {
                rule = rule "---|"
            }
            print rule
            before = "facts"
            continue
        }
        if (group[key] != before) {
            heading = "| **" group[key] "** |"
            for (c = 1; c <= columns; c++) {
                heading = heading " |"
            }
            print heading
            before = group[key]
        }
        print line
    }
}
