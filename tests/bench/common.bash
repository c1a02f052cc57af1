# SPDX-License-Identifier: MIT
# What the scripts of this directory share: times and medians.

# timed FILE COMMAND...: appends the milliseconds it took.
timed() {
    local file=$1 start
    shift
    start=$(date +%s%N)
    "$@"
    echo $((($(date +%s%N) - start) / 1000000)) >>"$file"
}

# The median of the numbers in FILE, or "-".
median() {
    sort -g "$1" | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'
}

# ratio A B: the median of A / B, line by line: what stands in one line was measured in one turn.
ratio() {
    paste "$1" "$2" | awk '{ print $1 / $2 }' | median -
}
