"""Tokens a second and memory of our segmentation against plain SudachiPy, in one run.

    python -m benchmarks.segmentation [--rounds 7] [PLAN...]

Both get the blocks of the same plans (the bundled sample unless others are given) and read the same fields of
every word: dictionary form, normalised form, reading, part of speech, the short units of mode A, and whether
it is unknown. Plain SudachiPy takes block by block; ours finds the sentences first, repairs letters, keeps
words and sentences it has met, and adds the field's own dictionary. Each round runs in a process of its own,
the two by turns; times are CPU seconds after loading, the least of all rounds.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from extract.model import BlockKind
from extract.pipeline import layout, read_source
from extract.structure.assemble import assemble

SAMPLE = Path(__file__).parents[1] / "corpora" / "sample"
Block = tuple[BlockKind, str]


class Result(NamedTuple):
    tokens: int
    seconds: float
    load: float  # seconds
    memory: float  # MB at the peak, of the whole process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("plans", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=_SEGMENTERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(_measure(_SEGMENTERS[arguments.only], json.load(sys.stdin))))
        return
    plans = arguments.plans or [p for p in sorted(SAMPLE.iterdir()) if p.suffix in (".pdf", ".txt")]
    blocks = [block for plan in plans for block in _blocks(plan)]
    print(f"{len(plans)} plans, {len(blocks):,} blocks, {sum(len(text) for _, text in blocks):,} characters")
    rounds = [{name: _in_process(name, blocks) for name in _SEGMENTERS} for _ in range(arguments.rounds)]
    _report({name: [one[name] for one in rounds] for name in _SEGMENTERS})


def _blocks(plan: Path) -> list[Block]:
    source = read_source(plan)
    return [(placed.block.kind, placed.text) for placed in assemble(source, layout(source)).blocks]


def _in_process(name: str, blocks: Sequence[Block]) -> Result:
    command = [sys.executable, "-m", "benchmarks.segmentation", "--only", name]
    done = subprocess.run(command, input=json.dumps(blocks), capture_output=True, text=True, check=True)
    return Result(*json.loads(done.stdout))


def _measure(load: Callable[[], Callable[[Sequence[Block]], int]], blocks: Sequence[Block]) -> Result:
    begun = time.process_time()
    segment = load()
    loaded = time.process_time()
    tokens = segment(blocks)
    ended = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )
    return Result(tokens, ended - loaded, loaded - begun, peak)


def _report(results: dict[str, list[Result]]) -> None:
    print(f"{'':12}{'tokens':>9}{'CPU s':>9}{'tokens/s':>11}{'load s':>9}{'peak MB':>9}")
    for name, rounds in results.items():
        best = min(rounds, key=lambda r: r.seconds)
        load, memory = (min(getattr(r, field) for r in rounds) for field in ("load", "memory"))
        speed = best.tokens / best.seconds
        print(f"{name:12}{best.tokens:9,}{best.seconds:9.3f}{speed:11,.0f}{load:9.2f}{memory:9.0f}")
    plain, ours = (min(r.seconds for r in results[name]) for name in ("plain", "ours"))
    print(f"ours takes {ours / plain:.2f} times as long as plain SudachiPy")


# --- the two --------------------------------------------------------------------------------------


def _plain() -> Callable[[Sequence[Block]], int]:
    import sudachipy

    tokenizer = sudachipy.Dictionary(dict="core").tokenizer(mode=sudachipy.SplitMode.C)

    def segment(blocks: Sequence[Block]) -> int:
        rows = []
        for _, text in blocks:
            for m in tokenizer.tokenize(text):
                pos = m.part_of_speech()
                units = [u.surface() for u in m.split(sudachipy.SplitMode.A)]
                forms = (m.dictionary_form(), m.normalized_form(), m.reading_form(), pos[0], pos[1])
                rows.append((m.begin(), m.end(), m.surface(), *forms, units, m.is_oov()))
        return len(rows)

    return segment


def _ours() -> Callable[[Sequence[Block]], int]:
    from extract.segment.sentences import sentences
    from extract.segment.tokens import Tokenizer

    tokenizer = Tokenizer()

    def segment(blocks: Sequence[Block]) -> int:
        rows = []
        for kind, text in blocks:
            for start, end in sentences(text, kind):
                rows += tokenizer.tokenize(text[start:end])
        return len(rows)

    return segment


_SEGMENTERS = {"plain": _plain, "ours": _ours}

if __name__ == "__main__":
    main()
