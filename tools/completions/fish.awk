# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the fish completion of TOOL (awk -v tool=TOOL). Lines without
# dashes are commands; what a command takes follows as "COMMAND --name". ":" says which files the operands are.
BEGIN {
    FS = "\t"
    print "# fish completion of " tool
}
{
    help = $4
    gsub(/[\\']/, "\\\\&", help)
    line = "complete -c " tool
    name = $1
    if (name == ":" || name ~ / :$/) {
        if (name != ":")
            line = line " -n '__fish_seen_subcommand_from " substr(name, 1, length(name) - 2) "'"
        print line " -k -f -a '" files($2) "'"
        next
    }
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
        else if ($2 == "RUN")
            line = line " -x -a '(ls out 2>/dev/null | grep -xE \"[0-9]+\")'"
        else if ($2 ~ /FILE|DIR|SCENE|SCRIPT|PATH/)
            line = line " -r"
        else
            line = line " -x"
    }
    print line " -d '" help "'"
}

# Folders, and the files of the patterns before them.
function files(patterns,    n, i, list, text) {
    n = patterns == "/" ? 0 : split(patterns, list, " ")
    for (i = 1; i <= n; i++)
        text = text "(__fish_complete_suffix " substr(list[i], 2) ")"
    return n > 0 ? text : "(__fish_complete_directories)"
}
