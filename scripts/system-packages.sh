#!/bin/sh
# Install the system packages that a target needs, and only those that are missing.
#   scripts/system-packages.sh demo    bubblewrap, Node.js
#   scripts/system-packages.sh test    the same, Chromium and PostgreSQL
set -eu

target=${1:-demo}
missing=

need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

[ "$(uname -s)" = Linux ] || {
    echo "Grading needs Linux: bubblewrap, its sandbox, is not made for $(uname -s)." >&2
    echo "Use a Linux machine or virtual machine; reading and writing the book works here." >&2
    exit 1
}

need bwrap bubblewrap
need node nodejs
need npm npm
if [ "$target" = test ] && ! command -v chromium-browser >/dev/null 2>&1; then
    need chromium chromium
fi
# Debian keeps the server's programs off the PATH.
if [ "$target" = test ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    need initdb postgresql
fi
[ -n "$missing" ] || exit 0

sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
if ! command -v apt-get >/dev/null 2>&1; then
    echo "These packages are missing:$missing" >&2
    echo "There is no apt-get here; install them with your system's package manager" >&2
    echo "(Fedora: dnf install$missing, Arch: pacman -S$missing) and run make again." >&2
    exit 1
fi
if [ -n "$sudo" ] && ! command -v sudo >/dev/null 2>&1; then
    echo "These packages are missing:$missing" >&2
    echo "Ask the administrator to run: apt-get install$missing" >&2
    exit 1
fi
echo "Installing system packages:$missing"
# shellcheck disable=SC2086  # the list is meant to be split
if ! { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null; }; then
    echo "apt-get could not install:$missing" >&2
    echo "Install them by hand (sudo apt-get install$missing) and run make again." >&2
    exit 1
fi
