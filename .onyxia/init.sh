#!/bin/sh
# Onyxia init script for a Jupyter service: this file's raw address is the "init script", the repository's its argument.
# Expected parameters:
#   - repository: what git clones
#   - branch: another one than the default (optional)
# Never run there. The server is the service's, the kernel "Python 3" the project's.
set -eu
repository=${1:?the address of the repository}
cd "${ROOT_PROJECT_DIRECTORY:-${WORKSPACE_DIR:-$HOME/work}}"
name=$(basename "$repository" .git)
[ -d "$name" ] || git clone ${2:+--branch "$2"} "$repository" "$name"
cd "$name"
prefix=$(python3 -c 'import sys; print(sys.prefix)')
python3 start.py environment
.venv/bin/python -m ipykernel install --prefix "$prefix" --name python3
