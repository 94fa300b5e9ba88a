"""The packages and the compiled kernels; everything else about the build is in pyproject.toml."""

import os
import platform
import sys

from Cython.Build import cythonize
from setuptools import Extension, find_packages, setup

# A kernel is one line: its module in placement/_core. Hot ones are built again for x86-64-v3 and v4.
KERNELS = [
    "alteration",
    "annealing",
    "arrangement",
    "attachment",
    "class_rows",
    "classes",
    "contraction",
    "cpu",
    "customisation",
    "descent",
    "difference",
    "dijkstra",
    "disjoint",
    "ejection",
    "eligibility",
    "elimination",
    "ends",
    "failures",
    "gates",
    "geodesic",
    "globe",
    "greedy",
    "grouping",
    "lagrange",
    "meeting",
    "memory",
    "perfection",
    "pricing",
    "pruning",
    "uses",
    "walk",
]
HOT = [
    "class_rows",
    "classes",
    "customisation",
    "descent",
    "difference",
    "dijkstra",
    "eligibility",
    "elimination",
    "failures",
    "gates",
    "globe",
    "meeting",
    "pruning",
]

DEBUG = os.environ.get("PLACEMENT_DEBUG", "0") != "0"
X86 = platform.machine().lower() in {"x86_64", "amd64"} and sys.platform != "win32"

DIRECTIVES = {
    "language_level": "3",
    "binding": True,
    "autotestdict": False,
    "freethreading_compatible": True,
    "boundscheck": DEBUG,
    "initializedcheck": DEBUG,
    "wraparound": False,
    "cdivision": True,
    "show_performance_hints": not DEBUG,
}
# No fused multiply-add: where floats decide, both variants and every machine must round alike.
FLAGS = ["-O3", "-ffp-contract=off"]
LINK: list[str] = []
if DEBUG:
    LINK = ["-fsanitize=address,undefined"]
    FLAGS = [
        *LINK,
        "-O1",
        "-g",
        "-ffp-contract=off",
        "-fno-sanitize-recover=all",
        "-fno-omit-frame-pointer",
    ]


def variant(package: str, kernels: list[str], *flags: str) -> list[Extension]:
    """Return the kernels as modules of `package`, built with `flags` added."""
    extensions = [
        Extension(
            f"{package}.{kernel}",
            [f"placement/_core/{kernel}.pyx"],
            define_macros=[("Py_LIMITED_API", "0x030B0000")],
            extra_compile_args=[*FLAGS, *flags],
            extra_link_args=LINK,
            py_limited_api=True,
        )
        for kernel in kernels
    ]
    # One directory of C files a variant: they carry the module's name inside.
    return cythonize(extensions, build_dir=f"build/{package}", compiler_directives=DIRECTIVES)


modules = variant("placement._core", KERNELS)
if X86:
    for level in ("v3", "v4"):
        modules += variant(f"placement._core.{level}", HOT, f"-march=x86-64-{level}")
setup(
    packages=[*find_packages(include=["placement", "placement.*"]), "placement.data"],
    ext_modules=modules,
    options={
        "bdist_wheel": {"py_limited_api": "cp311"},
        "build_ext": {"parallel": os.cpu_count() or 1},
    },
)
