"""JupyterLab as a student needs it: on the start page, without instructors' tools, news and the list of files."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

WORKSPACES = ".workspaces"
"""Where JupyterLab remembers which notebooks are open, in a student's folder."""

# What the terminal and the menus leave out. In `kernels/` is Python's kernel as ipykernel describes it, but for its
# log: each notebook that is opened would warn that the kernel talks unencrypted, which on one machine is no news.
_HERE = Path(__file__).with_name("jupyter")


def command(folder: Path, arguments: Sequence[str] = ()) -> list[str]:
    """What follows ``python`` to open the folder's start page, with further arguments for JupyterLab."""
    # Only errors, and the address that is to be opened, which comes at a higher level still.
    options = [
        "--log-level=ERROR",
        "--LabApp.log_level=ERROR",
        f"--ServerApp.root_dir={folder.resolve()}",
        "--LabApp.default_url=/lab/tree/index.ipynb",
    ]
    options += [f"--LabApp.workspaces_dir={folder.resolve() / WORKSPACES}"]
    # In a container one is root, which JupyterLab takes for a mistake unless told otherwise.
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return ["-m", "jupyterlab", *options, *arguments]


def environment() -> dict[str, str]:
    """The environment variables that it needs besides."""
    names = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH")
    return {name: os.pathsep.join(filter(None, [str(_HERE), os.environ.get(name)])) for name in names}


def close_file_list(folder: Path) -> None:
    """Begin with the list of files closed: beside it the lessons are narrow. A layout of the student's own stays."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    home = folder / WORKSPACES
    if home.exists():
        return
    left = {"collapsed": True, "visible": True, "current": None, "widgets": ["filebrowser"]}
    layout = {"layout-restorer:data": {"left": left, "relativeSizes": [0, 1, 0]}}
    WorkspacesManager(str(home)).save("default", json.dumps({"data": layout, "metadata": {"id": "default"}}))
