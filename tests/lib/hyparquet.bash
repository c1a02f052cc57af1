# SPDX-License-Identifier: MIT
# Loaded after common.bash by tests that read Parquet files.

# Skips without a hyparquet, which npm fetches once.
need_hyparquet() {
    need node npm
    local home=${XDG_CACHE_HOME:-$HOME/.cache}/rv/hyparquet-1.33.0
    if [ ! -d "$home" ]; then
        local new
        new=$(mktemp -d)
        npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$new" hyparquet@1.33.0 \
            hyparquet-compressors@1.1.2 >npm.log 2>&1 || skip "npm cannot fetch hyparquet: $(head -n 1 npm.log)"
        mkdir -p "${home%/*}"
        mv -T "$new" "$home" 2>/dev/null || rm -r "$new" # another test was faster
    fi
    export NODE_MODULES=$home/node_modules
}
