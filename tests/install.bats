# SPDX-License-Identifier: MIT
# make install, uninstall and dist, and the completions.
load lib/common

install_to() {
    make -s -C "$RV_ROOT" B="${RV_BIN%/bin}" "$@"
}

@test "install puts everything below DESTDIR and PREFIX, uninstall takes it away" {
    install_to install DESTDIR="$PWD/stage" PREFIX=/opt/rv
    nothing find stage -type f ! -path 'stage/opt/rv/*'
    for tool in rv-seed rv-gen rv-blend rv-mask rv-mux rv-verify rv; do
        [ -x "stage/opt/rv/bin/$tool" ]
        [ -f "stage/opt/rv/share/man/man1/$tool.1" ]
    done
    [ -f stage/opt/rv/share/rv/blender/worker.py ]
    [ -f stage/opt/rv/share/rv/examples/shapes/scene.py ]
    install_to uninstall DESTDIR="$PWD/stage" PREFIX=/opt/rv
    nothing find stage -type f
    [ ! -e stage/opt/rv/share/rv ]
}

@test "examples and docs are installed whole" {
    git -C "$RV_ROOT" rev-parse 2>/dev/null || skip "no git checkout"
    install_to install DESTDIR="$PWD/stage" PREFIX=/usr
    same_output "cd '$RV_ROOT' && git ls-files examples 'docs/*.md' 'docs/*.png' 'docs/*.jpg' 'docs/*.webp' | grep -vE '^examples/(sheet|page).png$' | sort" \
        'cd stage/usr/share/rv && find examples docs -type f | sort'
}

@test "every Python module of the source is installed" {
    install_to install DESTDIR="$PWD/stage" PREFIX=/usr
    same_output "cd '$RV_ROOT/blender' && find . -name '*.py' | sort" "cd stage/usr/share/rv/blender && find . -name '*.py' | sort"
}

@test "an installed rv-blend finds its Blender half" {
    need_blender
    install_to install PREFIX="$PWD/usr"
    pipe -0 --separate-stderr "rv-seed seq 1 | usr/bin/rv-blend usr/share/rv/examples/shapes/scene.py \
        --resolution 32,32 --samples 1 -o out -q"
    [ "$(jq -r .id <<<"$output")" = 00000000 ]
}

@test "dist packs the same bytes again" {
    need git
    git clone -q "$RV_ROOT" source
    make -s -C source dist >first
    cp source/build/*.tar.gz a.tar.gz
    touch source/Makefile
    make -s -C source dist >second
    cmp first second
    cmp a.tar.gz source/build/rv-*.tar.gz
    tar -tzf a.tar.gz | grep '^rv-[0-9.]*/tools/rv-seed\.c$'
}

@test "a library that is missing is named with its package" {
    mkdir bin
    printf '#!/bin/sh\ncase "$*" in *libdeflate*) exit 1;; esac\nexec %s "$@"\n' "$(command -v pkg-config)" >bin/pkg-config
    chmod +x bin/pkg-config
    PATH=$PWD/bin:$PATH run -2 make -C "$RV_ROOT" B="$PWD/build" all
    [[ $output == *"apt-get install --no-install-recommends libdeflate-dev"* ]]
}

@test "DEPS=no only says what is missing" {
    mkdir bin
    for command in sh sed env cat; do
        ln -s "$(command -v $command)" bin/
    done
    printf '#!/bin/sh\ntouch %s/called\n' "$PWD" >bin/apt-get
    chmod +x bin/apt-get
    DEPS=no PATH=$PWD/bin run -3 "$RV_ROOT/tools/deps.sh" build demo
    [[ $output == *"apt-get install --no-install-recommends gcc make pkg-config libc6-dev"*blender* ]]
    [ ! -e called ]
}

@test "bash completion offers options and choices" {
    source "${RV_BIN%/bin}/completions/rv-mux.bash"
    COMP_WORDS=(rv-mux --shard-s) COMP_CWORD=1
    _rv_mux
    [ "${COMPREPLY[*]}" = --shard-size ]
    COMP_WORDS=(rv-mux --format coc) COMP_CWORD=2
    _rv_mux
    [ "${COMPREPLY[*]}" = coco ]
    COMP_WORDS=(rv-mux --) COMP_CWORD=1
    _rv_mux
    same_output 'printf "%s\n" "${COMPREPLY[@]}" | sort' 'rv-mux --completions | cut -f1 | grep ^-- | sort'
}

# Every "--name" and "-x" of a tool, those of all its commands with it; `rv render` has those of the tools, too.
option_names() {
    cut -f1 "${RV_BIN%/bin}/completions/$1.table" | grep -o -- '-[^ ]*$'
}

@test "bash and fish complete the commands of rv and their options" {
    source "${RV_BIN%/bin}/completions/rv.bash"
    COMP_WORDS=(rv '') COMP_CWORD=1
    _rv
    same_output 'printf "%s\n" "${COMPREPLY[@]}" | sort' '{ rv --completions | cut -f1 | grep -v ^-; echo help; } | sort'
    COMP_WORDS=(rv mux --shard-s) COMP_CWORD=2
    _rv
    [ "${COMPREPLY[*]}" = --shard-size ]
    COMP_WORDS=(rv blend --device op) COMP_CWORD=3
    _rv
    [ "${COMPREPLY[*]}" = optix ]
    COMP_WORDS=(rv render scene.py --polyg) COMP_CWORD=3
    _rv
    [ "${COMPREPLY[*]}" = --polygons ]
    COMP_WORDS=(rv help form) COMP_CWORD=2
    _rv
    [ "${COMPREPLY[*]}" = formats ]
    need fish
    run -0 fish -c "source ${RV_BIN%/bin}/completions/rv.fish; complete -C 'rv bl'; complete -C 'rv blend --device opt'"
    [ "$(cut -f1 <<<"$output" | xargs)" = "blend optix" ]
}

# What is there to be completed in a folder of a user's, by each shell.
@test "completion of files, folders, runs, and of several values" {
    mkdir -p assets out/1 out/12 out/notes runs/7
    touch scene.py mug.blend notes.txt
    source "${RV_BIN%/bin}/completions/rv.bash"
    complete_bash() { # WORD...
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _rv
        printf '%s\n' "${COMPREPLY[@]}" | sort | xargs
    }
    [ "$(complete_bash rv render '')" = 'assets mug.blend out runs scene.py' ]
    [ "$(complete_bash rv preview '')" = 'assets out runs scene.py' ]
    [ "$(complete_bash rv view '')" = 'assets out runs' ]
    [ "$(complete_bash rv render --resume --run '')" = '1 12' ]
    [ "$(complete_bash rv render -o runs --run '')" = 7 ]
    [ "$(complete_bash rv blend --passes Normal,Vec)" = Normal,Vector ]
    [ "$(complete_bash rv mux --format coco,yo)" = 'coco,yolo coco,youtube-vis' ]
    [ "$(complete_bash rv new --template d)" = detection ]
    complete_bash rv new --template '' >templates
    ls "$RV_ROOT/examples/templates" | xargs | diff - templates
    need fish
    complete_fish() {
        fish -c "source ${RV_BIN%/bin}/completions/rv.fish; complete -C '$1'" | cut -f1 | sort | xargs
    }
    [[ " $(complete_fish 'rv preview ') " == *' scene.py '* ]]
    [ "$(complete_fish 'rv view ')" = 'assets/ out/ runs/' ]
    [ "$(complete_fish 'rv render --run ')" = '1 12' ]
    [ "$(complete_fish 'rv help form')" = formats ]
}

@test "every completion file parses" {
    for tool in rv-seed rv-gen rv-blend rv-mask rv-mux rv-verify rv; do
        bash -n "${RV_BIN%/bin}/completions/$tool.bash"
        if command -v zsh >/dev/null; then
            zsh -n "${RV_BIN%/bin}/completions/$tool.zsh"
        fi
        if command -v fish >/dev/null; then
            fish --no-execute "${RV_BIN%/bin}/completions/$tool.fish"
        fi
        same_output "grep -c ' -l ' '${RV_BIN%/bin}/completions/$tool.fish'" "option_names '$tool' | grep -c -- '^--'"
    done
}

# A sudo, apt-get and gcc of ours: what deps.sh asks and says.
fake_apt() {
    mkdir bin
    for command in sh sed env cat id tr tail rm; do
        ln -s "$(command -v $command)" bin/
    done
    cat >bin/apt-get <<SH
#!/bin/sh
echo "apt-get \$*" >>$PWD/calls
case "\$*" in
*--assume-no*) printf 'Need to get 12 MB of archives.\nAfter this operation, 34 MB of additional disk space will be used.\n'; exit 1 ;;
*"-y install"*) echo 'E: no such package' >&2; exit 100 ;;
esac
echo talk
SH
    chmod +x bin/apt-get
}

@test "deps.sh says what is to be installed and how much it is, asks a person, and keeps apt's talk" {
    need python3
    fake_apt
    export TMPDIR=$PWD DEPS=
    PATH=$PWD/bin run -3 "$RV_ROOT/tools/deps.sh" build
    [[ $output == *'to be installed with apt-get: gcc make'*'Need to get 12 MB of archives. After this operation, 34 MB of'* ]]
    [[ $output == *'E: no such package'*'all that apt-get said is in '* ]]
    rm calls
    python=$(command -v python3)
    run -3 "$python" "$RV_ROOT/tests/lib/on_terminal.py" 200 "PATH=$PWD/bin $RV_ROOT/tools/deps.sh build" $'n\n'
    [[ $output == *'go on? [Y/n] '* ]]
    run -1 grep -e '-y install' calls
}

@test "make install says what to do where it may not write" {
    user=$(id -u)
    [ "$user" != 0 ] || skip "root may write everywhere"
    mkdir closed
    chmod a-w closed
    run -2 install_to install PREFIX="$PWD/closed/usr"
    [[ $output == *"cannot write to $PWD/closed: sudo make install, or make install PREFIX=\$HOME/.local"* ]]
}
