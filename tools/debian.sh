#!/bin/sh
# Debian packages for what no wheel brings, where that is allowed:
#   tools/debian.sh install PACKAGE...     exit 0 installed, 1 not possible here
#   tools/debian.sh want THING PACKAGE     the same, unless THING (a command or lib*.so.N) is there already
set -u

allowed() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" = 0 ] && { as=; return 0; }
    command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && { as=sudo; return 0; }
    return 1
}

install() {
    allowed || return 1
    echo "==> apt-get install $*"
    # shellcheck disable=SC2086  # $as is one word or none
    {
        $as apt-get update -qq &&
            $as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } >/dev/null
}

has() { # a command, or a shared library by its name
    case $1 in
    *.so.*) /sbin/ldconfig -p 2>/dev/null | grep -q "$1" ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

case ${1:-} in
install) shift; install "$@" ;;
want) has "$2" || install "$3" ;;
*) sed -n '2,4p' "$0" >&2; exit 2 ;;
esac
