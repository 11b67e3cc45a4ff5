#!/usr/bin/env bash
# Gradescope runs this once, as root and with the network, when the zip is uploaded.
set -euo pipefail
source="${AUTOGRADER:-/autograder}/source"
home="${COURSE_HOME:-/opt/cs231n}"

apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends python3 python3-venv util-linux

# The image's own Python may be older than the course needs: uv then brings another, where every user can read it.
python3 -m venv "$home/uv"
"$home/uv/bin/pip" install --quiet uv
export UV_PYTHON_INSTALL_DIR="$home/python" UV_CACHE_DIR="$home/cache"
"$home/uv/bin/uv" venv --clear --python ">=3.11,<3.15" "$home/env"
install="$home/uv/bin/uv pip install --python $home/env/bin/python"
$install --require-hashes --requirement "$source/requirements.lock"
$install --no-deps "$source"/*.whl
rm -rf "$home/cache"

# What a student wrote runs as another user, who must not read the seed.
chmod -R go-rwx "$source"
