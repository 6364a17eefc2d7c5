#!/bin/bash
# Runs notebooks in Jupyter's own executor, with the packages of out/packages: bash notebooks/jupyter.sh 01-first-inspection
# Needs Debian's jupyter-nbconvert and the tool Microsoft.dotnet-interactive, and installs what is missing of them.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v jupyter-nbconvert > /dev/null || apt-get install -y --no-install-recommends jupyter-nbconvert jupyter-client
command -v dotnet-interactive > /dev/null || dotnet tool install Microsoft.dotnet-interactive --tool-path "$work/tool"
# What is restored goes into a folder of its own: packages of the same version may have been made anew.
export PATH="$work/tool:$PATH" JUPYTER_PATH="$work/jupyter" NUGET_PACKAGES="$work/packages" NUGET_FALLBACK_PACKAGES="${NUGET_PACKAGES:-$HOME/.nuget/packages}" RestoreAdditionalProjectSources="$PWD/../out/packages"
mkdir -p "$work/jupyter/kernels"
dotnet-interactive jupyter install --path "$work/jupyter/kernels"
for name in "$@"; do
  jupyter-nbconvert --to notebook --execute --ExecutePreprocessor.timeout=900 --output-dir "$work" "$name.ipynb"
  echo "$name: ran"
done
