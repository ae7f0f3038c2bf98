#!/usr/bin/env bash
# Builds the wheel with the tools of a folder (maturin, pre-commit), installs it into an environment of its own, and runs it:
# as a command, and as the hook of docs/examples/pre-commit-wheel.yaml in a repository of a team.
set -euo pipefail
tools=$(cd "$1" && pwd)
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
target=$(cd "$target" && pwd)
rm -rf "$target/wheels" "$target/wheel" "$target/wheel-team"

timeout 1200 "$tools/maturin" build --release --locked --quiet --out "$target/wheels"
python3 -m venv "$target/wheel"
"$target/wheel/bin/pip" install --quiet --no-index --find-links "$target/wheels" lblint

lblint=$target/wheel/bin/lblint
[ "$("$lblint" --version)" = "lblint $(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | sed -n 1p)" ]
example=fixtures/incidents/2024-06-single-web-server/haproxy
found=$("$lblint" check "$example/before.cfg" --format concise || [ $? = 1 ])
grep -q 'error\[one-target-takes-all\]' <<<"$found"
"$lblint" check "$example/after.cfg" --quiet

# The example names PyPI; here it gets the wheel that was built.
wheel=$(echo "$target"/wheels/*.whl)
cp -RP fixtures/repos/etc "$target/wheel-team"
sed "s|\"lblint==[^\"]*\"|\"lblint @ file://$wheel\"|" docs/examples/pre-commit-wheel.yaml >"$target/wheel-team/.pre-commit-config.yaml"
cd "$target/wheel-team"
git init --quiet
git add --all
export PRE_COMMIT_HOME=$target/wheel-team/.git/pre-commit
found=$(timeout 300 "$tools/pre-commit" run --all-files || [ $? = 1 ])
grep -q 'error\[one-target-takes-all\]' <<<"$found"
sed -i 's/weight 100/weight 1/' haproxy/conf.d/10-shop.cfg
timeout 300 "$tools/pre-commit" run --files haproxy/conf.d/10-shop.cfg
