"""Accuracy and speed of reading messages beside peers, in one run, on the same content and messages.

`python -m bench.reading` writes `docs/reading.md` and `docs/reading.png`. Every reader runs in a process of its own, on
one core. More titles than the catalogue holds are made by joining halves of its titles.
"""

import argparse
import json
import multiprocessing
import os
import random
import resource
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from knowledge.load import Content, load
from knowledge.understand import known_texts

ROOT = Path(__file__).parents[1]
SIZES = {"83 topics": 0, "588 records": 588, "2,642 records": 2642, "10,000 records": 10_000}
_ALL_UP_TO = 588  # beyond so many records every fourth message is read
_SLOW = {"rapidfuzz WRatio", "scikit-learn LinearSVC"}  # measured up to 588 records; more would take hours


@dataclass(frozen=True, slots=True)
class Result:
    """Shares in percent, times in milliseconds, memory beyond the content in megabytes."""

    reader: str
    size: str
    first: float
    third: float
    p50: float
    p95: float
    build: float
    memory: float


def texts_with(content: Content, records: int) -> dict[str, list[str]]:
    """The topics' texts, and so many titles beside them."""
    every = known_texts(content)
    texts = {key: lines for key, lines in every.items() if not key.startswith("tthc:")}
    titles = [(key, lines) for key, lines in every.items() if key.startswith("tthc:")]
    texts.update(titles[:records])
    chance = random.Random(5)
    halves = [lines[0].split() for _, lines in titles]
    for number in range(max(0, records - len(titles))):
        one, two = chance.sample(halves, 2)
        made = [*one[: len(one) // 2 + 1], *two[len(two) // 2 :]]
        texts[f"tthc:made.{number}"] = [" ".join(made)]
    return texts


def measure(reader: str, size: str, file: Path) -> Result:
    """One reader at one size, in this process."""
    from bench.peers import PEERS

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts = texts_with(load(cache=ROOT / ".cache"), SIZES[size])
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines = lines[:: 1 if SIZES[size] <= _ALL_UP_TO else 4]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    rank = PEERS[reader](texts)
    build = time.perf_counter() - start
    rank(lines[0]["q"])
    first = third = 0
    took = []
    for line in lines:
        start = time.perf_counter()
        found = rank(line["q"])
        took.append(1000 * (time.perf_counter() - start))
        right = {line["id"], *line["alt"]}
        first += bool(found) and found[0] in right
        third += bool(right & {*found[:3]})
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    share = 100 / len(lines)
    p50, p95 = (float(value) for value in np.percentile(took, (50, 95)))
    return Result(reader, size, first * share, third * share, p50, p95, build, memory)


def _report(results: list[Result], file: Path, count: int) -> str:
    lines = [
        "# Reading messages, beside peers",
        "",
        f"Measured by `python -m bench.reading` on the {count} judging messages of `{file.relative_to(ROOT)}`, whose",
        "writers saw neither phrasings nor training messages; one core; peers get the same names and phrasings.",
        "p50 and p95 are milliseconds a message, build is seconds, memory what building and reading add, in megabytes",
        "(the encoder's runtime included). Beyond 588 records every fourth message is read.",
        "More titles than the catalogue holds are joined halves of its titles.",
        "",
        "![Top-1 by reader](reading.png)",
        "",
        "| reader | beside | top-1 | top-3 | p50 | p95 | build | memory |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.reader} | {r.size} | {r.first:.1f} | {r.third:.1f} | {r.p50:.2f} | {r.p95:.2f} "
        f"| {r.build:.1f} | {r.memory:.0f} |"
        for r in results
    ]
    return "\n".join(lines) + "\n"


def _picture(results: list[Result], file: Path) -> None:
    import matplotlib.pyplot as plt

    some = [result for result in results if result.size == "588 records"][::-1]
    figure, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
    axes.barh([r.reader for r in some], [r.third for r in some], color="#cfe3d8", label="top-3")
    bars = axes.barh([r.reader for r in some], [r.first for r in some], color="#1b7f4d", label="top-1")
    axes.bar_label(bars, fmt="%.0f", padding=-22, color="white")
    axes.set_xlim(0, 100)
    axes.set_title("Right topic, % of judging messages, beside 588 catalogue titles", fontsize=10)
    axes.legend(loc="lower right")
    figure.savefig(file, dpi=110)


def main() -> None:
    """Measure all and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=ROOT / "tests/questions/topics.jsonl")
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    chosen = parser.parse_args()
    from bench.peers import PEERS

    jobs = [(reader, size) for size in SIZES for reader in PEERS if not (reader in _SLOW and SIZES[size] > 588)]
    results = []
    spawn = multiprocessing.get_context("spawn")
    for reader, size in track(jobs, "measuring", console=Console(stderr=True)):
        with spawn.Pool(1) as pool:
            results.append(pool.apply(measure, (reader, size, chosen.file.resolve())))
        Console(stderr=True).print(asdict(results[-1]))
    count = len(chosen.file.read_text(encoding="utf-8").splitlines())
    (chosen.out / "reading.md").write_text(_report(results, chosen.file.resolve(), count), encoding="utf-8")
    _picture(results, chosen.out / "reading.png")


if __name__ == "__main__":
    main()
