"""Checks what comes with iodose against deny.toml, and its unsafe code against docs/reliability.md. Reads `cargo metadata`."""

import json
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"


def is_allowed(licence: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression without exceptions can be met: one of alternatives, all of what is joined."""
    text = re.sub(r"\s*/\s*", " OR ", licence)
    # `Apache-2.0 WITH LLVM-exception` is Apache-2.0 with more rights.
    text = re.sub(r" WITH [\w.-]+", "", text)
    words = re.findall(r"[()]|[\w.+-]+", text)
    python = {"OR": "or", "AND": "and", "(": "(", ")": ")"}
    return bool(eval(" ".join(python.get(word, str(word in allowed)) for word in words)))  # noqa: S307 - of True and False alone


def wrong(packages: list[dict], rules: dict) -> list[str]:
    allowed = set(rules["licenses"]["allow"])
    skipped = [entry["crate"].split("@") for entry in rules["bans"]["skip"]]
    found, versions, used = [], defaultdict(list), set()
    for package in packages:
        name, version, source = package["name"], package["version"], package["source"]
        if not is_allowed(package["license"] or "none", allowed):
            found.append(f"{name} {version}: licence {package['license']}, expected {sorted(allowed)}")
        if source not in (None, CRATES_IO):
            found.append(f"{name} {version}: from {source}, expected crates.io")
        skip = next((n for n, (crate, start) in enumerate(skipped) if crate == name and f"{version}.".startswith(f"{start}.")), None)
        if skip is None:
            versions[name].append(version)
        else:
            used.add(skip)
    found += [f"{name}: versions {', '.join(all)}, expected one" for name, all in versions.items() if len(all) > 1]
    found += [f"deny.toml: bans.skip: {'@'.join(entry)} is not among the packages" for n, entry in enumerate(skipped) if n not in used]
    return found


def shipped(metadata: dict) -> list[dict]:
    """Packages that what is built comes with: not those of tests alone, as cargo-deny has it."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting, seen = list(metadata["workspace_members"]), set()
    while waiting:
        package = waiting.pop()
        if package not in seen:
            seen.add(package)
            waiting += [dep["pkg"] for dep in nodes[package]["deps"] if any(kind["kind"] != "dev" for kind in dep["dep_kinds"])]
    return [package for package in metadata["packages"] if package["id"] in seen]


def unsafe_files(root: Path) -> set[str]:
    """Files of this project with unsafe code outside comments."""
    sources = [*root.glob("src/**/*.rs"), *root.glob("crates/*/src/**/*.rs"), *root.glob("fuzz/**/*.rs")]
    is_unsafe = re.compile(r"^[^/\"]*\bunsafe\b\s*(\{|fn|impl|extern|\()", re.MULTILINE)
    return {str(path.relative_to(root)) for path in sources if is_unsafe.search(path.read_text())}


def main() -> None:
    root = Path(__file__).parents[2]
    rules = tomllib.loads((root / "deny.toml").read_text())
    packages = shipped(json.load(sys.stdin))
    found = wrong(packages, rules)
    listed = set(re.findall(r"`(crates/[\w/]+\.rs)`: unsafe", (root / "docs/reliability.md").read_text()))
    here = unsafe_files(root)
    found += [f"{path}: unsafe code that docs/reliability.md does not list" for path in sorted(here - listed)]
    found += [f"docs/reliability.md lists unsafe code in {path}, found none" for path in sorted(listed - here)]
    if found:
        sys.exit("\n".join(found))
    print(f"{len(packages)} packages: permissive licences, from crates.io, one version each but for those in deny.toml")
    print(f"unsafe code in {len(here)} files, as listed")


main()
