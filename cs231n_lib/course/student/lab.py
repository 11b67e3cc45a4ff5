"""JupyterLab for students, opened on the start page, without instructors' tools."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

WORKSPACES = ".workspaces"
"""Subfolder in which JupyterLab stores which notebooks are open."""
DEFAULT_WORKSPACE = "default-37a8.jupyterlab-workspace"
"""JupyterLab's file name for the workspace "default", copied to avoid an import."""

# Settings that hide tools and logs. `kernels/` describes Python's kernel as ipykernel does, but with its log switched
# off, because otherwise each opened notebook would warn about unencrypted messages, which never leave the machine.
_HERE = Path(__file__).parents[1] / "jupyter"


def command(folder: Path, arguments: Sequence[str] = ()) -> list[str]:
    """Return the arguments of ``python`` that open JupyterLab's start page."""
    # Show only errors and the address to open, which JupyterLab logs as critical.
    options = [
        "--log-level=ERROR",
        "--LabApp.log_level=ERROR",
        f"--ServerApp.root_dir={folder.resolve()}",
        "--LabApp.default_url=/lab/tree/index.ipynb",
    ]
    options += [f"--LabApp.workspaces_dir={folder.resolve() / WORKSPACES}"]
    # JupyterLab refuses to run as root by default, but in a container the user is often root.
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return ["-m", "jupyterlab", *options, *arguments]


def environment() -> dict[str, str]:
    """Return the environment variables that JupyterLab needs."""
    names = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH")
    return {name: os.pathsep.join(filter(None, [str(_HERE), os.environ.get(name)])) for name in names}


def close_file_list(folder: Path) -> None:
    """Close the list of files at the first start, to leave room for lessons."""
    home = folder / WORKSPACES
    if home.exists():
        return
    left = {"collapsed": True, "visible": True, "current": None, "widgets": ["filebrowser"]}
    layout = {"layout-restorer:data": {"left": left, "relativeSizes": [0, 1, 0]}}
    home.mkdir(parents=True)
    text = json.dumps({"data": layout, "metadata": {"id": "default"}})
    (home / DEFAULT_WORKSPACE).write_text(text, encoding="utf-8")
