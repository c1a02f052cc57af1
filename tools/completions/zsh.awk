# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the zsh completion of TOOL (awk -v tool=TOOL). Lines without
# dashes are commands; what a command takes follows as "COMMAND --name". ":" says which files the operands are.
BEGIN {
    FS = "\t"
    RUNS = "{compadd -- ${opt_args[-o]\\:-${opt_args[--output]\\:-out}}/<->(N/\\:t)}"
}
{
    help = $4
    gsub(/[][\\:]/, "\\\\&", help)
    gsub(/'/, "'\\''", help)
    section = ""
    name = $1
    if (name !~ /^[-:]/) {
        if (name !~ / /) {
            order[++n] = name
            commands = commands " " name "\\:\"" help "\""
            next
        }
        section = name
        sub(/ .*/, "", section)
        sub(/.* /, "", name)
    }
    if (name == ":") {
        files[section] = $2 == "/" ? "_files -/" : "_files -g \"" $2 "\""
        next
    }
    if (name !~ /^-/) { # a command of a command
        words[section] = words[section] " " name
        next
    }
    values = $3
    gsub(/[,|]/, " ", values)
    spec = name ($2 != "" && name ~ /^--/ ? "=" : "") "[" help "]"
    if ($2 != "") {
        action = values != "" ? ($2 ~ /,/ ? "_values -s , value " values : "(" values ")") : $2 == "RUN" ? RUNS : $2 ~ /DIR/ ? "_files -/" : $2 ~ /FILE|SCENE|SCRIPT|PATH/ ? "_files" : ""
        argument = $2
        gsub(/['\\:]/, "", argument)
        spec = spec ":" argument ":" action
    }
    specs[section] = specs[section] "    '*" spec "' \\\n"
}
END {
    print "#compdef " tool
    if (n == 0) {
        printf "_arguments -s -S \\\n%s    '*:file:%s'\n", specs[""], "" in files ? files[""] : "_files"
        exit
    }
    print "local curcontext=$curcontext state line"
    printf "_arguments -C -s -S \\\n%s", specs[""]
    print "    '1:command:((" substr(commands, 2) "))' \\"
    print "    '*::argument:->argument' && return"
    print "case $words[1] in"
    for (i = 1; i <= n; i++) {
        printf "%s) _arguments -s -S \\\n%s", order[i], specs[order[i]]
        print "    '*:" (order[i] in words ? "word:(" substr(words[order[i]], 2) ")" : \
            "file:" (order[i] in files ? files[order[i]] : "_files")) "' ;;"
    }
    print "esac"
}
