# Shared by ./run, ./test and friends (sourced, never run): installing what is missing, and building.
# The caller has set `root` to the checkout's directory, and -euo pipefail.
# shellcheck shell=bash disable=SC2015,SC2086,SC2154

run_under=() # a command that configuring, building and testing are run under, such as (setarch -R)

say() { printf '%s\n' "$*" >&2; }
fail() { say "${0##*/}: $*"; exit 1; }
usage_error() { say "${0##*/}: $* (see ${0##*/} --help)"; exit 2; }

# as_root COMMAND...: with sudo where we are not root.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# wanted_packages GROUP...: the packages of these groups in packages.txt, less those whose "unless" command exists.
wanted_packages() {
    local group package unless command
    while read -r group package unless command; do
        [ "$unless" = unless ] && command -v "$command" >/dev/null && continue
        case " $* " in *" $group "*) echo "$package" ;; esac
    done < <(sed 's/#.*//; /^[[:space:]]*$/d' "$root/packages.txt")
}

# install_packages GROUP...: installs what is missing and says so; silent and quick where nothing is.
install_packages() {
    local wanted missing
    wanted=$(wanted_packages "$@")
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "No apt-get here: assuming that the counterparts of these Debian packages are installed:" $wanted
        return
    fi
    # dpkg-query fails when it does not know one of the names; what it prints about the others still counts.
    missing=$(comm -13 <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
                             sed -n 's/^installed //p' | sort -u) <(sort -u <<<"$wanted"))
    [ -n "$missing" ] || return 0

    say "Installing packages that are missing (a minute or two):" $missing
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "run it as root once, or install sudo, or install them yourself"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0) log
    log=$(mktemp)
    # --no-remove: taking something away from this machine is its owner's decision.
    # An update may stumble over a source that has nothing to do with us; whether it was enough, the installation tells.
    as_root "${apt[@]}" update >"$log" 2>&1 </dev/null || true
    if ! as_root "${apt[@]}" install -y --no-install-recommends --no-remove $missing >>"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        rm -f "$log"
        fail "apt-get failed; see above (libboost*1.81-dev cannot stand beside libboost*1.74-dev: remove those first)"
    fi
    rm -f "$log"
}

# install_node_modules DIR: `npm ci` there, unless what is installed is what its package-lock.json says.
install_node_modules() {
    local stamp="$1/node_modules/.installed-from"
    cmp -s "$1/package-lock.json" "$stamp" && return
    say "Installing node packages in ${1#"$root"/}"
    (cd "$1" && npm ci --no-audit --no-fund --loglevel=error >&2) || fail "npm ci failed in $1"
    cp "$1/package-lock.json" "$stamp"
}

# configure PRESET [-DNAME=VALUE...]
configure() {
    local preset=$1 fresh=() home
    shift
    mkdir -p "$root/build/$preset"
    # A build directory remembers where its checkout stood; one that was moved or copied starts afresh.
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$root/build/$preset/CMakeCache.txt" 2>/dev/null || true)
    [ -z "$home" ] || [ "$home" -ef "$root" ] || fresh=(--fresh)
    (cd "$root" && cmake --preset "$preset" "${fresh[@]}" "$@") >"$root/build/$preset/configure.log" 2>&1 ||
        { cat "$root/build/$preset/configure.log" >&2; fail "CMake could not configure build/$preset"; }
}

# build PRESET [TARGET...]: everything by default.
build() {
    local preset=$1 targets=()
    shift
    [ $# = 0 ] || targets=(--target "$@")
    "${run_under[@]}" cmake --build "$root/build/$preset" --parallel "$(nproc)" "${targets[@]}" >&2 || fail "the build failed; see above"
}

# One at a time in a build directory: a second ./run or ./test waits here until the first has built.
lock_build() {
    mkdir -p "$root/build/$1" || fail "cannot write to $root/build"
    exec 9>"$root/build/$1/.lock"
    flock -n 9 || { say "Waiting for another build in build/$1 ..."; flock 9; }
}
unlock_build() { exec 9>&-; }
