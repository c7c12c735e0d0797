"""What a newcomer's first commands rest on: the Makefile and the lock files."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
LOCKS = [f"requirements{part}.lock" for part in ("", "-dev", "-build", "-release", "-synapse")]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {normal(re.match(r"[\w.-]+", line)[0]) for line in requirements}


def locked(lock: str) -> set[str]:
    return names([line for line in (ROOT / lock).read_text().splitlines() if re.match(r"\w", line)])


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", (ROOT / lock).read_text(), re.M))


def test_help_lists_every_target() -> None:
    targets = set(re.search(r"^\.PHONY: (help (?:.*\\\n)*.*)$", MAKEFILE, re.M)[1].replace("\\\n", " ").split())
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in told.splitlines()} == targets
    assert targets == set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))


def test_a_benchmark_without_a_name_is_refused_with_the_names() -> None:
    """Exit code 2 from make, and the message on stderr, for stdout is for figures."""
    done = subprocess.run(["make", "-s", "-o", ".venv/.ready", "bench"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "make bench BENCH=name" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry_and_no_place_on_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--(extra-)?index|find-links|(^|\s)/\w|file:", text, re.M)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_hashes(lock: str) -> None:
    blocks = re.split(r"\n(?=\w)", (ROOT / lock).read_text())[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", block), block[:60]
        assert "--hash=sha256:" in block, block[:60]


def test_the_locks_cover_what_the_project_declares() -> None:
    """A dependency added to pyproject.toml without `make lock` fails here, not on a newcomer's machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    runtime = names(project["project"]["dependencies"] + extras["postgres"])
    groups = project["dependency-groups"]
    assert runtime <= locked("requirements.lock")
    locked_dev = locked("requirements-dev.lock")
    assert runtime | names(extras["otel"] + groups["dev"] + groups["docs"] + groups["build"]) <= locked_dev
    building = names(groups["build"] + groups["sbom"])
    assert building <= locked("requirements-build.lock")
    assert building | names(groups["release"]) <= locked("requirements-release.lock")


def test_what_the_program_imports_is_declared_and_the_other_way_round() -> None:
    """What comes along with another package may leave with it; what nothing imports only costs."""
    known = packages_distributions()
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "monitor").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    tops = {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {"monitor"}
    tops.remove("opentelemetry")  # a name that the packages of the extra otel share
    imported = {normal(known[top][0]) for top in tops}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = names(project["dependencies"] + project["optional-dependencies"]["postgres"])
    not_imported = {"tzdata", "lxml-html-clean"}  # data, and what another package lacks
    assert imported - {"pydantic-core"} == declared - not_imported  # pydantic's own other half


@pytest.mark.parametrize(
    ("small", "large"), [("", "-dev"), ("-build", "-release")], ids=["the program's and ours", "building and releasing"]
)
def test_a_lock_and_the_one_that_includes_it_agree_on_versions(small: str, large: str) -> None:
    one, other = (pins(f"requirements{part}.lock") for part in (small, large))
    assert {name: other.get(name) for name in one} == one


@pytest.mark.parametrize("other", ["-build", "-release"])
def test_what_builds_a_release_is_what_we_work_with(other: str) -> None:
    ours, theirs = pins("requirements-dev.lock"), pins(f"requirements{other}.lock")
    both = ours.keys() & theirs.keys()
    assert "hatchling" in both
    assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}


@pytest.mark.parametrize(
    "script", ["scripts/setup", "scripts/lock", "scripts/environment", "scripts/sbom", "scripts/synapse", ".ci/run"]
)
def test_scripts_can_be_run_and_parse(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    shell = path.read_text().splitlines()[0].removeprefix("#!").split()[-1].rsplit("/", 1)[-1]
    subprocess.run([shell, "-n", str(path)], check=True)
