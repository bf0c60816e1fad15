#!/usr/bin/env bash
# Checks, tests and builds the dashboard's script and styles, but only when their sources changed since the last time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# One build at a time.
exec 9< package.json
flock 9

stamp=node_modules/.built
sources() {
  find src test scripts -type f -print0
  printf '%s\0' package.json package-lock.json tsconfig.json eslint.config.js .npmrc .prettierrc.json .prettierignore build-if-changed.sh
}
now=$(sources | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)

if [ -f dist/app.js ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  exit 0
fi

if ! command -v npm > /dev/null; then
  echo "npm is needed to build the dashboard: install Node 18 or newer (Debian: apt-get install nodejs npm)" >&2
  exit 1
fi

rm -f "$stamp"
lock=$(sha256sum package.json package-lock.json | sha256sum | cut -d' ' -f1)
if [ ! -f node_modules/.lock ] || [ "$(cat node_modules/.lock)" != "$lock" ]; then
  npm ci --no-progress --loglevel=error
  echo "$lock" > node_modules/.lock
fi
npm run --silent lint
npm run --silent test
npm run --silent build
echo "$now" > "$stamp"
