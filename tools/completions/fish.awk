# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the fish completion of TOOL (awk -v tool=TOOL).
BEGIN {
    FS = "\t"
    print "# fish completion of " tool
}
{
    help = $4
    gsub(/[\\']/, "\\\\&", help)
    line = "complete -c " tool
    if ($1 ~ /^--/)
        line = line " -l " substr($1, 3)
    else
        line = line " -s " substr($1, 2)
    if ($2 != "") {
        values = $3
        gsub(/[,|]/, " ", values)
        if (values != "")
            line = line " -x -a '" values "'"
        else if ($2 ~ /FILE|DIR|SCENE|PATH/)
            line = line " -r"
        else
            line = line " -x"
    }
    print line " -d '" help "'"
}
END {
    if (tool == "rv")
        print "complete -c rv -n __fish_use_subcommand -a 'seed gen blend mask mux verify'"
}
