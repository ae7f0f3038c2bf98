#!/usr/bin/env bash
# Builds the wheel with the maturin that is named, installs it into an environment of its own, and runs it.
set -euo pipefail
maturin=$1
wheels=${CARGO_TARGET_DIR:-target}/wheels
environment=${CARGO_TARGET_DIR:-target}/wheel

rm -rf "$wheels" "$environment"
timeout 1200 "$maturin" build --release --locked --quiet --out "$wheels"
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --no-index --find-links "$wheels" lblint

lblint=$environment/bin/lblint
[ "$("$lblint" --version)" = "lblint $(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | sed -n 1p)" ]
example=fixtures/incidents/2024-06-single-web-server/haproxy
found=$("$lblint" check "$example/before.cfg" --format concise || [ $? = 1 ])
grep -q 'error\[one-target-takes-all\]' <<<"$found"
"$lblint" check "$example/after.cfg" --quiet
"$environment/bin/pip" show --files lblint | grep -q 'bin/lblint'
