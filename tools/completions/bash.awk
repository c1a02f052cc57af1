# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the bash completion of TOOL (awk -v tool=TOOL). Lines without
# dashes are commands; the options of a command follow as "COMMAND --name".
BEGIN { FS = "\t" }
{
    section = ""
    name = $1
    if (name !~ /^-/) {
        if (name !~ / /) {
            commands = commands " " name
            next
        }
        section = name
        sub(/ .*/, "", section)
        sub(/.* /, "", name)
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
            cases[section] = cases[section] "    " name ") mapfile -t COMPREPLY < <(compgen -W '" values "' -- \"$cur\"); return ;;\n"
        else if ($2 ~ /DIR/)
            cases[section] = cases[section] "    " name ") mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;;\n"
    }
}
END {
    function_name = "_" tool
    gsub(/-/, "_", function_name)
    print "# bash completion of " tool
    n = split(commands, list, " ")
    for (i = 1; i <= n; i++)
        complete(function_name "_" list[i], list[i])
    complete(function_name, "")
    print "complete -o filenames -F " function_name " " tool
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
    print "    case $prev in"
    printf "%s", cases[section]
    if (section in takes)
        print "    " takes[section] ") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;"
    print "    esac"
    print "    case $cur in"
    print "    -*) mapfile -t COMPREPLY < <(compgen -W '" substr(options[section], 2) "' -- \"$cur\") ;;"
    if (section == "" && commands != "")
        print "    *) mapfile -t COMPREPLY < <(compgen -W '" substr(commands, 2) " help' -- \"$cur\") ;;"
    else if (section in words)
        print "    *) mapfile -t COMPREPLY < <(compgen -W '" substr(words[section], 2) "' -- \"$cur\") ;;"
    else
        print "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;"
    print "    esac"
    print "}"
}
