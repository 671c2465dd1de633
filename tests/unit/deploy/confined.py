"""Run a program as a container runs it: `confined.py PROFILE PROGRAM...`.

The user nobody, no new privileges, no capability, and the system calls of a seccomp profile in Docker's form.
Names given in the variable WITHOUT are taken out of the profile first.
"""

import ctypes
import json
import os
import sys
from pathlib import Path

import pyseccomp as seccomp

_NOBODY = 65534
_PR_SET_NO_NEW_PRIVS = 38
_ACTIONS = {"SCMP_ACT_ALLOW": seccomp.ALLOW}
_COMPARISONS = {"SCMP_CMP_NE": seccomp.NE, "SCMP_CMP_EQ": seccomp.EQ}


def confine(profile: dict, without: frozenset[str]) -> None:
    """Become nobody and load the profile's filter."""
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(profile["defaultErrnoRet"]))
    for group in profile["syscalls"]:
        arguments = [_argument(one) for one in group.get("args", ())]
        for name in set(group["names"]) - without:
            if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:  # another machine's otherwise
                rules.add_rule(_ACTIONS[group["action"]], name, *arguments)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    assert ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    rules.load()


def _argument(given: dict) -> seccomp.Arg:
    return seccomp.Arg(given["index"], _COMPARISONS[given["op"]], given["value"])


if __name__ == "__main__":
    confine(json.loads(Path(sys.argv[1]).read_text()), frozenset(os.environ.get("WITHOUT", "").split()))
    os.execvp(sys.argv[2], sys.argv[2:])
