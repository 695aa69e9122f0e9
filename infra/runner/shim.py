"""Becomes another program, tied to the life of whoever started it.

usage: python -I -S shim.py SIGNAL USERNS PARENT COMMAND…

SIGNAL is sent to the program when the starting process dies (Linux; 0 for none). USERNS=1 puts the program, when root
starts it, into a user namespace of its own where it is an ordinary user: PostgreSQL refuses to run as root. PARENT is
the pid that must still be the parent, so that a parent that died in between leaves nothing behind (0: not checked).
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
INSIDE_ID = 1000


def enter_user_namespace() -> None:
    if sys.platform != "linux":
        sys.exit("PostgreSQL does not run as root: run ./bangfu as an ordinary user.")
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        sys.exit(
            f"cannot leave root: {os.strerror(ctypes.get_errno())} (user namespaces are refused here). Run ./bangfu "
            "as an ordinary user, or give the URL of a PostgreSQL server's administrator: BANGFU_POSTGRES_ADMIN_URL."
        )
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{INSIDE_ID} {uid} 1"),
        ("gid_map", f"{INSIDE_ID} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as f:
            f.write(text)


def main(argv: list[str]) -> None:
    signal, userns, parent, command = int(argv[0]), argv[1] == "1", int(argv[2]), argv[3:]
    if userns and os.getuid() == 0:
        enter_user_namespace()
    # After the namespace: a change of credentials clears it.
    if signal and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if parent and os.getppid() != parent:
        sys.exit("the starting process is gone")
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as e:
        sys.exit(f"cannot run {command[0]}: {e.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
