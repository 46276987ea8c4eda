#!/bin/sh
# Makes .venv and fills it from a hashed lock: `tools/setup.sh run` or `tools/setup.sh dev`.
# Writes nothing outside .venv, save Debian's python3-venv where that is missing and may be installed.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
lock=requirements/$kind.txt
[ -f "$lock" ] || { echo "There is no lock $lock." >&2; exit 2; }

say() { echo "==> $*"; }

# Virtual environments and pip settings of the caller must not leak into ours.
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_REQUIRE_VIRTUALENV 2>/dev/null || true
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONUTF8=1
export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.venv/cache}"
# The system's certificates, where there are any: they know the proxies of the network we are in.
[ -s /etc/ssl/certs/ca-certificates.crt ] && export UV_SYSTEM_CERTS=1

suits() { # a command name -> true when it runs and is Python 3.11 or newer
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1
}

find_python() { # prints the newest suitable Python, /usr/bin after whatever PATH prefers
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 \
        /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3; do
        if command -v "$name" >/dev/null 2>&1 && suits "$name"; then command -v "$name"; return; fi
    done
    echo "Samleng needs Python 3.11 or newer, and none was found. On Debian: apt-get install python3" >&2
    exit 1
}

make_venv() { # tries what needs least first; pip may be anywhere or nowhere
    python=$(find_python)
    say "Making .venv with $("$python" --version) ($python)"
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 && return
    if "$python" -m venv --without-pip .venv >/dev/null 2>&1 &&
        "$python" -m pip --python .venv/bin/python --version >/dev/null 2>&1; then
        borrowed=$python
        return
    fi
    rm -rf .venv
    # On Debian the module that venv gets pip from is a package of its own.
    exact=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    sh tools/debian.sh install "$exact" || sh tools/debian.sh install python3-venv || true
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    echo "$python can make no virtual environment. On Debian, as root: apt-get install $exact" >&2
    exit 1
}

get_uv() { # uv lives in .venv only; without it pip does the same work, slower
    [ -x .venv/bin/uv ] && return
    if [ -n "${borrowed:-}" ]; then
        "$borrowed" -m pip --python .venv/bin/python install -q --no-cache-dir --require-hashes -r requirements/uv.txt
    else
        .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip -q || return 0
        .venv/bin/python -m pip install -q --no-cache-dir --require-hashes -r requirements/uv.txt
    fi
}

install() { # arguments of `pip install`
    if [ -x .venv/bin/uv ] && .venv/bin/uv pip install --python .venv/bin/python "$@"; then return; fi
    say "uv could not do it; pip tries"
    .venv/bin/python -m pip install --no-cache-dir "$@"
}

stamp_of() { # what an installation of this kind depends on
    cat "requirements/$1.txt" requirements/uv.txt pyproject.toml | cksum
}

usable() { # is there a .venv, made in this folder? One that was moved or copied still points to its old place.
    [ -x .venv/bin/python ] && suits .venv/bin/python && [ "$(cat .venv/place 2>/dev/null || pwd)" = "$(pwd)" ]
}

current() { # is .venv as this lock wants it?
    usable && [ "$(cat ".venv/stamp-$1" 2>/dev/null)" = "$(stamp_of "$1")" ]
}

# The dev lock holds the whole of the run lock.
if current dev || current "$kind"; then exit 0; fi

borrowed=
usable || make_venv
pwd >.venv/place
get_uv || say "uv could not be installed"
say "Installing $lock"
install -q --require-hashes -r "$lock"
install -q --no-deps --no-build-isolation -e .
rm -f .venv/stamp-run .venv/stamp-dev
stamp_of "$kind" >".venv/stamp-$kind"
