# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the fish completion of TOOL (awk -v tool=TOOL). Lines without
# dashes are commands; the options of a command follow as "COMMAND --name".
BEGIN {
    FS = "\t"
    print "# fish completion of " tool
}
{
    help = $4
    gsub(/[\\']/, "\\\\&", help)
    line = "complete -c " tool
    name = $1
    if (name ~ /^[^-].* /) {
        section = name
        sub(/ .*/, "", section)
        sub(/.* /, "", name)
        line = line " -n '__fish_seen_subcommand_from " section "'"
    } else if (name !~ /^-/ || tool == "rv")
        line = line " -n __fish_use_subcommand"
    if (name ~ /^--/)
        line = line " -l " substr(name, 3)
    else if (name ~ /^-/)
        line = line " -s " substr(name, 2)
    else
        line = line " -f -a " name
    if ($2 != "") {
        values = $3
        gsub(/[,|]/, " ", values)
        if (values != "")
            line = line " -x -a '" values "'"
        else if ($2 ~ /FILE|DIR|SCENE|SCRIPT|PATH/)
            line = line " -r"
        else
            line = line " -x"
    }
    print line " -d '" help "'"
}
