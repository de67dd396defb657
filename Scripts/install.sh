#!/usr/bin/env bash
# install.sh PREFIX: installs the command, its manual page and shell completions.
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${1:?usage: install.sh PREFIX}
martlet=.build/release/martlet

new=$prefix/bin/martlet.new
stripped=$(mktemp)
trap 'rm -f "$stripped" "$new"' EXIT
strip -o "$stripped" "$martlet"
install -D -m 755 /dev/null "$new"
# In one write: the kernel then maps the file in large pieces (Documentation/Decisions/0043).
dd if="$stripped" of="$new" bs=64M status=none
mv -f "$new" "$prefix/bin/martlet"
mkdir -p "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" \
    "$prefix/share/zsh/site-functions" "$prefix/share/fish/vendor_completions.d"
"$martlet" --experimental-dump-help | Scripts/manual.py >"$prefix/share/man/man1/martlet.1"
"$martlet" --generate-completion-script bash >"$prefix/share/bash-completion/completions/martlet"
"$martlet" --generate-completion-script zsh >"$prefix/share/zsh/site-functions/_martlet"
"$martlet" --generate-completion-script fish >"$prefix/share/fish/vendor_completions.d/martlet.fish"
echo "installed $prefix/bin/martlet"
