# SPDX-License-Identifier: MIT
# A Slurm of our own, with one controller and two nodes on this machine. Needs root.
#
#   slurm_start DIR    exports SLURM_CONF; fails with the reason on stdout
#   slurm_stop DIR
#   slurm_node N       starts the daemon of node N (1 or 2), slurm_lose N kills it without a word

slurm_conf() { # DIR
    cat <<END
ClusterName=rv
SlurmctldHost=localhost(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$1/munge.socket
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
SlurmctldPort=26817
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool-%n
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd-%n.pid
SlurmctldLogFile=$1/slurmctld.log
SlurmdLogFile=$1/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,bf_interval=1
SlurmdTimeout=5
MinJobAge=300
KillWait=2
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=26821 CPUs=2 RealMemory=2000 State=UNKNOWN
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=26822 CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=rv Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

slurm_node() { # N
    local dir=${SLURM_CONF%/*}
    mkdir -p "$dir/spool-n$1"
    PATH=$PATH:/usr/sbin setsid slurmd -D -N "n$1" >"$dir/slurmd-n$1.out" 2>&1 </dev/null 3>&- &
}

# Nothing of the node runs on but what its tasks have started; the controller is not told.
slurm_lose() { # N
    local dir=${SLURM_CONF%/*}
    kill -KILL "$(cat "$dir/slurmd-n$1.pid")"
    rm -f "$dir/slurmd-n$1.pid"
}

slurm_start() {
    local dir=$1
    if [ "$(id -u)" != 0 ]; then
        echo "starting Slurm needs root"
        return 1
    fi
    export SLURM_CONF=$dir/slurm.conf PATH=$PATH:/usr/sbin
    for command in munged slurmctld slurmd sbatch; do
        command -v "$command" >/dev/null || { echo "$command is not installed"; return 1; }
    done
    slurm_conf "$dir" >"$SLURM_CONF"
    mkdir -p "$dir/state"
    head -c 128 /dev/urandom >"$dir/munge.key"
    chmod 600 "$dir/munge.key"
    munged --force --key-file "$dir/munge.key" --socket "$dir/munge.socket" --pid-file "$dir/munged.pid" \
        --log-file "$dir/munged.log" --seed-file "$dir/munge.seed" 3>&-
    setsid slurmctld -D >"$dir/slurmctld.out" 2>&1 </dev/null 3>&- &
    slurm_node 1
    slurm_node 2
    for _ in $(seq 300); do
        [ "$(sinfo -h -N -o %T 2>/dev/null | grep -c idle)" != 2 ] || return 0
        sleep 0.1
    done
    echo "Slurm does not start: $(tail -n1 "$dir/slurmctld.log")"
    return 1
}

slurm_stop() {
    local dir=$1 name pid
    for name in slurmctld slurmd-n1 slurmd-n2 munged; do
        pid=$(cat "$dir/$name.pid" 2>/dev/null) || continue
        kill "$pid" 2>/dev/null || continue
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
    done
}
