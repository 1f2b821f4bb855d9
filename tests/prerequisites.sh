#!/bin/sh
# Sees to the programs that the tests need beside Python: Chromium and PostgreSQL's server.
# As root on Debian it installs what is missing; anywhere else it says what to install, and fails.
set -eu

has() {
    command -v "$1" >/dev/null 2>&1
}

missing() {
    has chromium || has chromium-browser || has google-chrome || echo chromium
    # Debian keeps the server's programs out of the PATH.
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || has initdb || echo postgresql
}

if [ -n "$(missing)" ] && [ "$(id -u)" = 0 ] && has apt-get; then
    echo "Installing what the tests need:" $(missing)
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends $(missing) >/dev/null
fi

if [ -n "$(missing)" ]; then
    cat >&2 <<END
The tests need programs that are missing here:$(missing | sed 's/^/ /' | tr -d '\n')
    Debian, Ubuntu:  sudo apt-get install chromium postgresql
    Fedora:          sudo dnf install chromium postgresql-server
    macOS:           brew install --cask chromium && brew install postgresql@16
END
    exit 1
fi

# Half of Chromium's time goes into a window that nobody sees. Debian has it without one: the tests take it where it can be had.
if ! has chromium-headless-shell && [ "$(id -u)" = 0 ] && has apt-get; then
    DEBIAN_FRONTEND=noninteractive timeout 120 \
        apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1 || true
fi
