"""System calls that a submission may make, compiled to a seccomp filter.

The kernel runs the filter, a program of classic BPF, before each system call of the sandbox. The list started from
Docker's default profile (``profiles/seccomp/default.json`` of moby) and omits what a lesson's kernel does not need.
Every other call fails with ENOSYS, as on a kernel that lacks it, so that libraries use their alternatives. The filters
are stored beside this module, so graders need no compiler. After a change, write them again with
``python -m cs231n_lib.classroom.kernels.system_calls``.

These calls are in Docker's list and not in this one:

- System V shared memory, semaphores and message queues, POSIX message queues and ``memfd_create``. No limit of the
  sandbox counts what they hold.
- ``sendmsg`` and ``sendmmsg``, because they can pass an open file to a socket, where nothing counts its bytes.
- ``ptrace``, ``process_vm_readv``, ``process_vm_writev`` and ``modify_ldt``, which no lesson needs.
- ``io_uring_setup``, ``io_setup``, ``splice``, ``vmsplice``, ``tee`` and ``remap_file_pages``, in which many
  vulnerabilities of the kernel were found.
- Calls that change the clock, the user, capabilities or further filters, which fail in the sandbox anyway.
"""

import errno
import platform
import struct
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from cs231n_lib.storage import write_files

ALLOWED = {
    "files and folders": """
        access 21 -, chdir 80 49, chmod 90 -, chown 92 -, close 3 57, close_range 436 436, copy_file_range 326 285,
        creat 85 -, dup 32 23, dup2 33 -, dup3 292 24, faccessat 269 48, faccessat2 439 439, fadvise64 221 223,
        fallocate 285 47, fchdir 81 50, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, fchown 93 55,
        fchownat 260 54, fcntl 72 25, fdatasync 75 83, fgetxattr 193 10, flistxattr 196 13, flock 73 32,
        fremovexattr 199 16, fsetxattr 190 7, fstat 5 80, fstatfs 138 44, fsync 74 82, ftruncate 77 46,
        futimesat 261 -, getcwd 79 17, getdents 78 -, getdents64 217 61, getxattr 191 8, inotify_add_watch 254 27,
        inotify_init 253 -, inotify_init1 294 26, inotify_rm_watch 255 28, lchown 94 -, lgetxattr 192 9, link 86 -,
        linkat 265 37, listxattr 194 11, llistxattr 195 12, lremovexattr 198 15, lseek 8 62, lsetxattr 189 6,
        lstat 6 -, mkdir 83 -, mkdirat 258 34, mknod 133 -, mknodat 259 33, newfstatat 262 79, open 2 -,
        openat 257 56, openat2 437 437, pread64 17 67, preadv 295 69, preadv2 327 286, pwrite64 18 68,
        pwritev 296 70, pwritev2 328 287, read 0 63, readahead 187 213, readlink 89 -, readlinkat 267 78,
        readv 19 65, removexattr 197 14, rename 82 -, renameat 264 38, renameat2 316 276, rmdir 84 -,
        sendfile 40 71, setxattr 188 5, stat 4 -, statfs 137 43, statx 332 291, symlink 88 -, symlinkat 266 36,
        sync_file_range 277 84, syncfs 306 267, truncate 76 45, umask 95 166, unlink 87 -, unlinkat 263 35,
        utime 132 -, utimensat 280 88, utimes 235 -, write 1 64, writev 20 66
    """,
    "memory": """
        brk 12 214, madvise 28 233, membarrier 324 283, mincore 27 232, mlock 149 228, mlock2 325 284,
        mlockall 151 230, mmap 9 222, mprotect 10 226, mremap 25 216, msync 26 227, munlock 150 229,
        munlockall 152 231, munmap 11 215, pkey_alloc 330 289, pkey_free 331 290, pkey_mprotect 329 288
    """,
    "waiting": """
        epoll_create 213 -, epoll_create1 291 20, epoll_ctl 233 21, epoll_pwait 281 22, epoll_pwait2 441 441,
        epoll_wait 232 -, eventfd 284 -, eventfd2 290 19, pause 34 -, pipe 22 -, pipe2 293 59, poll 7 -,
        ppoll 271 73, pselect6 270 72, select 23 -, signalfd 282 -, signalfd4 289 74
    """,
    "signals": """
        kill 62 129, pidfd_open 434 434, pidfd_send_signal 424 424, restart_syscall 219 128, rt_sigaction 13 134,
        rt_sigpending 127 136, rt_sigprocmask 14 135, rt_sigqueueinfo 129 138, rt_sigreturn 15 139,
        rt_sigsuspend 130 133, rt_sigtimedwait 128 137, rt_tgsigqueueinfo 297 240, sigaltstack 131 132,
        tgkill 234 131, tkill 200 130
    """,
    "processes and threads": """
        arch_prctl 158 -, execve 59 221, execveat 322 281, exit 60 93, exit_group 231 94, fork 57 -, futex 202 98,
        futex_waitv 449 449, get_robust_list 274 100, getpgid 121 155, getpgrp 111 -, getpid 39 172,
        getppid 110 173, getsid 124 156, gettid 186 178, prctl 157 167, rseq 334 293,
        sched_get_priority_max 146 125, sched_get_priority_min 147 126, sched_getaffinity 204 123,
        sched_getattr 315 275, sched_getparam 143 121, sched_getscheduler 145 120, sched_rr_get_interval 148 127,
        sched_setaffinity 203 122, sched_setattr 314 274, sched_setparam 142 118, sched_setscheduler 144 119,
        sched_yield 24 124, set_robust_list 273 99, set_tid_address 218 96, setpgid 109 154, setsid 112 157,
        vfork 58 -, wait4 61 260, waitid 247 95
    """,
    "facts about this process and the machine": """
        capget 125 90, getcpu 309 168, getegid 108 177, geteuid 107 175, getgid 104 176, getgroups 115 158,
        getitimer 36 102, getpriority 140 141, getrandom 318 278, getresgid 120 150, getresuid 118 148,
        getrlimit 97 163, getrusage 98 165, getuid 102 174, ioprio_get 252 31, prlimit64 302 261,
        setpriority 141 140, setrlimit 160 164, sysinfo 99 179, times 100 153, uname 63 160
    """,
    "time": """
        alarm 37 -, clock_getres 229 114, clock_gettime 228 113, clock_nanosleep 230 115, gettimeofday 96 169,
        nanosleep 35 101, setitimer 38 103, time 201 -, timer_create 222 107, timer_delete 226 111,
        timer_getoverrun 225 109, timer_gettime 224 108, timer_settime 223 110, timerfd_create 283 85,
        timerfd_gettime 287 87, timerfd_settime 286 86
    """,
    "sockets, whose family is tested below": """
        accept 43 202, accept4 288 242, bind 49 200, connect 42 203, getpeername 52 205, getsockname 51 204,
        getsockopt 55 209, listen 50 201, recvfrom 45 207, recvmmsg 299 243, recvmsg 47 212, sendto 44 206,
        setsockopt 54 208, shutdown 48 210
    """,
}
"""Allowed calls by purpose, with their numbers on x86-64 and arm64. A dash means that arm64 lacks the call."""

CONDITIONAL = "clone 56 220, clone3 435 435, ioctl 16 29, personality 135 92, socket 41 198, socketpair 53 199"
"""Calls that are allowed with certain arguments, in the same form. `_conditions` tests the arguments."""

NEW_NAMESPACES = 0x7E020000
"""Flags of ``clone`` that create a namespace. ``clone3`` has them in memory, which a filter cannot read."""

TIOCSTI, TIOCLINUX, TIOCSETD = 0x5412, 0x541C, 0x5423
"""Requests of ``ioctl`` that type into a terminal, or give it another protocol."""

AF_UNIX, AF_INET, AF_NETLINK, NETLINK_ROUTE = 1, 2, 16, 0
"""Families of sockets for ipykernel, which binds a port of the sandbox's loopback network and lists addresses."""


class Machine(NamedTuple):
    """Processor type, with its constant in ``audit.h`` and its column in the lists."""

    audit: int
    column: int


MACHINES = {"x86_64": Machine(0xC000003E, 1), "aarch64": Machine(0xC00000B7, 2)}
"""Machines by the name that ``platform.machine()`` returns."""


class Action(IntEnum):
    """What the kernel does with a call, from Linux's ``seccomp.h``."""

    ALLOW = 0x7FFF0000
    KILL = 0x80000000
    UNKNOWN = 0x00050000 | errno.ENOSYS
    FORBIDDEN = 0x00050000 | errno.EPERM
    NO_FAMILY = 0x00050000 | errno.EAFNOSUPPORT


class Step(NamedTuple):
    """Instruction of BPF. A jump skips ``yes`` or ``no`` instructions after it."""

    code: int
    value: int
    yes: int = 0
    no: int = 0


LOAD, JUMP, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
"""Codes of the instructions, from Linux's ``bpf_common.h``."""

_NUMBER, _AUDIT, _FIRST_ARGUMENT, _SECOND_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 24, 32
"""Offsets in ``seccomp_data``. Those of arguments point to the lower halves, which little-endian machines put first."""


def numbers(calls: str, machine: Machine) -> dict[str, int]:
    """Return the numbers of a list of calls on a machine, by name.

    >>> numbers("read 0 63, open 2 -", MACHINES["aarch64"])
    {'read': 63}
    """
    entries = [entry.split() for entry in calls.split(",")]
    return {entry[0]: int(entry[machine.column]) for entry in entries if entry[machine.column] != "-"}


def allowed_numbers(machine: Machine) -> dict[str, int]:
    """Return the numbers of all calls that are allowed with any arguments."""
    return {name: number for calls in ALLOWED.values() for name, number in numbers(calls, machine).items()}


def compile_filter(machine: Machine) -> list[Step]:
    """Compile a machine's filter, which kills processes that make 32-bit calls."""
    conditional = numbers(CONDITIONAL, machine)
    rules: dict[int, list[Step]] = {number: _end(Action.ALLOW) for number in allowed_numbers(machine).values()}
    rules |= {number: _conditions()[name] for name, number in conditional.items()}
    start = [Step(LOAD, _AUDIT), Step(EQUAL, machine.audit, 1), *_end(Action.KILL), Step(LOAD, _NUMBER)]
    return [*start, *_search(_ranges(rules))]


def _conditions() -> dict[str, list[Step]]:
    """Return the rules of the calls in `CONDITIONAL`."""
    return {
        "clone": [Step(LOAD, _FIRST_ARGUMENT), *_either(Step(ANY_BIT, NEW_NAMESPACES), Action.FORBIDDEN, Action.ALLOW)],
        "clone3": _end(Action.UNKNOWN),  # C libraries then use clone
        "ioctl": [
            Step(LOAD, _SECOND_ARGUMENT),
            *(Step(EQUAL, request, 3 - i) for i, request in enumerate((TIOCSTI, TIOCLINUX, TIOCSETD))),
            *_end(Action.ALLOW),
            *_end(Action.FORBIDDEN),
        ],
        "personality": [Step(LOAD, _FIRST_ARGUMENT), *_either(Step(EQUAL, 0), Action.ALLOW, Action.FORBIDDEN)],
        "socket": [
            Step(LOAD, _FIRST_ARGUMENT),
            Step(EQUAL, AF_UNIX, 5),
            Step(EQUAL, AF_INET, 4),
            Step(EQUAL, AF_NETLINK, 0, 2),
            Step(LOAD, _THIRD_ARGUMENT),
            Step(EQUAL, NETLINK_ROUTE, 1),
            *_end(Action.NO_FAMILY),
            *_end(Action.ALLOW),
        ],
        "socketpair": [Step(LOAD, _FIRST_ARGUMENT), *_either(Step(EQUAL, AF_UNIX), Action.ALLOW, Action.NO_FAMILY)],
    }


def _end(action: Action) -> list[Step]:
    return [Step(RETURN, action)]


def _either(test: Step, yes: Action, no: Action) -> list[Step]:
    return [test._replace(no=1), *_end(yes), *_end(no)]


def _ranges(rules: dict[int, list[Step]]) -> list[tuple[int, list[Step]]]:
    """Return each range of numbers with the same rule, by its first number."""
    found = [(0, _end(Action.UNKNOWN))]
    for number in sorted({0, *rules, *(number + 1 for number in rules)}):
        rule = rules.get(number, _end(Action.UNKNOWN))
        if rule != found[-1][1]:
            found.append((number, rule))
    return found[1:] if found[1:] and found[1][0] == 0 else found


def _search(ranges: Sequence[tuple[int, list[Step]]]) -> list[Step]:
    """Return a binary search for the loaded number, with at most seven comparisons."""
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle]), _search(ranges[middle:])
    # A conditional jump reaches 255 instructions, and an unconditional one any number.
    return [Step(AT_LEAST, ranges[middle][0], 0, 1), Step(JUMP, len(below)), *below, *above]


def assemble(steps: Sequence[Step]) -> bytes:
    """Return the steps as an array of Linux's ``struct sock_filter``."""
    return b"".join(struct.pack("<HBBI", step.code, step.yes, step.no, step.value) for step in steps)


def filter_file(machine: str = "") -> Path:
    """Return the path of a machine's filter, by default this machine's."""
    return Path(__file__).with_name(f"system_calls-{machine or platform.machine()}.bpf")


def write_filters() -> None:
    """Compile the filters of all machines again."""
    write_files({filter_file(name): assemble(compile_filter(machine)) for name, machine in MACHINES.items()})


if __name__ == "__main__":
    write_filters()
