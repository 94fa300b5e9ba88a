"""The machine that something was measured on: no figure means anything without it."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["describe", "peak_bytes", "reset_peak"]

PACKAGES = ["placement", "ortools", "scipy", "numpy", "networkx", "Cython"]
PACKAGES += ["igraph", "networkit", "rustworkx", "pyroutingkit", "scikit-learn"]
STATUS = Path("/proc/self/status")


def describe() -> dict[str, object]:
    """Return processor, cores, memory, system and versions; no name of the machine or its user."""
    from placement._core import VARIANT

    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "load": [round(one, 2) for one in os.getloadavg()],
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "kernels": VARIANT,
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def reset_peak() -> int:
    """Forget the peak of this process's memory so far and return its memory now, in bytes; Linux."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


def peak_bytes() -> int:
    """Return the most memory that this process has had since `reset_peak`; 0 where unknown."""
    return _status("VmHWM")


def _status(field: str) -> int:
    if STATUS.exists():
        for line in STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    return 0
