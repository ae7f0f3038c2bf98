#!/usr/bin/env bash
# What the GitHub Action does (action.yml): installs lblint from PyPI, runs the check, tells the status as an output.
set -euo pipefail

install() {
  local folder="$RUNNER_TEMP/lblint" scripts=bin
  python3 -m venv "$folder" || python -m venv "$folder"
  [ -d "$folder/bin" ] || scripts=Scripts   # Windows
  "$folder/$scripts/python" -m pip install --quiet --disable-pip-version-check "lblint${1:+==$1}"
  PATH="$folder/$scripts:$PATH"
}

[ "$LBLINT_ACTION_VERSION" = none ] || install "$LBLINT_ACTION_VERSION"
lblint --version

read -r -a paths <<<"${LBLINT_ACTION_PATHS//$'\n'/ }"
read -r -a arguments <<<"${LBLINT_ACTION_ARGS//$'\n'/ }"
[ -z "$LBLINT_ACTION_SARIF" ] || arguments+=(--output "sarif=$LBLINT_ACTION_SARIF")

status=0
lblint check --format github ${arguments[@]+"${arguments[@]}"} -- ${paths[@]+"${paths[@]}"} || status=$?
echo "status=$status" >>"$GITHUB_OUTPUT"
exit "$status"
