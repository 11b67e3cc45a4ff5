"""Broken and hostile submissions by kind. `ROOT` in a cell is the course's folder, `SEED_VARIABLE` the seed's variable.

Attacks keep the numbers under which they were first tried, so that none is lost.
"""

import json
from collections.abc import Callable, Mapping

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

Change = Callable[[NotebookNode], None]
Answers = Mapping[str, str]

RIGHT: Answers = {"double": "return 2 * x", "mean_square": "return scale * float(np.mean(x ** 2))"}
WRONG: Answers = {"double": "return x", "mean_square": "return 1e6"}
DOUBLE, MEAN, ALL = 40.0, 50.0, 90.0

_SEND = (
    "kernel = get_ipython().kernel\ndef send(kind, content):\n"
    "    kernel.session.send(kernel.iopub_socket, kind, content, parent=get_ipython().get_parent())\n"
)
_CALL = "import ctypes\ncall = ctypes.CDLL(None, use_errno=True)\n"
CELLS = {
    "a loop in a cell": "while True:\n    pass",
    "a loop that ignores interrupts": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "a sleep": "import time\ntime.sleep(1000)",
    "a memory bomb": "held = [bytearray(10**9) for _ in range(100)]",
    "exit()": "exit()",
    "quit": "quit",
    "os._exit": "import os\nos._exit(3)",
    "sys.exit": "import sys\nsys.exit(1)",
    "a segmentation fault": "import ctypes\nctypes.string_at(0)",
    "SIGSTOP": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "kills its parent": "import os\nos.kill(os.getppid(), 9)",
    "input()": "input()",
    "deep recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "prints without end": "for i in range(10**6):\n    print('x' * 100)",
    "prints 100 MB at once": "print('x' * 10**8)",
    "shows 60 MB of HTML": "from IPython.display import HTML, display\n"
    "for _ in range(60):\n    display(HTML('x' * 10**6))",
    "40 forks": "import os, time\nfor _ in range(40):\n"
    "    if os.fork() == 0:\n        time.sleep(1000)\n        os._exit(0)",
    "forks that go on": "import os\n[os.fork() for _ in range(12)]",
    "a fork, and a kernel that hangs": "import asyncio, os, time\nif os.fork() == 0:\n    time.sleep(1000)\n"
    "    os._exit(0)\nasyncio.get_running_loop().call_later(0.02, time.sleep, 1000)",
    "a detached process": "import subprocess\nsubprocess.Popen(['sleep', '1000'], start_new_session=True)",
    "deletes the gradebook": "import os\nos.remove('ROOT/gradebook.db')",
    "locks the gradebook": "import sqlite3\nheld = sqlite3.connect('ROOT/gradebook.db')\n"
    "held.execute('begin exclusive')",
    "takes others' marks away": "import sqlite3\ndb = sqlite3.connect('ROOT/gradebook.db')\n"
    "db.execute('update grade set manual_score = 0')\ndb.commit()",
    "deletes the course": "import shutil\nfor name in ('submitted', 'solutions', 'notebooks'):\n"
    "    shutil.rmtree('ROOT/' + name)",
    "rewrites the configuration": "open('ROOT/nbgrader_config.py', 'a').write('1 / 0')",
    "a startup file of IPython": "import pathlib\nfolder = pathlib.Path.home() / '.ipython/profile_default/startup'\n"
    "folder.mkdir(parents=True, exist_ok=True)\n(folder / 'x.py').write_text('import os; os._exit(1)')",
    "writes into the library": "import cs231n_lib\nopen(cs231n_lib.__file__, 'a').write('1 / 0')",
    "a file in the home": "import os\nopen(os.path.expanduser('~/canary'), 'w').write('x')",
    "closes every file": "import os\nos.closerange(0, 1000)",
    "opens 10,000 files": "held = [open('/dev/null') for _ in range(10_000)]",
    "fills the disk": "while True:\n    for i in range(100):\n"
    "        with open(f'{i}', 'wb') as file:\n            [file.write(bytes(10**7)) for _ in range(9)]",
    "folders in folders": "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')",
    "prints 10 GB": "for _ in range(100):\n    print('x' * 10**8)",
    "clears without end": "from IPython.display import clear_output\nfor i in range(10**6):\n    clear_output(True)",
    "an exit that sleeps": "import atexit, time\natexit.register(time.sleep, 1000)",
    "a thread that never ends": "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
    "blocks every signal": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nwhile True: pass",
    "a small limit of recursion": "import sys\nsys.setrecursionlimit(60)",
    "recursion without limit": "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
    "json is gone": "import json\njson.dumps = json.loads = None",
    "no modules": "import sys\nsys.modules.clear()",
    "time stands still": "import time\ntime.monotonic = time.time = time.perf_counter = lambda: 0.0",
    "empties the environment": "import os\nos.environ.clear()\nos.umask(0o777)",
    "its folder is gone": "import os\nos.makedirs('/tmp/a')\nos.chdir('/tmp/a')\nos.rmdir('/tmp/a')",
    "a display that is none": f"{_SEND}send('display_data', {{'data': 7, 'metadata': []}})",
    "an error without words": f"{_SEND}send('error', {{}})",
    "unsigned messages": f"{_SEND}kernel.session.key = b'another'\nsend('stream', {{'name': 'stdout', 'text': 'x'}})",
    "90,000 minus signs": "x = " + "-" * 90_000 + "1",
    "45,000 attributes": "x = np" + ".a" * 45_000,
    "half a character": "x = '\ud83d'",
    "System V shared memory": f"{_CALL}while call.shmget(0, 10**9, 0o1600) != -1: pass",
    "memory files without a name": "import os\nheld = [os.memfd_create(str(i)) for i in range(100)]\n"
    "for file in held:\n    os.write(file, bytes(9 * 10**7))",
    "files held by a socket": "import os, socket\none, other = socket.socketpair()\nfor _ in range(200):\n"
    "    file = os.open('held', os.O_CREAT | os.O_RDWR)\n    os.write(file, bytes(9 * 10**7))\n"
    "    socket.send_fds(one, [b'x'], [file])\n    os.close(file)\n    os.remove('held')",
    "fills the shared memory": "for i in range(100):\n    open(f'/dev/shm/{i}', 'wb').write(bytes(9 * 10**7))",
    "fills the temporary folder": "for i in range(100):\n    open(f'/tmp/{i}', 'wb').write(bytes(9 * 10**7))",
    "fills the buffers of sockets": "import socket\nheld = [socket.socketpair() for _ in range(100)]\n"
    "for one, _ in held:\n    one.setblocking(False)\n    one.send(bytes(10**6))",
    "a 32-bit call": "import ctypes, mmap\ncode = mmap.mmap(-1, 4096, prot=7)\n"
    "code.write(bytes.fromhex('b814000000cd80c3'))\n"
    "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()",
    "traces its parent": f"{_CALL}import os\ncall.ptrace(16, os.getppid(), 0, 0)\ncall.ptrace(24, os.getppid(), 0, 0)",
    "a namespace of its own": f"{_CALL}call.unshare(0x10000000 | 0x20000 | 0x40000000)",
    "a file system of its own": f"{_CALL}call.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
    "the keyring of the kernel": f"{_CALL}call.syscall(248, b'user', b'a', b'b' * 9999, 9999, -4)",
    "types into the terminal": "import fcntl, os\nfor file in range(3):\n"
    "    for letter in b'exit\\n':\n        fcntl.ioctl(file, 0x5412, bytes([letter]))",
}
"""Beside right answers, which keep their points."""

TAKES = {
    "reads keys in the home": "import os\nos.listdir('/root')",
    "reads the names of the class": "import os\nos.listdir('ROOT/submitted')",
    "reads another submission": "open('ROOT/submitted/00-a-right/01_demo/01_demo.ipynb').read()",
    "reads the gradebook": "open('ROOT/gradebook.db', 'rb').read()",
    "reads the solution": "open('ROOT/solutions/01_demo/01_demo.ipynb').read()",
    "reads the seed in the environment": "import os\nos.environ['SEED']",
    "reads the stored seed": "open('ROOT/grading/01_demo.seed').read()",
    "reads the environment of the grader": "import os\nfrom pathlib import Path\n"
    "read = Path(f'/proc/{os.getppid()}/environ').read_bytes()\nassert b'HOME=' in read or b'SEED' in read",
    "reaches the network": "import socket\nsocket.create_connection(('127.0.0.1', 22), 2)",
}
"""What a cell tries to take; if it got it, the answers are wrong."""

FUNCTIONS: Mapping[str, str] = {
    "a loop in a function": "while True:\n        pass",
    "a loop that catches everything": "while True:\n        try:\n            while True: pass\n"
    "        except BaseException: pass",
    "a sleep in a function": "import time; time.sleep(1000)",
    "a memory bomb in a function": "return [bytearray(10**9) for _ in range(100)]",
    "os._exit in a function": "import os; os._exit(3)",
    "sys.exit in a function": "import sys; sys.exit(1)",
    "exit() in a function": "exit()",
    "a segmentation fault in a function": "import ctypes; ctypes.string_at(0)",
    "SIGSTOP in a function": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "a fork bomb in a function": "import os\n    while True: os.fork()",
    "deep recursion in a function": "return double(x)",
    "input() in a function": "return float(input())",
    "raises what is no exception": "raise 1",
    "a list that holds itself": "a = []; a.append(a); return a",
    "a trillion zeros": "return np.broadcast_to(0.0, (10**12,))",
    "a gigabyte of text": "return 'x' * 10**9",
    "an endless iterator": "return iter(int, 1)",
    "a million lists in lists": "r = []\n    for _ in range(10**6): r = [r]\n    return r",
    "closes every file in a function": "import os; os.closerange(0, 1000); return 2 * x",
    "an error whose text fails": "class E(Exception):\n        def __str__(self): 1 / 0\n    raise E",
    "an error of 10 MB": "raise type('<b>' * 10**5, (Exception,), {})('x' * 10**7)",
    "a group of interrupts": "raise BaseExceptionGroup('x', [KeyboardInterrupt()])",
    "90,000 minus signs in an answer": "return " + "-" * 90_000 + "x",
}
"""The first answer, which loses its points; the second keeps its own."""


def cells(change: Callable[[list[NotebookNode]], list[NotebookNode]]) -> Change:
    def changed(notebook: NotebookNode) -> None:
        notebook.cells = change(notebook.cells)

    return changed


def marks(**marks: object) -> Change:
    def changed(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader |= marks

    return changed


def each_cell(change: Callable[[NotebookNode], None]) -> Change:
    def changed(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            change(cell)

    return changed


def tagged(cell: NotebookNode) -> None:
    cell.metadata["tags"] = ["skip-execution"]


def bare(cell: NotebookNode) -> None:
    cell.metadata = NotebookNode()


def unmarked(cell: NotebookNode) -> None:
    cell.metadata.pop("nbgrader", None)


def garbage(cell: NotebookNode) -> None:
    cell.metadata = NotebookNode(nbgrader={"grade": [], "cell_type": 7, "x": {"y": None}}, collapsed="perhaps")


def endless_numbers(cell: NotebookNode) -> None:
    cell.execution_count = float("inf")
    cell.metadata.get("nbgrader", {}).update(points=float("nan"))


def check_as(kind: str) -> Change:
    def changed(cell: NotebookNode) -> None:
        if cell.id == "check_double":
            cell.cell_type = kind

    return each_cell(changed)


def minor(number: int) -> Change:
    """As an older program of nbformat 4 writes it: before 4.5 without ids."""

    def changed(notebook: NotebookNode) -> None:
        notebook.nbformat_minor = number
        for cell in notebook.cells:
            if number < 5:
                cell.pop("id", None)

    return changed


def another_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"name": "julia", "display_name": "Julia", "language": "julia"}


def from_colab(notebook: NotebookNode) -> None:
    minor(0)(notebook)
    notebook.metadata = NotebookNode(
        colab={"provenance": []}, kernelspec={"name": "python3", "display_name": "Python 3"}
    )


NOTEBOOKS: Mapping[str, Change] = {
    "schema_version 1": marks(schema_version=1),
    "schema_version 99": marks(schema_version=99),
    "grade is false": marks(grade=False),
    "solution is true": marks(solution=True),
    "other points": marks(points=1000),
    "marks of another kind": marks(grade="yes", points=[], cell_type={}),
    "a tag that skips": each_cell(tagged),
    "no metadata": each_cell(bare),
    "no marks of nbgrader": each_cell(unmarked),
    "garbage metadata": each_cell(garbage),
    "another kernel": another_kernel,
    "checks removed": cells(lambda c: [x for x in c if not x.id.startswith("check_")]),
    "a check on top": cells(lambda c: sorted(c, key=lambda x: x.id != "check_double")),
    "a check as Markdown": check_as("markdown"),
    "a check as raw": check_as("raw"),
    "copied cells": cells(lambda c: [*c, *[NotebookNode(x, id=f"{x.id}-2") for x in c]]),
    "3000 cells": cells(lambda c: [*c, *[new_code_cell(f"{i}") for i in range(3000)]]),
    "nbformat 4.0, as of Colab": from_colab,
    "nbformat 4.4": minor(4),
    "nbformat 4.9": minor(9),
    "the same id everywhere": each_cell(lambda cell: cell.update(id="same")),
    "in reverse": cells(lambda c: c[::-1]),
    "20 MB of metadata": lambda notebook: notebook.metadata.update(x="y" * 20_000_000),
    "NaN and Infinity": each_cell(endless_numbers),
    "a source of numbers": cells(lambda c: [*c, NotebookNode(c[1], source=[1, {}, None], metadata={})]),
    "cells that are texts": cells(lambda c: ["text", *c, 7, None]),
    "halves of characters": each_cell(lambda cell: cell.update(source=f"{cell.source}\n# \ud83d")),
    "lines as of Windows": each_cell(lambda cell: cell.update(source=cell.source.replace("\n", "\r\n"))),
    "a megabyte of brackets": cells(lambda c: [*c, new_markdown_cell("[" * 1_000_000)]),
    "outputs of 30 MB": lambda notebook: notebook.cells[1].outputs.append(
        new_output("stream", name="stdout", text="x" * 30_000_000)
    ),
}
"""Of right answers, which keep their points."""


def nbformat_3(text: str) -> bytes:
    document = json.loads(text)
    for cell in document["cells"]:
        cell["input"] = cell.pop("source")
        cell["language"] = "python"
        cell.pop("id", None)
        if cell["cell_type"] != "code":
            cell["source"] = cell.pop("input")
    return json.dumps(
        {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": document["cells"]}]}
    ).encode()


FILES: Mapping[str, Callable[[str], bytes]] = {
    "a byte order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "Latin-1": lambda text: text.encode("latin-1", "replace"),
    "nbformat 3": nbformat_3,
    "nbformat 5": lambda text: json.dumps(json.loads(text) | {"nbformat": 5}).encode(),
}
UNREADABLE: Mapping[str, tuple[Callable[[str], bytes], str]] = {
    "truncated": (lambda text: text[:-300].encode(), "the file ends in the middle"),
    "empty": (lambda text: b"", "it is empty"),
    "a web page": (lambda text: b"<!DOCTYPE html><title>Sign in</title>", "it is damaged or not a notebook"),
    "[1, 2, 3]": (lambda text: b"[1, 2, 3]", "it is not a notebook"),
    "marks of a merge": (lambda text: b"<<<<<<< HEAD\n" + text.encode(), "it contains merge conflict markers"),
    "nested too deeply": (lambda text: text[:-1].encode() + b', "x": ' + b"[" * 10**6, "it is nested too deeply"),
    "10,000 cells": (
        lambda text: json.dumps({"cells": [{"cell_type": "code", "source": "1"}] * 10_000}).encode(),
        "it has 10000 cells, but at most 5010 are read",
    ),
    "no cells": (lambda text: b'{"cells": []}', "it contains none of the lesson's exercises"),
    "60 MB": (
        lambda text: text.encode().ljust(60_000_000),
        "01_demo.ipynb has 60,000,000 bytes, but at most 50,000,000 are read",
    ),
}


def attack(before: str, **answers: str) -> tuple[str, Answers]:
    return before, {**WRONG, **answers}


_REF = "from course_lessons.demo import checks as published"
_BORROW = {"double": "return borrowed['double'](x)", "mean_square": "return borrowed['mean_square'](x, scale)"}
ATTACKS: Mapping[str, tuple[str, Answers]] = {
    "01 rebind checks": attack("class checks:\n    double = mean_square = staticmethod(lambda: 90.0)"),
    "02 patch np.isclose": attack("np.isclose = np.allclose = np.array_equal = lambda *a, **k: True"),
    "03 always-equal objects": attack(
        "class Same(float):\n    __eq__ = __le__ = __ge__ = lambda *a: True\n    __ne__ = lambda *a: False\n"
        "    __hash__ = None\n    __array__ = lambda *a, **k: np.ones(5)",
        double="return Same(1)", mean_square="return Same(1)",
    ),
    "04 the library's function as source": attack("", double="return checks.double.reference(x)"),
    "05 frame walk": attack(
        "import sys\ndef walk():\n    frame = sys._getframe()\n    while frame := frame.f_back:\n"
        "        for value in list(frame.f_locals.values()):\n"
        "            if type(value).__name__ in ('Run', 'Exercise', 'LocalRunner'):\n"
        "                type(value).__call__ = lambda *a, **k: 90.0",
        double="walk(); return x",
    ),
    "06 fake execute_result": attack("get_ipython().displayhook(40.0)"),
    "07 set_custom_exc": attack("get_ipython().set_custom_exc((BaseException,), lambda *a, **k: print(40.0))"),
    "08 ast transformer": attack(
        "import ast\nclass Forty(ast.NodeTransformer):\n"
        "    def visit_Expr(self, node): return ast.Expr(ast.Constant(40.0))\n"
        "get_ipython().ast_transformers.append(Forty())"
    ),
    "09 input transformer": attack("get_ipython().input_transformers_post.append(lambda lines: ['40.0\\n'])"),
    "10 pre_run_cell hook": attack("get_ipython().events.register('pre_run_cell', lambda *a: vars(checks).clear())"),
    "11 SystemExit": attack("", double="raise SystemExit(40.0)"),
    "12 os._exit": attack("", double="import os; os._exit(0)"),
    "14 own manual_score": attack(
        "import sqlite3\ndb = sqlite3.connect('ROOT/gradebook.db')\ndb.execute('update grade set manual_score = 40')\n"
        "db.commit()"
    ),
    "15 exec the solution": attack(
        "import json\nfor cell in json.load(open('ROOT/solutions/01_demo/01_demo.ipynb'))['cells']:\n"
        "    exec(''.join(cell['source']))"
    ),
    "16 thread rebinds": attack(
        "import threading, time\ndef again():\n    while True:\n"
        "        vars(checks).clear()\n        time.sleep(0.01)\n"
        "threading.Thread(target=again, daemon=True).start()"
    ),
    "17 hijack do_execute": attack(
        "kernel = get_ipython().kernel\nasync def reply(*a, **k):\n"
        "    get_ipython().displayhook(40.0)\n    return {'status': 'ok', 'execution_count': 1, 'payload': [],"
        " 'user_expressions': {}}\nkernel.do_execute = reply"
    ),
    "19 replace references": attack(
        f"{_REF}\nimport dataclasses\nfor name in ('double', 'mean_square'):\n"
        "    object.__setattr__(getattr(published, name), 'reference', lambda *a, **k: 1e6)"
    ),
    "20 swap a reference's code": attack(
        f"{_REF}\npublished.double.reference.__code__ = (lambda x: x).__code__\n"
        "published.mean_square.reference.__code__ = (lambda x, scale=0.5: 1e6).__code__"
    ),
    "21 meta_path hook": attack("import sys\nsys.meta_path.insert(0, None)"),
    "22 builtins.__import__": attack("import builtins\nbuiltins.__import__ = lambda *a, **k: checks"),
    "23 cs231n_lib.__path__": attack("import cs231n_lib\ncs231n_lib.__path__ = ['/tmp']"),
    "24 display formatter by name": attack(
        "get_ipython().display_formatter.formatters['text/plain'].for_type_by_name("
        "'cs231n_lib.checks.report', 'Result', lambda *a: '40.0')"
    ),
    "25 interactivity none and a fake result": attack(
        "shell = get_ipython()\ndef before(*a):\n"
        "    shell.ast_node_interactivity = 'none'\n    shell.displayhook(40.0)\n"
        "shell.events.register('pre_run_cell', before)"
    ),
    "26 session.send rewritten": attack(
        "session = get_ipython().kernel.session\nsend = session.send\n"
        "def forged(stream, kind, content=None, *a, **k):\n"
        "    if isinstance(content, dict) and 'data' in content:\n        content['data'] = {'text/plain': '40.0'}\n"
        "    return send(stream, kind, content, *a, **k)\nsession.send = forged"
    ),
    "28 changes hashlib": attack("import hashlib\nhashlib.sha256 = hashlib.md5"),
    "31 an earlier thread": attack(
        f"{_REF}\nimport queue, threading\nasked, told = queue.Queue(), queue.Queue()\n"
        "def work():\n    while True:\n        told.put(published.double.reference(asked.get()))\n"
        "threading.Thread(target=work, daemon=True).start()",
        double="raise RuntimeError('the thread is forbidden to call it')",
    ),
    "33 looks up what is expected": attack(
        "import sys\ndef look():\n    frame = sys._getframe()\n    while frame := frame.f_back:\n"
        "        if 'expected' in frame.f_locals:\n            return frame.f_locals['expected']\n    return 1e6",
        double="return look()", mean_square="return look()",
    ),
    "34 gc callback": attack(
        "import gc, sys\ndef look(*a):\n    frame = sys._getframe()\n    while frame := frame.f_back:\n"
        "        if 'actual' in frame.f_locals and 'expected' in frame.f_locals:\n"
        "            frame.f_locals['actual'] = frame.f_locals['expected']\ngc.callbacks.append(look)\n"
        "gc.set_threshold(1)"
    ),
    "35 builtins.all": attack("import builtins\nbuiltins.all = builtins.any = lambda *a: True"),
    "36 builtins.round": attack("import builtins\nbuiltins.round = lambda *a: 40.0"),
    "37 dataclass poisoned": attack(
        "import dataclasses, sys\ndataclasses.dataclass = lambda *a, **k: (lambda cls: cls)\n"
        "for name in [n for n in sys.modules if n.startswith('cs231n_lib')]:\n    del sys.modules[name]"
    ),
    "38 tolerance through frames": attack(
        "import gc\ndef widen():\n    for thing in gc.get_objects():\n        if hasattr(thing, 'tolerance'):\n"
        "            object.__setattr__(thing, 'tolerance', 1e9)",
        double="widen(); return x",
    ),
    "39 atexit writes the gradebook": attack(
        "import atexit, sqlite3\ndef last():\n    db = sqlite3.connect('ROOT/gradebook.db')\n"
        "    db.execute('update grade set auto_score = 40')\n    db.commit()\natexit.register(last)"
    ),
    "40 raises Violation": attack("", double="from cs231n_lib.checks.declare import Violation; raise Violation('')"),
    "41 KeyboardInterrupt": attack("", double="raise KeyboardInterrupt"),
    "42 time limit": attack(
        "", double="from cs231n_lib.checks.run.time_limit import TimeLimitReached; raise TimeLimitReached"
    ),
    "the engine changed": attack("from cs231n_lib.checks import Exercise\nExercise.__call__ = lambda self, *a: 90.0"),
    "the remote end changed": attack("import cs231n_lib.checks.remote.runner as r\nr.serve = lambda *a: None"),
}  # fmt: skip
"""Before or in wrong answers, which stay without points."""

FORGED_FILES: Mapping[str, Change] = {
    "13 skip-execution tag": each_cell(tagged),
    "18 checks deleted": cells(lambda c: [x for x in c if not x.id.startswith("check_")]),
    "44 points 1000": marks(points=1000),
    "45 solution is true": marks(solution=True),
    "46 outputs kept": each_cell(
        lambda cell: (
            cell.get("outputs", []).append(new_output("execute_result", {"text/plain": "40.0"}))
            if cell.id.startswith("check_")
            else None
        )
    ),
}
"""Of wrong answers, which stay without points."""

BORROWED: Mapping[str, tuple[str, Answers]] = {
    "27 the public seed, played back": attack("import os\nos.environ.pop('NBGRADER_EXECUTION', None)"),
    "29 gc: the code of a reference": attack(
        f"{_REF}\nfrom types import FunctionType\n"
        "borrowed = {n: FunctionType(f.__code__, {'float': float, 'len': len}, argdefs=f.__defaults__)\n"
        "            for n, f in ((n, getattr(published, n).reference) for n in ('double', 'mean_square'))}",
        **_BORROW,
    ),
    "30 the reference, without a profile": attack(
        f"{_REF}\nimport sys\ndef free(f):\n    def call(*a):\n        sys.setprofile(None)\n        return f(*a)\n"
        "    return call\nborrowed = {n: free(getattr(published, n).reference) for n in ('double', 'mean_square')}",
        **_BORROW,
    ),
    "32 the reference in a fork": attack(
        f"{_REF}\nimport os, pickle\ndef forked(f):\n    def call(*a):\n        there, here = os.pipe()\n"
        "        if os.fork() == 0:\n            os.write(here, pickle.dumps(f(*a)))\n            os._exit(0)\n"
        "        os.wait()\n        return pickle.loads(os.read(there, 1 << 16))\n    return call\n"
        "borrowed = {n: forked(getattr(published, n).reference) for n in ('double', 'mean_square')}",
        **_BORROW,
    ),
    "43 the body copied": attack("", double="return x + x", mean_square="return scale * float(np.mean(x ** 2))"),
}
"""The published solution under another name: it earns what it is worth, as nobody can prevent, and no more."""

_SERVE = """\
import json, pickle, socket, struct
import numpy as np
import cs231n_lib.checks.remote.runner as remote
def block(*blocks):
    return struct.pack(f"<I{len(blocks)}Q", len(blocks), *map(len, blocks)) + b"".join(blocks)
def answer(value, **more):
    said = {"value": value, "arguments": {"list": []}, "error": {"plain": None}, "line": {"plain": ""},
            "used_forbidden": {"plain": False}, "printed": {"plain": ""}, "warned": {"list": []}} | more
    return json.dumps({"list": [{"dict": [[{"plain": k}, v] for k, v in said.items()]}] * len(cases)}).encode()
def serve_at(address, checks, name):
    global cases
    line = socket.socket(socket.AF_UNIX)
    line.connect(address)
    remote.send_data(line, {"problem": None, "lambda": False})
    while (request := pickle.loads(remote.receive(line)[0]))[0] != "end":
        cases = request[1] if request[0] == "call" else []
        n = len(cases[0].args) + len(cases[0].kwargs) if cases else 0
        unchanged = {"list": [{"foreign": "same"}] * n}
        REPLY
remote.serve_at = serve_at
"""
PROTOCOL: Mapping[str, tuple[str, Answers]] = {
    name: attack(_SERVE.replace("REPLY", reply))
    for name, reply in {
        "forged reply: a result": "line.sendall(block(json.dumps({'points': 40.0, 'passed': True}).encode()))",
        "forged reply: 90 points": "line.sendall(block(answer({'plain': 90.0}, points={'plain': 90.0})))",
        "endless calls back": "line.sendall(block(json.dumps({'dict': [[{'plain': 'callback'}, {'plain': 0}],"
        " [{'plain': 'args'}, {'list': []}], [{'plain': 'kwargs'}, {'dict': []}]]}).encode()) * 100)",
        "a header of 2^60 bytes": "line.sendall(struct.pack('<IQ', 1, 1 << 60))",
        "a header of 2^32 blocks": "line.sendall(b'\\xff' * 4096)",
        "a million nested lists": "line.sendall(block(b'{\"list\": [' * 10**6))",
        "a pickle with code": "line.sendall(block(b\"cos\\nsystem\\n(S'touch ROOT/pwned'\\ntR.\"))",
        "an array of objects": "line.sendall(block(answer({'array': ['|O', [1], 1]}), bytes(8)))",
        "an array larger than its block": "line.sendall(block(answer({'array': ['<f8', [10**9], 1]}), bytes(8)))",
        "a block that is not there": "line.sendall(block(answer({'array': ['<f8', [1], 99]})))",
        "a rewound generator": "line.sendall(block(answer({'plain': 1.0}, arguments={'list': [{'rng': {'state':"
        " {'state': 0}, 'has_uint32': 0, 'uinteger': 0}}] * n})))",
        "HTML for a type's name": "line.sendall(block(answer({'foreign': '<script>alert(1)</script>'},"
        " arguments=unchanged)))",
        "an error that is no exception": "line.sendall(block(answer({'plain': None}, arguments=unchanged,"
        " error={'list': [{'plain': 'KeyboardInterrupt'}, {'plain': False}, {'list': []}]})))",
        "answers to fewer calls": "cases = cases[1:]; line.sendall(block(answer({'plain': 1.0}, arguments=unchanged)))",
        "answers to more calls": "cases = cases * 2; line.sendall(block(answer({'plain': 1.0}, arguments=unchanged)))",
        "a closed socket": "line.close(); return",
        "half a message": "line.sendall(block(answer({'plain': 1.0}))[:20]); line.shutdown(socket.SHUT_WR); return",
        "a byte a second": "[(line.sendall(b'\\x01'), __import__('time').sleep(1)) for _ in range(100)]",
        "NaN for every number": "line.sendall(block(answer({'plain': float('nan')}, arguments=unchanged)))",
        "another's socket kept open": "held = globals().setdefault('held', []); held.append(line); return",
    }.items()
}
"""What a process that speaks the protocol itself sends to the checks; none reaches them."""
HONEST = attack(
    _SERVE.replace(
        "REPLY",
        "given = [[*case.args, *case.kwargs.values()] for case in cases]\n        "
        "remote.send_data(line, [{'value': 2 * one[0], 'arguments': one, 'error': None, 'line': '',"
        " 'used_forbidden': False, 'printed': '', 'warned': []} for one in given])",
    )
)
"""Such a process that sends right answers to the first exercise: it earns them, so the others are truly heard."""

_FAKE = '<div style="background: white; height: 1500px; width: 1500px">✓ 8 of 8 points</div>'
_WHITE = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="
COVERS = (
    f'<div style="height: 0; opacity: .99">{_FAKE}</div>',
    f'<div style="display: flex; align-items: flex-end; height: 0; opacity: .99">{_FAKE}</div>',
    f'<div style="margin-top: -900px; opacity: .99">{_FAKE}</div>',
    f'<div style="height: 0"><img src="{_WHITE}" alt="8 of 8" style="width: 1500px; height: 1500px"></div>',
    f'<div style="line-height: 0; height: 0; opacity: .5"><p style="font-size: 900px">8 of 8</p>{_FAKE}</div>',
    f'<span style="vertical-align: 700px; opacity: .99">{_FAKE}</span>',
    f'<table style="height: 0; opacity: .99; width: 9000px"><tr><td style="padding: 800px">{_FAKE}</td></tr></table>',
    f'<div style="position: fixed; top: 0; left: 0; z-index: 9">{_FAKE}</div>',
    '<div class="seal-0123abce"><div>✓ 8 of 8 points</div></div>',
    '<div style="border: 2px solid #0073b3">Report of the check, seal 01234567<br>✓ 8 of 8 points</div>',
)
"""What a cell shows to cover, move or imitate the report of a check."""
