"""bank_table.py TIMES ACTORS SAMPLE: the table of benchmarks/speed/bank. TIMES has a line a run: wall seconds, CPU seconds
and peak kilobytes of slant, of svm-train for the sample, and of slant for everything anew."""

import statistics
import sys

runs = [[float(cell) for cell in line.split("\t")] for line in open(sys.argv[1], encoding="utf-8")]
actors, scale = int(sys.argv[2]), int(sys.argv[2]) / int(sys.argv[3])


def median(values):
    return statistics.median(list(values))


print("| | slant | svm-train | ratio |")
print("|---|---|---|---|")
wall, cpu = median(r[0] for r in runs), median(r[1] for r in runs)
peer_wall, peer_cpu = median(r[3] * scale for r in runs), median(r[4] * scale for r in runs)
print(f"| wall time, svm-train on one core | {wall:.1f} s | {peer_wall:.0f} s | {median(r[3] * scale / r[0] for r in runs):.1f} |")
print(
    f"| wall time, svm-train on two cores | {wall:.1f} s | {peer_wall / 2:.0f} s | "
    f"{median(r[3] * scale / 2 / r[0] for r in runs):.1f} |"
)
print(f"| CPU time | {cpu:.1f} s | {peer_cpu:.0f} s | {median(r[4] * scale / r[1] for r in runs):.1f} |")
print(f"| peak memory | {median(r[2] for r in runs) / 1024:.0f} MB | {median(r[5] for r in runs) / 1024:.0f} MB | |")
print(f"\n{wall / actors * 1000:.1f} ms an actor, all told.")

print("\n| all anew, slant | |")
print("|---|---|")
print(f"| wall time | {median(r[6] for r in runs):.1f} s |")
print(f"| CPU time | {median(r[7] for r in runs):.1f} s |")
print(f"| peak memory | {median(r[8] for r in runs) / 1024:.0f} MB |")
