#!/usr/bin/env bash
# Gradescope runs this once, as root and with the network, when the zip is uploaded.
set -euo pipefail
source="${AUTOGRADER:-/autograder}/source"
home="${COURSE_HOME:-/opt/cs231n}"

if ! /usr/bin/python3 -c "import ensurepip, venv" || ! command -v setpriv prlimit >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends python3 python3-venv util-linux
fi

# If the course does not support the version of the image's Python, uv installs another where every user can read it.
# By default uv might find a Python in root's home, which the other user cannot read.
/usr/bin/python3 -m venv "$home/uv"
"$home/uv/bin/pip" install --quiet uv
export UV_PYTHON_INSTALL_DIR="$home/python" UV_CACHE_DIR="$home/cache"
if /usr/bin/python3 -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))"; then
    "$home/uv/bin/uv" venv --clear --python /usr/bin/python3 "$home/env"
else
    "$home/uv/bin/uv" venv --clear --managed-python --python 3.13 "$home/env"
fi
# Compile now. The other user cannot store compiled files, so each submission would have to compile them again.
install="$home/uv/bin/uv pip install --compile-bytecode --python $home/env/bin/python"
$install --require-hashes --requirement "$source/requirements.lock"
$install --no-deps "$source"/*.whl
rm -rf "$home/cache"

# A student's code runs as another user, who must not read the seed.
chmod -R go-rwx "$source"
setpriv --reuid=65534 --regid=65534 --clear-groups "$home/env/bin/python" -c "import cs231n_lib" ||
    { echo "The other user cannot run $home/env/bin/python." >&2; exit 1; }
