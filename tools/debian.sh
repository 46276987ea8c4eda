#!/bin/sh
# Debian packages for what no wheel brings, where that is allowed:
#   tools/debian.sh install PACKAGE...     exit 0 installed, 1 not possible here
#   tools/debian.sh want COMMAND PACKAGE   the same, unless COMMAND is there already
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

case ${1:-} in
install) shift; install "$@" ;;
want) command -v "$2" >/dev/null 2>&1 || install "$3" ;;
*) sed -n '2,4p' "$0" >&2; exit 2 ;;
esac
