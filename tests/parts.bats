# SPDX-License-Identifier: MIT
# Shards of datasets that are made bit by bit: what a killed run has finished is not written again, a dataset grows, and
# shards are posted somewhere as they are finished.
load lib/common
load lib/s3

setup() {
    rv_setup
    need jq
    options=(-q -f webdataset:shard-count=2)
}

teardown() {
    s3_stop
}

samples() {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

inode() {
    stat -c %i "$1"
}

# Starts rv-mux, gives it the file `in`, and waits until the shards that are finished then are there; sets mux_pid.
start_mux() { # N OPTION...
    local n=$1
    shift
    mkfifo fifo
    env --default-signal=INT rv-mux "$@" <fifo >passed 2>errors 3>&- &
    mux_pid=$!
    exec 9>fifo
    cat in >&9
    wait_until prints "$n" find .ds.rv-mux.shards -name '*.tar*' -o -name '*.parquet'
}

stop_mux() { # SIGNAL
    kill -"$1" $mux_pid
    wait $mux_pid || status=$?
    exec 9>&-
    rm fifo passed errors
}

# ---- going on ---------------------------------------------------------------------------------------------------------

@test "shards that a killed run has finished are taken as they are" {
    samples 7 >in
    local format
    for format in webdataset:shard-count=2 webdataset:zstd:shard-count=2; do
        rv-mux -q -f $format,coco -o one <in >/dev/null
        for signal in KILL TERM; do
            start_mux 3 -f $format,coco -o ds
            stop_mux $signal
            [ ! -e ds ]
            shards=$(cd .ds.rv-mux.shards/webdataset && echo *)
            file=.ds.rv-mux.shards/webdataset/${shards%% *}
            before=$(inode "$file")
            rv-mux -q -f $format,coco -o ds <in >/dev/null
            same_tree one ds
            [ "$(inode "ds/webdataset/${shards%% *}")" = "$before" ]
            [ ! -e .ds.rv-mux.shards ]
            rm -r ds
        done
        rm -r one
    done
}

@test "a run that was killed anywhere goes on to the bytes of an unbroken one" {
    need_failio
    samples 6 >in
    local format call skip status n=0
    for format in webdataset:shard-count=1 webdataset:zstd:shard-count=2 parquet:shard-size=1,webdataset; do
        rv-mux -q -f $format -o one <in >/dev/null
        for call in open write rename close; do
            for skip in 0 1 3 6 10 15; do
                status=0
                failio "$call:kill:*/.ds.*:$skip:1" rv-mux -q -f $format -o ds <in >/dev/null || status=$?
                [ $status = 0 ] || [ $status = 137 ]
                n=$((n + (status == 137)))
            done
            rv-mux -q -f $format -o ds <in >/dev/null
            same_tree one ds
            nothing find . -maxdepth 1 -name '.ds*'
            rm -r ds
        done
        rm -r one
    done
    [ $n -gt 20 ]
}

@test "a dataset that grows keeps the shards that are full" {
    samples 9 >all
    rv-mux "${options[@]}" -o one <all >/dev/null
    head -n 5 all | rv-mux "${options[@]}" -o ds >/dev/null
    before=$(inode ds/webdataset/shard-000001.tar)
    last=$(inode ds/webdataset/shard-000002.tar)
    rv-mux "${options[@]}" -o ds <all >/dev/null
    same_tree one ds
    [ "$(inode ds/webdataset/shard-000001.tar)" = "$before" ]
    run -1 test "$(inode ds/webdataset/shard-000002.tar)" = "$last"
    # And one that shrinks, or of which a sample has changed in its middle.
    head -n 3 all | rv-mux "${options[@]}" -o few >/dev/null
    head -n 3 all | rv-mux "${options[@]}" -o ds >/dev/null
    same_tree few ds
    rv-mux "${options[@]}" -o ds <all >/dev/null
    jq -c 'if .index == 5 then .note = "changed" else . end' all >changed
    rv-mux "${options[@]}" -o fresh <changed >/dev/null
    rv-mux "${options[@]}" -o ds <changed >/dev/null
    same_tree fresh ds
    # As much as it can.
    before=$(inode ds/webdataset/shard-000001.tar)
    rv-mux "${options[@]}" -o ds <changed >/dev/null
    [ "$(inode ds/webdataset/shard-000001.tar)" = "$before" ]
    rv-verify --deep ds
}

@test "large shards, whatever the number of threads" {
    samples 4 >in
    local i
    for i in 0 1 2 3; do
        head -c 700000 /dev/urandom >out/0000000$i/noise.bin
    done
    jq -c '.files.noise = "noise.bin"' in >noisy
    for jobs in 1 4; do
        rv-mux -j$jobs "${options[@]}" -o ds <noisy >/dev/null
        rm -rf was
        cp -rl ds was
        rv-mux -j$jobs "${options[@]}" -o ds <noisy >/dev/null
        same_tree was ds
        [ ds/webdataset/shard-000000.tar -ef was/webdataset/shard-000000.tar ]
        # The same but for a byte near the end, and an end that is cut.
        for sample in 1 3; do
            printf x | dd of=out/0000000$sample/noise.bin bs=1 seek=699999 conv=notrunc status=none
            rv-mux -j$jobs "${options[@]}" -o ds <noisy >/dev/null
            rv-mux -j1 "${options[@]}" -o fresh <noisy >/dev/null
            same_tree fresh ds
            printf y | dd of=out/0000000$sample/noise.bin bs=1 seek=699999 conv=notrunc status=none
            rm -r fresh
        done
        rm -r ds
    done
}

@test "what is in the way of finished shards is left as it is" {
    samples 2 >in
    mkdir .ds.rv-mux.shards
    echo mine >.ds.rv-mux.shards/file
    run -2 --separate-stderr rv-mux "${options[@]}" -o ds <in
    [[ $stderr == *"/.ds.rv-mux.shards' is in the way: it is not a directory of shards of rv" ]]
    [ "$(cat .ds.rv-mux.shards/file)" = mine ]
}

# ---- posting ----------------------------------------------------------------------------------------------------------

COPY='cp {} far/$(basename $RV_POST_PATH) && echo $RV_POST_PATH $RV_POST_BYTES $RV_POST_SHA256 >>log'
MOVE='mv {} far/$(basename $RV_POST_PATH) && echo $RV_POST_PATH >>log'

@test "each shard is posted once it is whole, and what was posted is told" {
    samples 5 >in
    rv-mux "${options[@]}" -o one <in >/dev/null
    mkdir far
    run -0 --separate-stderr rv-mux "${options[@]}" --post "$COPY" -o 'd s' <in
    [ "$output" = "$(cat in)" ]
    [ -z "$stderr" ]
    diff -r far 'd s/webdataset'
    diff -r one/webdataset 'd s/webdataset'
    jq -r 'select(.path != "SHA256SUMS" and .path) | [.path, .bytes, .sha256] | join(" ")' one/manifest.jsonl >expected
    diff expected log
    jq -c 'select(.posted) | del(.posted)' 'd s/manifest.jsonl' >listed
    grep '"path":"webdataset' one/manifest.jsonl | diff - listed
    rv-verify --deep 'd s'
    # Only what is new or different is posted again.
    rm log
    rv-mux "${options[@]}" --post "$COPY" -o 'd s' <in >/dev/null
    [ ! -e log ]
    samples 6 >in
    rv-mux "${options[@]}" --post "$COPY" -o 'd s' <in >/dev/null
    [ "$(cut -d' ' -f1 log)" = webdataset/shard-000002.tar ]
    diff -r far 'd s/webdataset'
}

@test "the command may take the shards away" {
    samples 6 >in
    rv-mux "${options[@]}" -o one <in >/dev/null
    mkdir far
    rv-mux "${options[@]},coco" --post "$MOVE" -o ds <in >/dev/null
    diff -r one/webdataset far
    nothing find ds -name '*.tar'
    rv-verify ds
    rv-verify --deep ds
    # What the manifest does not say was posted has to be there.
    rm ds/coco/annotations.json
    run -1 rv-verify ds
    [[ $output == *'"path":"coco/annotations.json"'*'it is not there'* ]]
    rv-mux "${options[@]},coco" --post "$MOVE" -o ds <in >/dev/null
    prints 3 cat log
    nothing find ds -name '*.tar'
    rv-verify --deep ds
    run -2 --separate-stderr rv-mux --merge ds -o merged
    [[ $stderr == *"'ds': cannot open 'webdataset/shard-000000.tar'"* ]]
}

@test "a command that fails ends the run with status 3; the same one goes on" {
    samples 6 >in
    rv-mux "${options[@]}" -o one <in >/dev/null
    mkdir far
    local nth
    for nth in 1 2 3; do
        rm -rf ds log far
        mkdir far
        post="$COPY; [ \$(wc -l <log) != $nth ] || { echo no route >&2; exit 7; }"
        run -3 --separate-stderr rv-mux "${options[@]}" --post "$post" -o ds <in
        [[ $stderr == *"--post for 'webdataset/shard-00000$((nth - 1)).tar' failed with exit status 7: no route"* ]]
        [ ! -e ds ]
        cmp one/webdataset/shard-00000$((nth - 1)).tar .ds.rv-mux.shards/webdataset/shard-00000$((nth - 1)).tar
        rv-mux "${options[@]}" --post "$COPY" -o ds <in >/dev/null
        diff -r one/webdataset ds/webdataset
        prints 4 cat log # the one that failed twice
        [ ! -e .ds.rv-mux.shards ]
    done
}

@test "a line of the journal that a kill has cut costs no other" {
    samples 6 >in
    local cut
    for cut in '{"posted":"webdata' '{"posted":"x","sha256":"'; do
        rm -f log
        run -3 rv-mux "${options[@]}" --post "[ \$RV_POST_PATH = webdataset/shard-000000.tar ] && echo >>log" -o ds <in
        printf '%s' "$cut" >>.ds.rv-mux.shards/journal.jsonl
        run -3 rv-mux "${options[@]}" --post "[ \$RV_POST_PATH != webdataset/shard-000002.tar ] && echo >>log" -o ds <in
        rv-mux "${options[@]}" --post "echo >>log" -o ds <in >/dev/null
        prints 3 cat log
        rm -r ds
    done
    for n in 0 5 14; do
        mkdir .ds.rv-mux.shards
        head -c $n <<<'{"rv_shards":1}' >.ds.rv-mux.shards/journal.jsonl
        run -3 rv-mux "${options[@]}" --post false -o ds <in
        [ "$(cat .ds.rv-mux.shards/journal.jsonl)" = '{"rv_shards":1}' ]
        rm -r .ds.rv-mux.shards
    done
}

@test "the far side is asked before a shard counts as posted" {
    samples 4 >in
    mkdir far
    check='echo $RV_POST_PATH >>asked; cmp -s {} far/$(basename $RV_POST_PATH) && [ $(sha256sum <{} | cut -c 1-64) = $RV_POST_SHA256 ]'
    rv-mux "${options[@]}" --post "$COPY" --post-check "$check" -o ds <in >/dev/null
    prints 2 cat asked
    rv-mux "${options[@]}" --post "$COPY" --post-check "$check" -o ds <in >/dev/null
    prints 4 cat asked
    prints 2 cat log
    rm far/shard-000001.tar
    rv-mux "${options[@]}" --post "$COPY" --post-check "$check" -o ds <in >/dev/null
    prints 3 cat log
    diff -r far ds/webdataset
    run -3 --separate-stderr rv-mux "${options[@]}" --post true --post-check "$check; false" -o new <in
    [[ $stderr == *"--post-check for 'webdataset/shard-000000.tar' failed with exit status 1"* ]]
}

@test "a run that is killed while it posts goes on, and posts nothing twice that it knows of" {
    samples 6 >in
    mkdir far
    rv-mux "${options[@]}" -o one <in >/dev/null
    for post in "$COPY" "$MOVE"; do
        for signal in KILL TERM; do
            rm -rf ds log far
            mkdir far
            start_mux 1 "${options[@]}" -o ds --post "[ ! -e hold ] || sleep 60; $post; touch hold"
            wait_until test -e hold
            stop_mux $signal
            rm hold
            prints 1 cat log
            rv-mux "${options[@]}" --post "$post" -o ds <in >/dev/null
            prints 3 cat log
            diff -r one/webdataset far
            rv-verify --deep ds
        done
    done
}

@test "{} is a word that no shell looks into, and may not be quoted" {
    samples 2 >in
    mkdir 'a $(touch bad) "b'
    rv-mux "${options[@]}" --post "cat {} >got; printf '%s' {} >name" -o 'a $(touch bad) "b/d'"'"'s' <in >/dev/null
    cmp got "a \$(touch bad) \"b/d's/webdataset/shard-000000.tar"
    [[ $(cat name) == *'/a $(touch bad) "b/.d'"'"'s.rv-mux.shards/webdataset/shard-000000.tar' ]]
    [ ! -e bad ]
    for command in "cp '{}' far" 'cp "{}" far' 'cp "a {}" far'; do
        run -2 --separate-stderr rv-mux "${options[@]}" --post "$command" -o ds <in
        [ "$stderr" = "rv-mux: error: --post: {} stands within quotes, which it needs none of" ]
    done
    run -2 rv-mux "${options[@]}" --post-check true -o ds <in
    run -2 rv-mux "${options[@]}" --post true --post-check "'{}'" -o ds <in
    rv-mux "${options[@]}" --post 'test "x" = x && test -f {} && echo \"out\"' -o ds <in >passed
    diff in passed
}

@test "rclone takes shards to a directory, and says that they are there" {
    need rclone
    samples 6 >in
    export RCLONE_CONFIG=$PWD/rclone.conf
    printf '[far]\ntype = local\n' >rclone.conf
    rv-mux "${options[@]}" -o one <in >/dev/null
    rv-mux "${options[@]}" -o ds --post "rclone moveto {} far:$PWD/far/\$RV_POST_PATH" \
        --post-check "rclone lsf far:$PWD/far/\$RV_POST_PATH | grep -q ." <in >/dev/null
    diff -r one/webdataset far/webdataset
    nothing find ds -name '*.tar'
    rv-verify --deep ds
}

@test "rclone takes shards to a server of S3" {
    need_s3
    samples 6 >in
    post=(--post 'rclone moveto {} far:sets/$RV_POST_PATH' --post-check 'rclone lsf far:sets/$RV_POST_PATH | grep -q .')
    rv-mux "${options[@]}" -o one <in >/dev/null
    s3_start far sets
    rv-mux "${options[@]}" -o ds "${post[@]}" <in >/dev/null
    rclone copy far:sets/webdataset back
    diff -r one/webdataset back
    nothing find ds -name '*.tar'
    rv-verify --deep ds
    # On the far side the manifest's digests hold.
    sed 's|webdataset/|back/|' ds/SHA256SUMS | grep back/ | sha256sum -c | grep -c OK | grep -x 3
    # What is there is not posted again, what has gone is.
    rclone deletefile far:sets/webdataset/shard-000001.tar
    RCLONE_LOG_FILE=said RCLONE_LOG_LEVEL=INFO rv-mux "${options[@]}" -o ds "${post[@]}" <in >/dev/null
    grep -o 'shard-.*: Copied' said | sort -u | grep -x 'shard-000001.tar: Copied'
    rclone check --one-way one/webdataset far:sets/webdataset
}

@test "a server of S3 that goes: status 3, and the same command posts what is missing" {
    need_s3
    samples 6 >in
    rv-mux "${options[@]}" -o one <in >/dev/null
    s3_start far sets
    export RCLONE_RETRIES=1 RCLONE_LOW_LEVEL_RETRIES=1 s3_pid
    status=0
    rv-mux "${options[@]}" -o ds --post 'rclone moveto {} far:sets/$RV_POST_PATH && { [ -e gone ] || { kill $s3_pid; touch gone; }; }' \
        <in >/dev/null || status=$?
    [ "$status" = 3 ]
    [ ! -e ds ]
    wait "$s3_pid" || true
    s3_start far sets
    rclone lsf far:sets/webdataset | grep -x shard-000000.tar
    RCLONE_LOG_FILE=said RCLONE_LOG_LEVEL=INFO \
        rv-mux "${options[@]}" -o ds --post 'rclone moveto {} far:sets/$RV_POST_PATH' <in >/dev/null
    grep -o 'shard-.*: Copied' said | sort -u | xargs | grep -x 'shard-000001.tar: Copied shard-000002.tar: Copied'
    rclone check --one-way one/webdataset far:sets/webdataset
    rv-verify --deep ds
}
