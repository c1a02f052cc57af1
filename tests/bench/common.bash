# SPDX-License-Identifier: MIT
# What the scripts of this directory share: times, medians, least values, a Python.

# timed FILE COMMAND...: appends the milliseconds it took, and those of processor.
timed() {
    local file=$1 TIMEFORMAT='%R %U %S'
    shift
    { time "$@" 2>&3; } 3>&2 2>"$file.took"
    awk '{ print 1000 * $1, 1000 * ($2 + $3) }' "$file.took" >>"$file"
}

# The median of the numbers in a column, the first one, of FILE.
median() { # FILE [COLUMN]
    cut -d' ' -f"${2:-1}" "$1" | sort -g |
        awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'
}

# The least of them: what others that use the machine have spoilt the least.
least() { # FILE [COLUMN]
    cut -d' ' -f"${2:-1}" "$1" | sort -g | head -n1
}

# The median of A / B, line by line: what stands in one line was measured in one turn.
ratio() { # A B [COLUMN]
    paste -d' ' <(cut -d' ' -f"${3:-1}" "$1") <(cut -d' ' -f"${3:-1}" "$2") | awk '{ print $1 / $2 }' | median -
}

# Two rows of what two files of `timed` have: the median of the times, of those of processor, and of their ratios, line
# by line.
rows() { # WHAT OURS THEIRS GOAL GOAL-OF-PROCESSOR-TIME
    local column what=$1 goal=$4
    for column in 1 2; do
        printf '| %s | %.0f ms | %.0f ms | %.2f | %s |\n' "$what" "$(median "$2" $column)" "$(median "$3" $column)" \
            "$(ratio "$3" "$2" $column)" "$goal"
        what='the same, processor time' goal=$5
    done
}

# Prints a Python that has these modules; fails when there is none. A virtual environment may hide the system's.
python_with() { # MODULE...
    local candidate modules
    modules=$(IFS=,; echo "$*")
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c "import $modules" 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}
