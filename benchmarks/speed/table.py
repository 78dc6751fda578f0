"""table.py TIMES DOCUMENTS BYTES MENTIONS: the speed benchmark's times as a Markdown table.

A line of TIMES is round, program, wall seconds, CPU seconds, peak kilobytes, tab-separated. A ratio is the median of the
rounds' ratios, so that a slow moment of the machine meets both sides of it."""

import collections
import statistics
import sys

path, documents, size, mentions = sys.argv[1], *map(int, sys.argv[2:5])
seconds, cpu, memory = (collections.defaultdict(list) for _ in range(3))
with open(path, encoding="utf-8") as lines:
    for line in lines:
        _, program, wall, own, peak = line.rstrip("\n").split("\t")
        seconds[program].append(float(wall))
        cpu[program].append(float(own))
        memory[program].append(int(peak))

ours = [program for program in seconds if program.startswith(("slant", "extract"))]
peers = [program for program in seconds if program not in ours]


def row(*cells):
    print("| " + " | ".join(cells) + " |")


row("program", "seconds, median (least–most)", "CPU seconds", "documents/s", "MB of text/s", "peak MB")
row("---", "--:", "--:", "--:", "--:", "--:")
for program, times in seconds.items():
    median = statistics.median(times)
    row(program, f"{median:.2f} ({min(times):.2f}–{max(times):.2f})", f"{statistics.median(cpu[program]):.2f}",
        f"{documents / median:,.0f}", f"{size / median / 1e6:.1f}", f"{max(memory[program]) / 1024:.0f}")
print()
row("times as fast as", *peers)
row("---", *["--:"] * len(peers))
for program in ours:
    ratios = [statistics.median(theirs / own for own, theirs in zip(seconds[program], seconds[peer])) for peer in peers]
    row(program, *[f"{ratio:.2f}" for ratio in ratios])
print()
row("target mode", "microseconds a mention, all in")
row("---", "--:")
for program, times in seconds.items():
    if "target" in program:
        row(program, f"{statistics.median(times) / mentions * 1e6:.1f}")
