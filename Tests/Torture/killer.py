"""Runs a program and ends it at one of its system calls: at the Nth that changes something below a folder.

The program is traced with ptrace, and all of its threads count together, so that the Nth call is the same one
whichever thread makes it (strace counts each thread, and each call, on its own). A call at which the program is
killed is not made. Linux on x86-64, and the standard library alone.
"""

import ctypes
import os
import platform
import signal
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p]
LIBC.ptrace.restype = ctypes.c_long
TRACEME, SYSCALL, SETOPTIONS, GET_SYSCALL_INFO = 0, 24, 0x4200, 0x420E
# System calls are told from signals; threads and children are traced as well; none outlives the tracer.
OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x100000
FICLONE = 0x40049409
WRITABLE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# What changes something: its name, and where its path is: an open file ("f"), a path ("p"), or a folder and a path
# in it ("a"), and the place of that among the arguments.
CALLS = {
    1: ("write", "f", 0), 18: ("pwrite64", "f", 0), 20: ("writev", "f", 0), 74: ("fsync", "f", 0),
    75: ("fdatasync", "f", 0), 77: ("ftruncate", "f", 0), 285: ("fallocate", "f", 0), 91: ("fchmod", "f", 0),
    93: ("fchown", "f", 0), 190: ("fsetxattr", "f", 0), 199: ("fremovexattr", "f", 0), 16: ("ioctl", "f", 0),
    326: ("copy_file_range", "f", 2), 40: ("sendfile", "f", 0),
    2: ("open", "p", 0), 76: ("truncate", "p", 0), 82: ("rename", "p", 0), 83: ("mkdir", "p", 0), 84: ("rmdir", "p", 0),
    85: ("creat", "p", 0), 86: ("link", "p", 1), 87: ("unlink", "p", 0), 88: ("symlink", "p", 1),
    90: ("chmod", "p", 0), 92: ("chown", "p", 0), 94: ("lchown", "p", 0), 132: ("utime", "p", 0),
    188: ("setxattr", "p", 0), 189: ("lsetxattr", "p", 0), 197: ("removexattr", "p", 0),
    198: ("lremovexattr", "p", 0), 235: ("utimes", "p", 0),
    257: ("openat", "a", 0), 258: ("mkdirat", "a", 0), 260: ("fchownat", "a", 0), 261: ("futimesat", "a", 0),
    263: ("unlinkat", "a", 0), 264: ("renameat", "a", 0), 265: ("linkat", "a", 2), 266: ("symlinkat", "a", 1),
    268: ("fchmodat", "a", 0), 280: ("utimensat", "a", 0), 316: ("renameat2", "a", 0), 437: ("openat2", "a", 0),
    452: ("fchmodat2", "a", 0),
}


def ptrace(request, pid, address=0, data=0):
    if LIBC.ptrace(request, pid, address, data) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x}: {os.strerror(ctypes.get_errno())}")


def is_able():
    """What hinders; nothing where it can be done."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return "the numbers of system calls are known for Linux on x86-64 alone"
    return ""


class Tracee:
    """A traced program."""

    def __init__(self, words, folder, output):
        self.folder = os.path.realpath(folder)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
                null = os.open(os.devnull, os.O_RDONLY)
                os.dup2(null, 0)
                os.dup2(out, 1)
                os.dup2(out, 2)
                ptrace(TRACEME, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
                os.execv(words[0], words)
            finally:
                os._exit(127)
        os.waitpid(self.pid, 0)
        ptrace(SETOPTIONS, self.pid, 0, OPTIONS)
        self.threads = {self.pid}

    def string(self, address):
        """The text at an address."""
        with open(f"/proc/{self.pid}/mem", "rb", 0) as memory:
            memory.seek(address)
            # The page behind may not be there.
            found = memory.read(4096 - address % 4096)
            if b"\0" not in found:
                found += memory.read(4096)
        return os.fsdecode(found.split(b"\0", 1)[0])

    def opened(self, descriptor):
        if descriptor & 0xFFFFFFFF == 0xFFFFFF9C:  # AT_FDCWD
            return os.readlink(f"/proc/{self.pid}/cwd")
        try:
            return os.readlink(f"/proc/{self.pid}/fd/{descriptor & 0xFFFFFFFF}")
        except OSError:
            return ""

    def path(self, kind, place, arguments):
        if kind == "f":
            return self.opened(arguments[place])
        folder = os.readlink(f"/proc/{self.pid}/cwd")
        if kind == "a":
            folder, place = self.opened(arguments[place]), place + 1
        path = os.path.normpath(os.path.join(folder, self.string(arguments[place])))
        # The C library changes modes through the name of an open file.
        if path.startswith(("/proc/self/fd/", "/proc/thread-self/fd/")):
            return self.opened(int(path.rsplit("/", 1)[1]))
        return path

    def change(self, thread):
        """The call that a thread is about to make, if it changes something below the folder: its name, path and
        arguments."""
        info = ctypes.create_string_buffer(88)
        ptrace(GET_SYSCALL_INFO, thread, len(info), ctypes.addressof(info))
        if info.raw[0] != 1:  # Not on the way in.
            return None
        number, *arguments = struct.unpack_from("<7Q", info.raw, 24)
        if number not in CALLS:
            return None
        name, kind, place = CALLS[number]
        if name in ("open", "openat") and not arguments[place + (2 if kind == "a" else 1)] & WRITABLE:
            return None
        if name == "ioctl" and arguments[1] & 0xFFFFFFFF != FICLONE:
            return None
        path = self.path(kind, place, arguments)
        if path != self.folder and not path.startswith(self.folder + "/"):
            return None
        return name, os.path.relpath(path, self.folder), arguments

    def write_half(self, arguments):
        """Makes half of a `write`: what a process that was ended in the middle of it leaves."""
        descriptor, address, count = arguments[:3]
        with open(f"/proc/{self.pid}/mem", "rb", 0) as memory:
            memory.seek(address)
            body = memory.read(count // 2)
        file = os.open(f"/proc/{self.pid}/fd/{descriptor}", os.O_WRONLY | os.O_APPEND)
        os.write(file, body)
        os.close(file)


def run(words, folder, output, stop=0, half=False):
    """Runs `words` and kills it at call number `stop` that changes something below `folder`; with `half`, a write
    there is made by half. Gives the calls up to then, as names and paths, and how it ended: its exit status, or the
    negative number of a signal."""
    tracee = Tracee(words, folder, output)
    calls, ending = [], None
    ptrace(SYSCALL, tracee.pid)
    while tracee.threads:
        try:
            thread, status = os.waitpid(-1, 0x40000000)  # __WALL
        except ChildProcessError:
            break
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            tracee.threads.discard(thread)
            if thread == tracee.pid:
                ending = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
            continue
        stopped, passed = os.WSTOPSIG(status), 0
        if stopped == signal.SIGTRAP | 0x80:
            call = tracee.change(thread)
            if call:
                calls.append(call[:2])
                if len(calls) == stop:
                    if half:
                        tracee.write_half(call[2])
                    os.kill(tracee.pid, signal.SIGKILL)
                    continue
        elif stopped == signal.SIGTRAP or thread not in tracee.threads:
            # A new thread begins with a stop.
            tracee.threads.add(thread)
        else:
            passed = stopped
        try:
            ptrace(SYSCALL, thread, 0, passed)
        except ProcessLookupError:
            # It was killed meanwhile.
            pass
    return calls, ending
