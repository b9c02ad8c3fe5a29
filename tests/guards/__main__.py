"""`./run test --guards`: break each guard of sending in a copy of the tree, and demand that a test notices."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.guards.breakages import Breakage, load
from tests.guards.proving import Proof, copies, prove_all, run_tests


def main(arguments: list[str]) -> int:
    """0 when every breakage was caught, 1 when one was not or its text is gone, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="./run test --guards", description=__doc__)
    parser.add_argument("words", nargs="*", help="only breakages whose guard, rule or file has one of these words")
    parser.add_argument("-n", type=int, default=2, metavar="COUNT", help="so many at a time (default 2)")
    asked = parser.parse_args(arguments)
    chosen = [one for one in load() if _is_asked_for(one, asked.words)]
    if not chosen:
        parser.error("no breakage has any of these words")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="drip-guards-") as name:
        trees = copies(Path(name), max(1, min(asked.n, len(chosen))))
        if not _whole_tree_passes(chosen, trees):
            return 1
        proofs = [_told(proof) for proof in prove_all(chosen, trees)]
    caught = sum(proof.caught_by is not None for proof in proofs)
    _say(f"{caught} of {len(proofs)} breakages were caught, in {time.monotonic() - began:.0f} s")
    return 0 if caught == len(proofs) else 1


def _is_asked_for(breakage: Breakage, words: list[str]) -> bool:
    text = f"{breakage.guard} {breakage.rule} {breakage.file}".lower()
    return not words or any(word.lower() in text for word in words)


def _whole_tree_passes(chosen: list[Breakage], trees: list[Path]) -> bool:
    """A test that fails anyway proves nothing."""
    nodes = sorted({node for one in chosen for node in one.tests})
    _say(f"{len(chosen)} breakages; first their {len(nodes)} tests with every guard in place ...")
    ran = run_tests(nodes, trees[0], "-n", str(len(trees)))
    if ran.code != 0:
        _say(f"These must pass before anything is broken:\n{ran.output}")
    return ran.code == 0


def _told(proof: Proof) -> Proof:
    """One line of the table, as soon as it is known; more below it when it was not caught."""
    one = proof.breakage
    mark = "caught" if proof.caught_by else "MISSED"
    _say(f"{mark}  {proof.seconds:5.1f} s  {one.rule:<10} {one.guard:<68} {proof.caught_by or ''}".rstrip())
    if proof.caught_by is None:
        _say(f"        {one.file}: {proof.why}")
    return proof


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
