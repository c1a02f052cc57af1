# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the zsh completion of TOOL (awk -v tool=TOOL). Lines without
# dashes are commands; the options of a command follow as "COMMAND --name".
BEGIN { FS = "\t" }
{
    help = $4
    gsub(/[][\\:]/, "\\\\&", help)
    gsub(/'/, "'\\''", help)
    section = ""
    name = $1
    if (name !~ /^-/) {
        if (name !~ / /) {
            order[++n] = name
            commands = commands " " name "\\:\"" help "\""
            next
        }
        section = name
        sub(/ .*/, "", section)
        sub(/.* /, "", name)
    }
    if (name !~ /^-/) { # a command of a command
        words[section] = words[section] " " name
        next
    }
    values = $3
    gsub(/[,|]/, " ", values)
    spec = name ($2 != "" && name ~ /^--/ ? "=" : "") "[" help "]"
    if ($2 != "") {
        action = values != "" ? "(" values ")" : $2 ~ /DIR/ ? "_files -/" : $2 ~ /FILE|SCENE|SCRIPT|PATH/ ? "_files" : ""
        argument = $2
        gsub(/['\\:]/, "", argument)
        spec = spec ":" argument ":" action
    }
    specs[section] = specs[section] "    '*" spec "' \\\n"
}
END {
    print "#compdef " tool
    if (n == 0) {
        printf "_arguments -s -S \\\n%s    '*:file:_files'\n", specs[""]
        exit
    }
    print "local curcontext=$curcontext state line"
    printf "_arguments -C -s -S \\\n%s", specs[""]
    print "    '1:command:((" substr(commands, 2) " help\\:\"print help\"))' \\"
    print "    '*::argument:->argument' && return"
    print "case $words[1] in"
    for (i = 1; i <= n; i++) {
        printf "%s) _arguments -s -S \\\n%s", order[i], specs[order[i]]
        print "    '*:" (order[i] in words ? "word:(" substr(words[order[i]], 2) ")" : "file:_files") "' ;;"
    }
    print "esac"
}
