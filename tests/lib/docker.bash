# SPDX-License-Identifier: MIT
# An engine for docker.bats: one of our own on a private socket where we are root, else the user's if it answers.
#
#   docker_start DIR     exports DOCKER_HOST; fails with the reason on stdout
#   docker_base          makes sure of debian:trixie-slim, from a registry or from a debootstrap tree; likewise
#   docker_client BIN    puts a docker into the directory BIN that builds with BuildKit where a client here can, and gives
#                        builds the host's network: the engine above has none of its own
#   docker_stop DIR

docker_start() {
    local dir=$1 pid
    if [ "$(id -u)" != 0 ] || ! PATH=$PATH:/usr/sbin command -v dockerd >/dev/null; then
        docker info >/dev/null 2>&1 && return 0
        echo "no Docker daemon answers, and starting one needs root and dockerd"
        return 1
    fi
    export DOCKER_HOST=unix://$dir/socket
    # No bridge, no rule of a firewall: containers here have the host's network or none.
    PATH=$PATH:/usr/sbin:/sbin setsid dockerd --host "$DOCKER_HOST" --data-root "${RV_CACHE:-$HOME/.cache/rv}/docker" \
        --exec-root "$dir/exec" --pidfile "$dir/pid" --bridge=none --iptables=false >"$dir/log" 2>&1 </dev/null 3>&- &
    pid=$!
    for _ in $(seq 300); do
        docker info >/dev/null 2>&1 && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.2
    done
    echo "dockerd does not start: $(tail -n1 "$dir/log")"
    return 1
}

docker_base() {
    local tree extra status=0
    docker image inspect debian:trixie-slim >/dev/null 2>&1 && return 0
    tree=$("$RV_ROOT/tests/lib/debian-tree.sh" trixie 2>&1) || { echo "$tree"; return 1; }
    extra=$(mktemp -d)
    mkdir -p "$extra/etc/dpkg/dpkg.cfg.d"
    # What makes the official image slim.
    cat >"$extra/etc/dpkg/dpkg.cfg.d/docker" <<'END'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/lintian/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
END
    tar -c --exclude='./usr/share/doc/*' --exclude='./usr/share/info/*' --exclude='./usr/share/locale/*' \
        --exclude='./usr/share/man/*' --exclude='./var/lib/apt/lists/*' -C "$tree" . -C "$extra" ./etc/dpkg/dpkg.cfg.d/docker |
        docker import - debian:trixie-slim || status=1
    rm -rf "$extra"
    return $status
}

docker_client() {
    local bin=$1 client buildkit=0
    for client in "$(command -v docker)" /usr/bin/docker; do
        if DOCKER_BUILDKIT=1 "$client" build -q - <<<'FROM debian:trixie-slim' >/dev/null 2>&1; then
            buildkit=1
            break
        fi
    done
    mkdir "$bin"
    cat >"$bin/docker" <<END
#!/bin/sh
export DOCKER_BUILDKIT=\${DOCKER_BUILDKIT:-$buildkit}
if [ "\$1" = build ]; then
    shift
    set -- build --network host "\$@"
fi
exec "$client" "\$@"
END
    chmod 755 "$bin/docker"
}

docker_stop() {
    local dir=$1 pid
    [ -f "$dir/pid" ] || return 0
    pid=$(cat "$dir/pid")
    kill "$pid"
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    umount "$dir/exec/netns/default" 2>/dev/null || :
}
