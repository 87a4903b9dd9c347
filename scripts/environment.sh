# Sourced by scripts/run and scripts/test: a virtual environment with pinned dependencies in .venv.
# prepare_environment FILE: make or update it from FILE (hashes pinned) and put it first on PATH.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

find_python() {
  for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "counterwatch needs Python 3.11 or newer; none found on PATH (set PYTHON to name one)" >&2
  exit 3
}

prepare_environment() {
  local requirements="$repository/$1" environment="$repository/.venv" python stamp
  if [ ! -x "$environment/bin/python" ]; then
    python=$(find_python)
    echo "Creating a virtual environment in .venv with $("$python" --version)"
    if ! "$python" -m venv "$environment"; then
      rm -rf "$environment"
      echo "$python cannot make a virtual environment; on Debian: apt install python3-venv" >&2
      exit 3
    fi
  fi
  # What was installed is remembered beside it, so that a second start takes seconds.
  stamp="$environment/$1.installed"
  if ! cmp -s "$requirements" "$stamp" || ! [ "$environment/bin/counterwatch" -nt "$repository/pyproject.toml" ]; then
    echo "Installing pinned dependencies from $1 (a few minutes the first time)"
    if ! {
      "$environment/bin/python" -m pip install --disable-pip-version-check \
        --require-hashes --requirement "$requirements" &&
        "$environment/bin/python" -m pip install --disable-pip-version-check \
          --no-deps --no-build-isolation --editable "$repository"
    } >"$environment/install.log" 2>&1; then
      tail -n 20 "$environment/install.log" >&2
      echo "Installing failed; the whole log is in .venv/install.log" >&2
      exit 3
    fi
    touch "$environment/bin/counterwatch"
    cp "$requirements" "$stamp"
  fi
  PATH="$environment/bin:$PATH"
}
