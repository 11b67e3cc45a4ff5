"""The filter of system calls, run by an interpreter of BPF for both machines and by the kernel for this one."""

import errno
import platform
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from classroom.test_sandbox import run

from cs231n_lib.classroom.kernels import sandbox
from cs231n_lib.classroom.kernels.sandbox import command, process_tree
from cs231n_lib.classroom.kernels.system_calls import (
    CONDITIONAL,
    MACHINES,
    Action,
    Step,
    allowed_numbers,
    assemble,
    compile_filter,
    filter_file,
    numbers,
)

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
REFUSED = """
    keyctl 250 219, add_key 248 217, request_key 249 218, shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190,
    semop 65 193, msgget 68 186, msgsnd 69 189, mq_open 240 180, memfd_create 319 279, memfd_secret 447 447, ptrace 101
    117, process_vm_readv 310 270, process_vm_writev 311 271, kcmp 312 272, pidfd_getfd 438 438, unshare 272 97, setns
    308 268, clone3 435 435, mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, open_tree 428 428,
    move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433, mount_setattr 442 442, bpf
    321 280, perf_event_open 298 241, userfaultfd 323 282, io_uring_setup 425 425, io_uring_enter 426 426,
    io_uring_register 427 427, io_setup 206 0, kexec_load 246 104, kexec_file_load 320 294, init_module 175 105,
    finit_module 313 273, delete_module 176 106, reboot 169 142, swapon 167 224, acct 163 89, syslog 103 116, quotactl
    179 60, fanotify_init 300 262, name_to_handle_at 303 264, open_by_handle_at 304 265, sendmsg 46 211, sendmmsg 307
    269, splice 275 76, vmsplice 278 75, tee 276 77, remap_file_pages 216 234, mbind 237 235, move_pages 279 239,
    settimeofday 164 170, clock_settime 227 112, sethostname 170 161, setuid 105 146, capset 126 91, seccomp 317 277
"""
"""Calls that must fail, with their numbers on x86-64 and arm64."""

UNIX, INET, INET6, NETLINK, PACKET, ALG, VSOCK = 1, 2, 10, 16, 17, 38, 40
ARGUMENTS: Sequence[tuple[str, tuple[int, ...], Action]] = (
    ("clone", (0x01200011,), Action.ALLOW),  # fork, as glibc calls it
    ("clone", (0x003D0F00,), Action.ALLOW),  # a thread
    *(("clone", (flag | 17,), Action.FORBIDDEN) for flag in (1 << 17, *(1 << bit for bit in range(25, 31)))),
    ("clone3", (0,), Action.UNKNOWN),
    ("ioctl", (0, 0x5413), Action.ALLOW),  # TIOCGWINSZ
    *(("ioctl", (0, request), Action.FORBIDDEN) for request in (0x5412, 0x541C, 0x5423)),
    ("ioctl", (0, 0x5412 | 1 << 40), Action.FORBIDDEN),  # of which the kernel reads the lower half
    ("personality", (0,), Action.ALLOW),
    ("personality", (0x0040000,), Action.FORBIDDEN),  # ADDR_NO_RANDOMIZE
    ("socket", (UNIX, 1, 0), Action.ALLOW),
    ("socket", (INET, 1, 0), Action.ALLOW),
    ("socket", (NETLINK, 3, 0), Action.ALLOW),
    *(("socket", (NETLINK, 3, protocol), Action.NO_FAMILY) for protocol in (4, 9, 12, 16)),
    *(("socket", (family, 3, 0), Action.NO_FAMILY) for family in (0, INET6, PACKET, ALG, VSOCK)),
    ("socketpair", (UNIX, 1, 0), Action.ALLOW),
    ("socketpair", (INET, 1, 0), Action.NO_FAMILY),
)


def decide(steps: Sequence[Step], audit: int, number: int, arguments: Sequence[int] = ()) -> int:
    """What a filter returns for a call, as the kernel runs it."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *arguments, *[7] * (6 - len(arguments)))
    at = loaded = 0
    while True:
        step = steps[at]
        if step.code == 0x06:
            return step.value
        if step.code == 0x20:
            (loaded,) = struct.unpack_from("<I", data, step.value)
            jump = 0
        elif step.code == 0x05:
            jump = step.value
        else:
            holds = {0x15: loaded == step.value, 0x35: loaded >= step.value, 0x45: loaded & step.value}[step.code]
            jump = step.yes if holds else step.no
        at += 1 + jump


def stored(name: str) -> list[Step]:
    return [Step(code, value, yes, no) for code, yes, no, value in struct.iter_unpack("<HBBI", program(name))]


def program(name: str) -> bytes:
    return filter_file(name).read_bytes()


@pytest.mark.parametrize("name", MACHINES)
def test_stored_filter_is_what_the_list_compiles_to(name: str) -> None:
    assert program(name) == assemble(compile_filter(MACHINES[name]))


@pytest.mark.parametrize("name", MACHINES)
def test_filter_decides_every_number_as_the_lists_say(name: str) -> None:
    machine = MACHINES[name]
    allowed, conditional = set(allowed_numbers(machine).values()), set(numbers(CONDITIONAL, machine).values())
    assert len(allowed) == len(allowed_numbers(machine))
    assert not allowed & conditional
    steps = stored(name)
    for number in {*range(1200), *(0x40000000 + n for n in range(600)), 2**32 - 1} - conditional:
        expected = Action.ALLOW if number in allowed else Action.UNKNOWN
        assert decide(steps, machine.audit, number) == expected, number


@pytest.mark.parametrize("name", MACHINES)
def test_filter_refuses_what_could_break_out(name: str) -> None:
    machine = MACHINES[name]
    refused = numbers(" ".join(REFUSED.split()), machine)
    assert len(refused) == 66
    got = {call: decide(stored(name), machine.audit, number) for call, number in refused.items()}
    assert got == dict.fromkeys(refused, Action.UNKNOWN)


@pytest.mark.parametrize("name", MACHINES)
def test_arguments_decide_alike_on_both_machines(name: str) -> None:
    machine = MACHINES[name]
    of = numbers(CONDITIONAL, machine)
    got = [(call, given, decide(stored(name), machine.audit, of[call], given)) for call, given, _ in ARGUMENTS]
    assert got == list(ARGUMENTS)


@pytest.mark.parametrize("name", MACHINES)
def test_call_in_another_machines_manner_kills(name: str) -> None:
    others = {0x40000003, 0x40000028} | {machine.audit for other, machine in MACHINES.items() if other != name}
    assert {decide(stored(name), audit, 0) for audit in others} == {Action.KILL}


@pytest.mark.parametrize("name", MACHINES)
def test_numbers_are_those_of_the_kernels_headers(name: str) -> None:
    if not HEADERS[name].exists():
        pytest.skip("the kernel's headers are not installed (Debian: apt-get install linux-libc-dev)")
    found = re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)$", HEADERS[name].read_text(), re.MULTILINE)
    known = {{"fstatat": "newfstatat"}.get(call, call): int(number) for call, number in found}
    machine = MACHINES[name]
    ours = allowed_numbers(machine) | numbers(CONDITIONAL, machine) | numbers(" ".join(REFUSED.split()), machine)
    assert {call: known[call] for call in ours if call in known} == {
        call: number for call, number in ours.items() if call in known
    }
    # A distribution's headers may be older than the newest calls.
    assert len(set(ours) - set(known)) <= 5


CALLS = """
import ctypes, errno, json, sys
call = ctypes.CDLL(None, use_errno=True).syscall
def tried(number, *given):
    ctypes.set_errno(0)
    result = call(ctypes.c_long(number), *map(ctypes.c_long, given))
    return errno.errorcode.get(ctypes.get_errno(), str(result))
"""
here = pytest.mark.skipif(platform.machine() not in MACHINES, reason="there is no filter for this machine")


@here
def test_sandboxed_process_cannot_make_a_refused_call(folder: Path) -> None:
    """With arguments that would be harmless: most of them mean nothing."""
    refused = numbers(" ".join(REFUSED.split()), MACHINES[platform.machine()])
    done = run(folder, f"{CALLS}print({{name: tried(number, -1, 0, 0) for name, number in {refused}.items()}})")
    assert done.stdout.strip() == str(dict.fromkeys(refused, "ENOSYS")), done.stderr


@here
def test_sandboxed_process_is_refused_by_arguments(folder: Path) -> None:
    of = numbers(CONDITIONAL, MACHINES[platform.machine()])
    refused = [(call, given, expected) for call, given, expected in ARGUMENTS if expected != Action.ALLOW]
    asked = [(of[call], *given) for call, given, _ in refused]
    done = run(folder, f"{CALLS}print([tried(*one) for one in {asked}])")
    assert done.stdout.strip() == str([errno.errorcode[expected & 0xFFFF] for *_, expected in refused]), done.stderr


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 has calls in the manner of 32 bits")
def test_sandboxed_process_dies_of_a_32_bit_call(folder: Path) -> None:
    code = (
        "import ctypes, mmap\nprint('starts', flush=True)\n"
        "code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "code.write(bytes.fromhex('b814000000cd80c3'))  # mov eax, 20; int 0x80; ret\n"
        "print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))())"
    )
    done = run(folder, code)
    assert (done.returncode, done.stdout) == (128 + signal.SIGSYS, "starts\n")


def test_sandboxed_program_needs_no_refused_call(folder: Path) -> None:
    """Threads, children, files, sockets and the course's libraries."""
    code = (
        "import concurrent.futures as f, multiprocessing as m, shutil, socket, subprocess, sys, tempfile, threading\n"
        "import matplotlib.pyplot as plt, numpy as np\n"
        "assert list(f.ThreadPoolExecutor(3).map(abs, [-1, 2])) == [1, 2]\n"
        "assert subprocess.run(['echo', 'x'], capture_output=True).stdout == b'x\\n'\n"
        "with m.get_context('fork').Pool(2) as pool: assert pool.map(abs, [-1, 2]) == [1, 2]\n"
        "with tempfile.TemporaryFile() as file: np.save(file, np.eye(3))\n"
        "open('a', 'w').write('x'); shutil.copy2('a', 'b'); shutil.move('b', 'c')\n"
        "one, two = socket.socketpair(); one.sendall(b'x'); assert two.recv(1) == b'x'\n"
        "np.linalg.svd(np.eye(200)); plt.plot([1, 2]); plt.savefig('p.png'); print('done')"
    )
    done = run(folder, code)
    assert done.stdout == "done\n", done.stderr


@here
def test_filter_that_a_kernel_refuses_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The self-test then says that it is missing."""
    broken = tmp_path / "broken.bpf"
    broken.write_bytes(b"x" * 8)
    monkeypatch.setattr(sandbox, "filter_file", lambda: broken)
    assert run(folder, "print(open('/proc/self/status').read().split('Seccomp:')[1][1])").stdout == "0\n"


def test_shell_runs_bubblewrap_without_a_second_process(folder: Path) -> None:
    """A kernel is the third process below the one that was started, as in `other_processes`."""
    program = command(folder, ("cs231n_lib",), [sys.executable, "-c", "print(1, flush=True); input()"], {})
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        names = [one.name() for one in process_tree(process.pid)]
        process.communicate("\n")
    assert names[:2] == ["bwrap", "bwrap"]
    assert len(names) == 3
