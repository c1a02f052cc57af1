#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pipelines/: jobs under engines that cut them into shards and run these again. Whatever happens on the way, the dataset has
# the bytes of one that was made in one run. Slurm, GNU parallel, sshd and Snakemake are the real ones.

load lib/common
load lib/s3
load lib/slurm

pipelines=$RV_ROOT/pipelines

# A job of 12 samples.
setup() {
    rv_setup
    need jq
    mkdir state job
    cd job
    export FAKE_DIR=$BATS_TEST_TMPDIR/state RV_BLENDER=$RV_ROOT/tests/lib/fake-blender
    echo one >scene.py
    cat >job.sh <<'END'
seed=(rand 12 --key 3)
blend=(scene.py --resolution 16,16 -j1)
mux=(--format webdataset,coco)
out=out
END
}

teardown() {
    s3_stop
    [ -z "${SLURM_CONF:-}" ] || slurm_stop "${SLURM_CONF%/*}"
    for pid in sshd?.pid; do
        [ ! -f "$pid" ] || kill "$(cat "$pid")"
    done
}

# The dataset is that of an unbroken run on one machine.
is_whole() { # [FORMATS]
    rv-seed rand 12 --key 3 |
        env -u FAKE_PARAMS -u FAKE_DIR -u FAKE_START rv-blend scene.py --resolution 16,16 -j1 -o one | rv-mask |
        rv-mux --format "${1:-webdataset,coco}" -o whole >/dev/null
    same_tree whole out/dataset
    rv-verify out/dataset
    nothing find out/parts -type f ! -name '*.jsonl'
}

rendered() { # TIMES: each of the 12 so often
    [ "$(sort "$FAKE_DIR/renders.log" | uniq -c | awk '{ print $1 }' | sort -u | xargs)" = "$1" ]
    [ "$(sort -u "$FAKE_DIR/renders.log" | wc -l)" = 12 ]
}

@test "a shard that cannot be, one without samples, one of another job" {
    for shard in 1 x/3 1/2/3 ''; do
        run -2 "$pipelines/shard.sh" job.sh "$shard"
        [ "$output" = 'usage: shard.sh JOB I/N|A-B' ]
    done
    run -2 "$pipelines/shard.sh" none.sh 0/1
    [ "$output" = "shard.sh: there is no job file 'none.sh'" ]
    for name in seed blend out; do
        sed "s/^$name=/odd=/" job.sh >odd.sh
        run -2 "$pipelines/shard.sh" odd.sh 0/2
        [ "$output" = "shard.sh: 'odd.sh' does not say what '$name' is" ]
        run -2 "$pipelines/merge.sh" odd.sh 2
        [ "$output" = "merge.sh: 'odd.sh' does not say what '$name' is" ]
    done
    run -2 "$pipelines/merge.sh" job.sh all
    [ "$output" = 'usage: merge.sh JOB N|ranges' ]
    run -2 "$pipelines/parallel.sh" job.sh all
    [ "$output" = 'usage: parallel.sh JOB N [OPTION OF parallel]...' ]
    run -2 "$pipelines/shard.sh" job.sh 3/3
    [ "$(grep -c error <<<"$output")" = 1 ]
    # Twelve samples in twenty shards.
    for ((i = 0; i < 20; i++)); do
        "$pipelines/shard.sh" job.sh $i/20 2>>said
    done
    [ "$(grep -c 'shard.sh: there are no samples in shard' said)" = 8 ]
    run -0 --separate-stderr "$pipelines/merge.sh" job.sh 20
    [[ $stderr != *warning:\ shard* ]]
    is_whole
    sed -i 's/-j1)/-j1 --timeout 77)/' job.sh
    "$pipelines/shard.sh" job.sh 4/20
    run -0 --separate-stderr "$pipelines/merge.sh" job.sh 20
    [[ $stderr == *'warning: shard of-20/3 was made when job.sh was another one'* ]]
    [[ $stderr != *'of-20/4 was'* ]]
}

# A shard gets SIGTERM while it renders its fourth sample, and leaves no part.
told_to_end() {
    export FAKE_PARAMS='{"00000003":{"sleep":600}}'
    "$pipelines/shard.sh" job.sh 0/2 &
    pid=$!
    wait_until grep -q 00000003 "$FAKE_DIR/renders.log"
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ $status = 143 ]
    no_orphans
    nothing find out/parts -type f
}

@test "shards, and what joins them" {
    for i in 0 1 2 3 4; do
        "$pipelines/shard.sh" job.sh $i/5
    done
    run -0 "$pipelines/merge.sh" job.sh 5
    is_whole
    rendered 1
    # Again, by ranges, in any order: nothing is rendered.
    for range in 9-11 0-8; do
        "$pipelines/shard.sh" job.sh $range
    done
    rm -r out/dataset
    run -0 "$pipelines/merge.sh" job.sh ranges
    is_whole
    rendered 1
}

@test "a job file is that of the directory, not one of its name in PATH" {
    mkdir "$BATS_TEST_TMPDIR/elsewhere"
    echo 'exit 9' >"$BATS_TEST_TMPDIR/elsewhere/job.sh"
    PATH=$BATS_TEST_TMPDIR/elsewhere:$PATH
    run -2 "$pipelines/shard.sh" job.sh 3/3
    [[ $output == *'--shard'* ]]
    run -3 "$pipelines/merge.sh" job.sh 3
    [[ $output == *'of-3/0'* ]]
    mkdir stand-ins
    printf '#!/bin/sh\necho "$*"\n' >stand-ins/parallel
    chmod +x stand-ins/parallel
    PATH=$PWD/stand-ins:$PATH run -3 "$pipelines/parallel.sh" job.sh 3
    [[ $output == *'--joblog out/joblog'* ]]
}

@test "a shard's statuses: errors, wrong usage, a lost environment, a missing part" {
    export FAKE_PARAMS='{"00000002":{"fault":"scene_error"}}'
    run -1 "$pipelines/shard.sh" job.sh 0/2
    [ "$(jq -s length out/parts/of-2/0.jsonl)" = 6 ]
    run -3 "$pipelines/merge.sh" job.sh 2
    [ "$output" = "merge.sh: a shard is missing: out/parts/of-2/1.jsonl
merge.sh: 1 of 2 are missing: make each with 'shard.sh job.sh I/2'" ]
    [ ! -e out/dataset ]
    run -0 "$pipelines/shard.sh" job.sh 1/2
    run -1 "$pipelines/merge.sh" job.sh 2
    [[ $output == *'00000002: ZeroDivisionError: division by zero'* ]]
    echo ok_errors=1 >>job.sh
    run -0 "$pipelines/shard.sh" job.sh 0/2
    run -0 "$pipelines/merge.sh" job.sh 2
    # The sample that failed is tried again, the others are there.
    unset FAKE_PARAMS
    : >"$FAKE_DIR/renders.log"
    run -0 "$pipelines/shard.sh" job.sh 0/2
    [ "$(cat "$FAKE_DIR/renders.log")" = 00000002 ]
    run -0 "$pipelines/merge.sh" job.sh 2
    is_whole

    for wrong in "job.sh" "job.sh 2/2" "no.sh 0/2" "job.sh 5-12"; do
        run -2 "$pipelines/shard.sh" $wrong
    done
    RV_BLENDER=/no/blender run -3 "$pipelines/shard.sh" job.sh 0/2
    echo 'blend=(no.py)' >>job.sh
    rm out/parts/of-2/0.jsonl
    run -2 "$pipelines/shard.sh" job.sh 0/2
    [ ! -e out/parts/of-2/0.jsonl ]
}

@test "a shard that is told to end, or is killed, goes on where it was" {
    told_to_end
    # Two at once for one shard.
    unset FAKE_PARAMS
    : >"$FAKE_DIR/renders.log"
    "$pipelines/shard.sh" job.sh 0/2 &
    pid=$!
    "$pipelines/shard.sh" job.sh 0/2
    wait $pid
    [ "$(sort -u "$FAKE_DIR/renders.log" | xargs)" = "00000003 00000004 00000005" ]
    "$pipelines/shard.sh" job.sh 1/2
    run -0 "$pipelines/merge.sh" job.sh 2
    is_whole
}

# Each shard is a dataset of its own, of full tar shards.
makes_datasets() { # [FORMATS [OPTION]]
    cat >>job.sh <<END
datasets=yes
mux=(--format ${1:-webdataset:shard-count=2,coco} ${2:-})
END
}

@test "datasets of shards: joined by links they are one" {
    makes_datasets
    for i in 0 1 2; do
        "$pipelines/shard.sh" job.sh $i/3
    done
    rv-verify out/datasets/of-3/1
    run -0 "$pipelines/merge.sh" job.sh 3
    is_whole webdataset:shard-count=2,coco
    rendered 1
    [ out/dataset/webdataset/shard-000002.tar -ef out/datasets/of-3/1/webdataset/shard-000000.tar ]
    # Again, by ranges, in any order; what the merge alone is told.
    for range in 10-11 0-9; do
        "$pipelines/shard.sh" job.sh $range
    done
    rm -r out/dataset
    echo 'merge=(--format coco)' >>job.sh
    run -0 "$pipelines/merge.sh" job.sh ranges
    rm -r one whole
    is_whole coco
    rendered 1
}

@test "datasets of shards: samples go when they are in a tar shard" {
    makes_datasets webdataset:shard-count=2 --consume
    for i in 0 1; do
        "$pipelines/shard.sh" job.sh $i/2
    done
    nothing find out/samples -name Image.png
    run -0 "$pipelines/merge.sh" job.sh 2
    is_whole webdataset:shard-count=2
    rendered 1
}

@test "datasets of shards: errors, and what is missing" {
    makes_datasets
    # Of the first shard one sample fails, of the second all do.
    export FAKE_PARAMS='{"00000002":{"fault":"scene_error"}}'
    run -1 "$pipelines/shard.sh" job.sh 0/3
    FAKE_PARAMS=$(jq -nc '[range(4; 8) | {key: "0000000\(.)", value: {fault: "scene_error"}}] | from_entries') \
        run -1 "$pipelines/shard.sh" job.sh 1/3
    [ ! -e out/datasets/of-3/1 ]
    run -3 "$pipelines/merge.sh" job.sh 3
    [[ $output == *'a shard is missing: out/parts/of-3/2.jsonl'* ]]
    run -0 "$pipelines/shard.sh" job.sh 2/3
    mv out/datasets/of-3/2 away
    run -3 "$pipelines/merge.sh" job.sh 3
    [[ $output == *'a shard is missing: out/datasets/of-3/2'* ]]
    mv away out/datasets/of-3/2
    run -1 "$pipelines/merge.sh" job.sh 3
    [[ $output == *'00000002: ZeroDivisionError'*'00000007: ZeroDivisionError'* ]]
    [ "$(jq '.images | length' out/dataset/coco/annotations.json)" = 7 ]
    echo ok_errors=5 >>job.sh
    run -0 "$pipelines/merge.sh" job.sh 3
    # They are tried again, the others are there.
    : >"$FAKE_DIR/renders.log"
    unset FAKE_PARAMS
    for i in 0 1; do
        run -0 "$pipelines/shard.sh" job.sh $i/3
    done
    [ "$(sort "$FAKE_DIR/renders.log" | xargs)" = '00000002 00000004 00000005 00000006 00000007' ]
    run -0 "$pipelines/merge.sh" job.sh 3
    is_whole webdataset:shard-count=2,coco
    # A dataset says what its records say, also when it had more samples.
    export FAKE_PARAMS='{"00000002":{"fault":"scene_error"}}'
    echo two >scene.py
    run -0 "$pipelines/shard.sh" job.sh 0/3
    [ "$(jq '.images | length' out/datasets/of-3/0/coco/annotations.json)" = 3 ]
}

@test "datasets of shards: one that is told to end, and two at once" {
    makes_datasets webdataset:shard-count=2 --consume
    told_to_end
    [ ! -e out/datasets/of-2/0 ]
    unset FAKE_PARAMS
    "$pipelines/shard.sh" job.sh 0/2 &
    pid=$!
    "$pipelines/shard.sh" job.sh 0/2
    wait $pid
    "$pipelines/shard.sh" job.sh 1/2
    run -0 "$pipelines/merge.sh" job.sh 2
    is_whole webdataset:shard-count=2
    nothing find out/samples -name Image.png
}

@test "GNU parallel: a log, and only what failed again" {
    need parallel
    export FAKE_PARAMS='{"00000005":{"fault":"scene_error"}}'
    run -1 "$pipelines/parallel.sh" job.sh 4 -j2
    [[ $output == *'00000005: ZeroDivisionError'* ]]
    [ "$(awk 'NR > 1 { print $7 }' out/joblog | xargs)" = '0 0 0 0' ]
    rendered 1
    # What is done is not begun again.
    run -1 "$pipelines/parallel.sh" job.sh 4 -j2
    [ "$(grep -c . out/joblog)" = 5 ]
    rendered 1

    # A machine without a Blender: three tries, then no more; with one, only what is missing.
    rm -rf out
    : >"$FAKE_DIR/renders.log"
    unset FAKE_PARAMS
    "$pipelines/shard.sh" job.sh 0/4
    RV_BLENDER=/no/blender run -3 "$pipelines/parallel.sh" job.sh 4 -j1
    [ "$(awk 'NR > 1 { print $7 }' out/joblog | head -n 1)" = 3 ]
    run -0 "$pipelines/parallel.sh" job.sh 4 -j2
    rendered 1
    is_whole
    sed -i s/scene.py/no.py/ job.sh
    rm out/joblog
    run -2 "$pipelines/parallel.sh" job.sh 4
}

# Two servers on loopback, under two names.
start_sshd() { # N
    cat >"sshd_config$1" <<END
Port 2282$1
ListenAddress 127.0.0.1
HostKey $PWD/hostkey
AuthorizedKeysFile $PWD/key.pub
PidFile $PWD/sshd$1.pid
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
MaxStartups 100
SetEnv PATH=$PATH RV_BLENDER=$RV_BLENDER FAKE_DIR=$FAKE_DIR RV_TEST_MARK=$RV_TEST_MARK RV_HOST=node$1
END
    "$(PATH=$PATH:/usr/sbin command -v sshd)" -f "$PWD/sshd_config$1" -E "$PWD/sshd$1.log"
    wait_until [ -s "sshd$1.pid" ]
}

@test "GNU parallel over ssh: two machines, one of which is lost" {
    need parallel ssh-keygen
    PATH=$PATH:/usr/sbin need sshd
    [ "$(id -u)" = 0 ] || skip "sshd needs root here"
    mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f hostkey
    ssh-keygen -q -t ed25519 -N '' -f key
    start_sshd 1
    start_sshd 2
    cat >ssh_config <<END
Host *
IdentityFile $PWD/key
IdentitiesOnly yes
UserKnownHostsFile $PWD/known
StrictHostKeyChecking accept-new
LogLevel ERROR
ConnectTimeout 5
Host node1
HostName 127.0.0.1
Port 22821
Host node2
HostName 127.0.0.1
Port 22822
END
    export PARALLEL_SSH="ssh -F $PWD/ssh_config"
    run -0 "$pipelines/parallel.sh" job.sh 6 -S 1/node1,1/node2
    [ "$(awk 'NR > 1 { print $2 }' out/joblog | sort -u | xargs)" = 'node1 node2' ]
    is_whole
    rm -r out one whole
    kill "$(cat sshd2.pid)"
    wait_until [ ! -e sshd2.pid ]
    run -0 "$pipelines/parallel.sh" job.sh 6 -S 1/node1,1/node2
    is_whole
}

start_slurm() {
    mkdir slurm
    slurm_start "$PWD/slurm" >reason || skip "$(cat reason)"
    export RV_PIPELINES=$pipelines
}

# submits N OPTION...: the array of N tasks and its merge; sets `id` and `merge`.
submits() {
    local n=$1
    shift
    id=$(sbatch --parsable --array=0-$((n - 1)) --cpus-per-task=1 --mem=100M -o 'log-%a' "$@" "$pipelines/rv.sbatch" job.sh)
    merge=$(sbatch --parsable --dependency=afterany:"$id" --mem=100M -o log-merge --wrap "$pipelines/merge.sh job.sh ${RV_SHARDS:-$n}")
}

in_state() { # JOB STATE
    scontrol show job "$1" | grep -q "JobState=$2 "
}

# Slurm makes a task that went back to the queue wait for two minutes.
hurry() {
    local task tasks
    tasks=$(squeue -h -r -t PD -j "$id" -o %i)
    for task in $tasks; do
        scontrol update jobid="$task" StartTime=now || true # it may be over by now
    done
}

ends() { # JOB STATE
    local deadline=$((SECONDS + HANGS_S))
    until in_state "$merge" "$1"; do
        [ $SECONDS -lt $deadline ] || { scontrol show job; cat log-*; return 1; }
        hurry
        sleep 0.3
    done
}

@test "Slurm: an array and its merge" {
    start_slurm
    submits 4
    ends COMPLETED
    rendered 1
    is_whole
    # Fewer tasks than shards; errors do not keep the merge from its work.
    rm -r out one whole
    export FAKE_PARAMS='{"00000005":{"fault":"scene_error"}}'
    RV_SHARDS=6 submits 2
    ends FAILED
    scontrol show job "$merge" | grep 'ExitCode=1:0'
    grep '00000005: ZeroDivisionError' log-merge
    [ "$(cat out/parts/of-6/?.jsonl | wc -l)" = 12 ]
    tar -tf out/dataset/webdataset/shard-000000.tar | grep -c '\.json$' | grep -x 11
}

@test "Slurm: a task that is requeued, one whose environment fails, and wrong usage" {
    start_slurm
    export FAKE_PARAMS='{"00000007":{"await":["go",1]}}'
    submits 4
    wait_until grep -q 00000007 "$FAKE_DIR/renders.log"
    scontrol requeue "${id}_2"
    wait_until grep -q '^rv.sbatch: told to end' log-2
    echo >"$FAKE_DIR/go"
    ends COMPLETED
    is_whole
    [ "$(grep -c 00000006 "$FAKE_DIR/renders.log")" = 1 ]

    # The Blender of the first try does not start.
    rm -r out one whole
    export FAKE_START=exit FAKE_START_TIMES=$(($(grep -c . "$FAKE_DIR/starts.log") + 3))
    submits 1
    wait_until grep -q 'shard 0 failed with status' log-0
    ends COMPLETED
    is_whole
    unset FAKE_START

    sed -i s/scene.py/no.py/ job.sh
    rm -r out
    submits 4
    ends FAILED
    grep 'a shard is missing' log-merge
}

@test "Slurm: a task whose time is over" {
    start_slurm
    export FAKE_PARAMS='{"00000002":{"await":["go",1]}}'
    # The task gets more time as it goes back to the queue, before it can start anew.
    mkdir bin
    cat >bin/scontrol <<END
#!/bin/sh
'$(command -v scontrol)' update jobid="\$2" TimeLimit=60
exec '$(command -v scontrol)' "\$@"
END
    chmod +x bin/scontrol
    PATH=$PWD/bin:$PATH submits 1 --time=60
    wait_until grep -q 00000002 "$FAKE_DIR/renders.log"
    # 50 to 110 seconds are left from now on: Slurm, which looks twice a minute, says so well before the end.
    IFS=: read -r hours minutes seconds < <(scontrol show job "$id" | sed -n 's/.*RunTime=\([0-9:]*\) .*/\1/p')
    scontrol update jobid="$id" TimeLimit=$(((10#$hours * 3600 + 10#$minutes * 60 + 10#$seconds + 109) / 60))
    HANGS_S=120 wait_until grep -q '^rv.sbatch: told to end' log-0
    echo >"$FAKE_DIR/go"
    ends COMPLETED
    is_whole
    [ "$(sort "$FAKE_DIR/renders.log" | uniq -d)" = 00000002 ]
}

@test "Slurm: a node that is lost, whose script runs on" {
    start_slurm
    export FAKE_PARAMS='{"00000001":{"await":["go",1]}}'
    submits 4
    wait_until grep -q 00000001 "$FAKE_DIR/renders.log"
    node=$(squeue -h -r -j "${id}_0" -o %N)
    slurm_lose "${node#n}"
    scontrol update nodename="$node" state=down reason=lost
    # The task starts anew elsewhere, while the old one waits in its sample.
    restarted() {
        hurry
        scontrol show job "${id}_0" | tr '\n' ' ' | grep -q 'JobState=RUNNING .* Restarts=[1-9]'
    }
    wait_until restarted
    echo >"$FAKE_DIR/go"
    ends COMPLETED
    is_whole
    no_script_left() { run -1 pgrep -f "$pipelines/shard.sh job.sh"; }
    wait_until no_script_left
}

@test "Snakemake: shards are retried, and errors are the dataset's" {
    need snakemake
    export FAKE_START=exit FAKE_START_TIMES=3
    snake() { snakemake -q -s "$pipelines/Snakefile" --cores 2 --config job=job.sh shards=4 pipelines="$pipelines"; }
    run -0 snake
    rendered 1
    is_whole
    [ -e out/dataset.done ]
    rm -r out one whole
    export FAKE_PARAMS='{"00000005":{"fault":"scene_error"}}'
    run -1 snake
    [ ! -e out/dataset.done ]
    [ "$(cat out/parts/of-4/?.jsonl | wc -l)" = 12 ]
    echo ok_errors=1 >>job.sh
    run -0 snake
    [ -e out/dataset.done ]
}

@test "Kubernetes: the manifests are what its API takes" {
    need_full
    status=0
    "$RV_ROOT/tests/lib/kubernetes_types.sh" "$pipelines"/kubernetes*.yaml >said 2>&1 || status=$?
    if [ "$status" = 77 ]; then
        skip "$(tail -n 1 said)"
    fi
    cat said
    [ "$status" = 0 ]
    for damage in s/completionMode:.*/completionMode:\ Indexd/ s/maxFailedIndexes/maxFailedIndices/ s/medium:\ Memory/medium:\ 7/ \
        '/name: rv$/d'; do
        sed "$damage" "$pipelines/kubernetes.yaml" >damaged.yaml
        run -1 "$RV_ROOT/tests/lib/kubernetes_types.sh" damaged.yaml
    done
}

# The pods of a manifest, run here by the image's entry point.
job_here() {
    "$RV_ROOT/tests/lib/indexed_job.py" "$@" --path /usr/local/share/rv/pipelines="$pipelines" --path /job/="$PWD/" \
        --path '/out/'="$PWD/out/" --path '/out '="$PWD/out "
}

# For sixteen shards: twenty samples, and a path as in a container.
need_yaml() {
    need_module yaml
    sed -i "s|^out=.*|out=$PWD/out|; s/rand 12/rand 20/" job.sh
    is_whole_job() {
        rv-seed rand 20 --key 3 | env -u FAKE_PARAMS -u FAKE_DIR rv-blend scene.py --resolution 16,16 -j1 -o one | rv-mask |
            rv-mux --format "${1:-webdataset,coco}" -o whole >/dev/null
        same_tree whole out/dataset
    }
}

@test "Kubernetes: an Indexed Job, evicted once, and its merge" {
    need_yaml
    FAKE_PARAMS='{"00000003":{"await":["go",1]}}' job_here "$pipelines/kubernetes.yaml" --stop 1:00000003 | tee result
    jq -e '.succeeded == [range(16)] and .failed == [] and .pods == 17' result
    [ "$(sort "$FAKE_DIR/renders.log" | uniq -d)" = 00000003 ]
    job_here "$pipelines/kubernetes-merge.yaml" | jq -e '.succeeded == [0] and .pods == 1'
    is_whole_job
}

@test "Kubernetes: what statuses mean to the Job" {
    need_yaml
    # An error costs its index and no other; the merge tells it, and is not tried again.
    FAKE_PARAMS='{"00000003":{"fault":"scene_error"}}' job_here "$pipelines/kubernetes.yaml" | tee result
    jq -e '.failed == [1] and (.succeeded | length) == 15 and .pods == 16 and .stopped == null' result
    run -0 --separate-stderr job_here "$pipelines/kubernetes-merge.yaml"
    [[ $stderr == *'00000003: ZeroDivisionError'* ]]
    jq -e '.stopped == "rv ended with 1" and .pods == 1' <<<"$output"
    [ -d out/dataset ]
    # An environment that fails three times and then does not.
    rm -rf out
    export FAKE_START=exit FAKE_START_TIMES=$(($(wc -l <"$FAKE_DIR/starts.log") + 9))
    job_here "$pipelines/kubernetes.yaml" | jq -e '.failed == [] and .pods == 19'
    # One that always does; wrong usage ends all at once.
    rm -rf out
    unset FAKE_START
    RV_BLENDER=/no/blender job_here "$pipelines/kubernetes.yaml" | jq -e '(.failed | length) == 16 and .pods == 64'
    echo 'blend=(no.py)' >>job.sh
    job_here "$pipelines/kubernetes.yaml" | jq -e '.stopped == "rv ended with 2" and .pods == 1'
}

@test "Kubernetes: shards that go into a bucket" {
    need rclone
    need_yaml
    export RCLONE_CONFIG_BUCKET_TYPE=alias RCLONE_CONFIG_BUCKET_REMOTE=$PWD/bucket RCLONE_CONFIG=/dev/null
    sed 's/completions: 16/completions: 4/; s|/16|/4|' "$pipelines/kubernetes-bucket.yaml" >bucket.yaml
    job_here bucket.yaml --fresh out | jq -e '.succeeded == [range(4)]'
    [ "$(ls bucket/my-bucket/my-job/shards | xargs)" = '0.tar 1.tar 2.tar 3.tar' ]
    rm -r out
    mkdir out
    for file in bucket/my-bucket/my-job/shards/*.tar; do
        tar -xf "$file" -C out
    done
    "$pipelines/merge.sh" job.sh 4
    is_whole_job
}

@test "Kubernetes: a bucket of a real server of S3, and shards that are datasets" {
    need_s3
    need_yaml
    makes_datasets webdataset:shard-count=5,coco
    s3_start bucket my-bucket
    sed 's/completions: 16/completions: 4/; s|/16|/4|' "$pipelines/kubernetes-bucket.yaml" >bucket.yaml
    job_here bucket.yaml --fresh out | jq -e '.succeeded == [range(4)]'
    rm -rf out
    # As the head of the file says.
    mkdir out
    sed -n 's/^# *\(rclone copy.*\)$/\1/p' bucket.yaml | sed 's|bucket:BUCKET|bucket:my-bucket/my-job|' >join
    grep -c 'rclone copy' join | grep -x 1
    bash -e join
    [ "$(ls shards | xargs)" = '0.tar 1.tar 2.tar 3.tar' ]
    [ ! -e out/samples ]
    "$pipelines/merge.sh" job.sh 4
    is_whole_job webdataset:shard-count=5,coco
}

@test "files that nobody has tried can be read at least" {
    need_module yaml
    jq -e '.retryStrategy.evaluateOnExit | length == 4' "$pipelines/aws-batch.json"
    "$PYTHON" -c 'import sys, yaml; assert len(yaml.safe_load(open(sys.argv[1]))["steps"]) == 2' "$pipelines/openjd.yaml"
}

@test "SFTP: shards go to another machine as they are finished, and are right there" {
    need rclone ssh-keygen
    PATH=$PATH:/usr/sbin need sshd
    [ "$(id -u)" = 0 ] || skip "sshd needs root here"
    mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f hostkey
    ssh-keygen -q -t ed25519 -N '' -f key
    start_sshd 3
    export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_FAR_TYPE=sftp RCLONE_CONFIG_FAR_HOST=127.0.0.1 RCLONE_CONFIG_FAR_PORT=22823 \
        RCLONE_CONFIG_FAR_USER=root RCLONE_CONFIG_FAR_KEY_FILE=$PWD/key RCLONE_CONFIG_FAR_SHELL_TYPE=none FAR=$PWD/far
    mkdir far
    rv-seed rand 12 --key 3 | rv-blend scene.py --resolution 16,16 -j1 -o samples -q | rv-mask >records
    rv-mux -q --format webdataset:shard-count=4 -o ds --post 'rclone moveto {} far:$FAR/$RV_POST_PATH' \
        --post-check 'rclone lsf far:$FAR/$RV_POST_PATH | grep -q .' <records >/dev/null
    [ "$(ls far/webdataset | wc -l)" = 3 ]
    nothing find ds -name '*.tar'
    rv-verify -q ds >verdict
    rclone copy ds far:"$FAR"
    (cd far; sha256sum --quiet -c SHA256SUMS)
    rv-verify -q far >verdict
    # A byte that was lost on the way is found there.
    printf X | dd of=far/webdataset/shard-000001.tar bs=1 seek=700 conv=notrunc status=none
    run -1 rv-verify far
    [[ $output == *'webdataset/shard-000001.tar'* ]]
}
