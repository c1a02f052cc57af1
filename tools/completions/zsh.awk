# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the zsh completion of TOOL (awk -v tool=TOOL).
BEGIN {
    FS = "\t"
    print "#compdef " tool
    print "_arguments -s -S \\"
}
{
    help = $4
    gsub(/[][\\:]/, "\\\\&", help)
    gsub(/'/, "'\\''", help)
    values = $3
    gsub(/[,|]/, " ", values)
    spec = $1 ($2 != "" && $1 ~ /^--/ ? "=" : "") "[" help "]"
    if ($2 != "") {
        action = values != "" ? "(" values ")" : $2 ~ /DIR/ ? "_files -/" : $2 ~ /FILE|SCENE|PATH/ ? "_files" : ""
        argument = $2
        gsub(/['\\:]/, "", argument)
        spec = spec ":" argument ":" action
    }
    print "    '*" spec "' \\"
}
END {
    if (tool == "rv")
        print "    '1:command:(seed gen blend mask mux verify)' \\"
    print "    '*:file:_files'"
}
