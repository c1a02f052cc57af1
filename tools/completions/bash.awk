# SPDX-License-Identifier: MIT
# From the option table that `TOOL --completions` prints, the bash completion of TOOL (awk -v tool=TOOL).
BEGIN { FS = "\t" }
{
    options = options " " $1
    if ($2 != "") {
        takes = takes (takes == "" ? "" : "|") $1
        values = $3
        gsub(/[,|]/, " ", values)
        if (values != "")
            cases = cases "    " $1 ") mapfile -t COMPREPLY < <(compgen -W '" values "' -- \"$cur\"); return ;;\n"
        else if ($2 ~ /DIR/)
            cases = cases "    " $1 ") mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;;\n"
    }
}
END {
    name = tool
    gsub(/-/, "_", name)
    print "# bash completion of " tool
    print "_" name "() {"
    print "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}"
    print "    [[ $cur != '=' ]] || cur="
    print "    [[ $prev != '=' ]] || prev=${COMP_WORDS[COMP_CWORD-2]}"
    print "    case $prev in"
    printf "%s", cases
    if (takes != "")
        print "    " takes ") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;"
    print "    esac"
    print "    case $cur in"
    print "    -*) mapfile -t COMPREPLY < <(compgen -W '" substr(options, 2) "' -- \"$cur\") ;;"
    if (tool == "rv") {
        print "    *)"
        print "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
        print "        [ \"$COMP_CWORD\" -gt 1 ] || mapfile -t COMPREPLY < <(compgen -W '" commands() "' -- \"$cur\")"
        print "        ;;"
    } else
        print "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;"
    print "    esac"
    print "}"
    print "complete -o filenames -F _" name " " tool
}

function commands() {
    return "seed gen blend mask mux verify"
}
