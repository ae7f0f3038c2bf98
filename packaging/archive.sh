#!/usr/bin/env bash
# An archive of a release in dist/: the binary of a target, manual pages, completions, licences.
set -euo pipefail
target=$1
built="${CARGO_TARGET_DIR:-target}/$target/release/lblint"
[ ! -e "$built.exe" ] || built=$built.exe

version=$("$built" --version)
name="lblint-${version#lblint }-$target"
folder="dist/$name"
mkdir -p "$folder/man" "$folder/completions"
cp "$built" LICENSE-APACHE LICENSE-MIT NOTICE README.md CHANGELOG.md "$folder"
"$built" man >"$folder/man/lblint.1"
for command in $("$built" man --list); do
  "$built" man "$command" >"$folder/man/lblint-$command.1"
done
for shell in bash elvish fish powershell zsh; do
  "$built" completions "$shell" >"$folder/completions/lblint.$shell"
done
tar -C dist -czf "dist/$name.tar.gz" "$name"
rm -r "$folder"
