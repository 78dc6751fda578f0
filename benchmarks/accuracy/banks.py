"""What benchmarks/accuracy/banks needs besides slant.

banks.py draw N SEED RECORDS      N records of each actor
banks.py actors < CARD            the actors that have a model of their own in a model card
banks.py whose FOLDER DRAWS N...  the table from FOLDER/N.KIND.DRAW.json, of `slant evaluate --json`
banks.py bits FOLDER ACTOR...     the table from FOLDER/ACTOR.vectors, ACTOR.32 and ACTOR.16 (LIBLINEAR's model files),
                                  and FOLDER/32.labels and so on of `slant predict`"""

import json
import math
import random
import statistics
import sys


def draw(size, seed, path):
    actors = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            actors.setdefault(json.loads(line)["actor"], []).append(line)
    rng = random.Random(int(seed))
    for _, lines in sorted(actors.items()):
        sys.stdout.writelines(rng.sample(lines, int(size)))


def actors():
    for task in json.load(sys.stdin)["tasks"]:
        print(*(model["actor"] for model in task["models"] if model["actor"] != "*"), sep="\n")


def whose(folder, draws, *sizes):
    kinds = {"shared": "the shared one", "own": "its own (`always`)", "better": "the better one (`better`)",
             "combine": "both, mixed (`combine`)"}

    def values(size, kind):
        found = []
        for number in range(int(draws)):
            with open(f"{folder}/{size}.{kind}.{number}.json", encoding="utf-8") as lines:
                found.append(100 * json.loads(lines.readline())["f_avg_actors"])
        return found

    def spread(numbers):
        return statistics.stdev(numbers) if len(numbers) > 1 else math.nan

    print("| model | " + " | ".join(f"{int(size):,} records an actor" for size in sizes) + " |")
    print("|---" * (len(sizes) + 1) + "|")
    for kind, name in kinds.items():
        cells = []
        for size in sizes:
            mine, own = values(size, kind), values(size, "own")
            gain = [a - b for a, b in zip(mine, own)]
            cells.append(f"{statistics.mean(mine):.1f} ± {spread(mine):.1f}")
            if kind != "own":
                cells[-1] += f" ({statistics.mean(gain):+.1f} ± {spread(gain) / math.sqrt(len(gain)):.1f})"
        print(f"| {name} | " + " | ".join(cells) + " |")


def read_model(path):
    """Columns of weights of each feature, and of the bias, which is the last."""
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("w"):
                break
        return [[float(cell) for cell in line.split()] for line in lines]


def scores(rows, line):
    sums = list(rows[-1])
    for pair in line.split()[1:]:
        index, value = pair.split(":")
        for column, weight in enumerate(rows[int(index) - 1]):
            sums[column] += weight * float(value)
    return sums


def bits(folder, *names):
    print("| actor | tweets | scores, standard deviation | greatest difference | mean difference |")
    print("|---|---|---|---|---|")
    for name in names:
        wide, narrow = read_model(f"{folder}/{name}.32"), read_model(f"{folder}/{name}.16")
        with open(f"{folder}/{name}.vectors", encoding="ascii") as lines:
            pairs = [(a, b) for line in lines for a, b in zip(scores(wide, line), scores(narrow, line))]
        with open(f"{folder}/{name}.vectors", encoding="ascii") as lines:
            n = sum(1 for _ in lines)
        lost = [abs(a - b) for a, b in pairs]
        print(f"| {name} | {n} | {statistics.pstdev(a for a, _ in pairs):.2f} | {max(lost):.1e} | {statistics.mean(lost):.1e} |")
    labels = {}
    size = {}
    for width in ("32", "16"):
        with open(f"{folder}/{width}.labels", encoding="utf-8") as lines:
            labels[width] = [[judged["label"] for judged in json.loads(line)["actors"]] for line in lines]
        with open(f"{folder}/{width}.size", encoding="ascii") as file:
            size[width] = int(file.read())
    changed = sum(a != b for a, b in zip(labels["32"], labels["16"]))
    print(f"\nLabels changed: {changed} of {len(labels['32'])}. The bundle: {size['32'] / 1e6:.1f} MB, with 16 bits {size['16'] / 1e6:.1f} MB.")


COMMANDS = {"draw": draw, "actors": actors, "whose": whose, "bits": bits}
if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
    sys.exit(__doc__)
COMMANDS[sys.argv[1]](*sys.argv[2:])
