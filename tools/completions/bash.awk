# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the bash completion of TOOL (awk -v tool=TOOL). Lines without
# dashes are commands; what a command takes follows as "COMMAND --name". ":" says which files the operands are.
BEGIN { FS = "\t" }
{
    section = ""
    name = $1
    if (name !~ /^[-:]/) {
        if (name !~ / /) {
            commands = commands " " name
            next
        }
        section = name
        sub(/ .*/, "", section)
        sub(/.* /, "", name)
    }
    if (name == ":") {
        files[section] = compgen_files($2)
        next
    }
    if (name !~ /^-/) # a command of a command
        words[section] = words[section] " " name
    else
        options[section] = options[section] " " name
    if ($2 != "") {
        takes[section] = takes[section] (takes[section] == "" ? "" : "|") name
        values = $3
        gsub(/[,|]/, " ", values)
        if (values != "")
            cases[section] = cases[section] one_of(name, "compgen -P \"$before\" -W '" values "' -- \"${cur##*,}\"")
        else if ($2 == "RUN") {
            cases[section] = cases[section] one_of(name, "compgen -W \"$(_rv_runs)\" -- \"$cur\"")
            has_runs = 1
        } else if ($2 ~ /DIR/)
            cases[section] = cases[section] one_of(name, "compgen -d -- \"$cur\"")
    }
}
END {
    function_name = "_" tool
    gsub(/-/, "_", function_name)
    print "# bash completion of " tool
    if (has_runs) {
        print "# The runs below -o DIR."
        print "_rv_runs() {"
        print "    local i dir=out"
        print "    for ((i = 1; i < COMP_CWORD; i++)); do"
        print "        case ${COMP_WORDS[i]} in -o | --output) dir=${COMP_WORDS[i+1]} ;; esac"
        print "    done"
        print "    (cd \"${dir/#\\~/$HOME}\" 2>/dev/null && compgen -d | grep -xE '[0-9]+')"
        print "}"
    }
    n = split(commands, list, " ")
    for (i = 1; i <= n; i++)
        complete(function_name "_" list[i], list[i])
    complete(function_name, "")
    print "complete -o filenames -F " function_name " " tool
}

function one_of(name, command) {
    return "    " name ") mapfile -t COMPREPLY < <(" command "); return ;;\n"
}

# Files of the patterns, and the folders where more of them may be; "/": folders.
function compgen_files(patterns,    n, i, list, text) {
    if (patterns != "/") {
        n = split(patterns, list, " ")
        for (i = 1; i <= n; i++)
            text = text "compgen -f -X '!" list[i] "' -- \"$cur\"; "
    }
    return text "compgen -d -- \"$cur\""
}

function complete(called, section) {
    print called "() {"
    if (section == "" && commands != "") {
        either = substr(commands, 2)
        gsub(/ /, "|", either)
        print "    if [ \"$COMP_CWORD\" -gt 1 ]; then"
        print "        case ${COMP_WORDS[1]} in " either ") \"" called "_${COMP_WORDS[1]}\"; return ;; esac"
        print "    fi"
    }
    print "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}"
    print "    [[ $cur != '=' ]] || cur="
    print "    [[ $prev != '=' ]] || prev=${COMP_WORDS[COMP_CWORD-2]}"
    print "    local before=${cur%\"${cur##*,}\"} # of a list"
    print "    case $prev in"
    printf "%s", cases[section]
    if (section in takes)
        print "    " takes[section] ") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;"
    print "    esac"
    print "    case $cur in"
    print "    -*) mapfile -t COMPREPLY < <(compgen -W '" substr(options[section], 2) "' -- \"$cur\") ;;"
    if (section == "" && commands != "")
        print "    *) mapfile -t COMPREPLY < <(compgen -W '" substr(commands, 2) "' -- \"$cur\") ;;"
    else if (section in words)
        print "    *) mapfile -t COMPREPLY < <(compgen -W '" substr(words[section], 2) "' -- \"$cur\") ;;"
    else
        print "    *) mapfile -t COMPREPLY < <(" (section in files ? files[section] : "compgen -f -- \"$cur\"") ") ;;"
    print "    esac"
    print "}"
}
