"""pool.py OUTPUT FOLD.json...: the folds of a cross-validation, each what `slant evaluate --json` says of it, put
together: OUTPUT.json in the same form and OUTPUT.txt for people. Accuracy is over all examples, with Wilson's 95%
interval (Wilson 1927), which takes the examples as independent."""

import json
import math
import sys


def wilson(right, n, z=1.959964):
    centre = (right + z * z / 2) / (n + z * z)
    reach = z / (n + z * z) * math.sqrt(right * (n - right) / n + z * z / 4)
    return centre - reach, centre + reach


output, *paths = sys.argv[1:]
paths.sort(key=lambda path: (len(path), path))  # fold-10 behind fold-9
folds = []
for path in paths:
    with open(path, encoding="utf-8") as lines:
        folds.append(json.loads(lines.readline()))
confusion = {}
for fold in folds:
    for gold, row in fold["confusion"].items():
        for predicted, count in row.items():
            confusion.setdefault(gold, {}).setdefault(predicted, 0)
            confusion[gold][predicted] += count
n = sum(sum(row.values()) for row in confusion.values())
right = sum(row.get(gold, 0) for gold, row in confusion.items())
low, high = wilson(right, n)
with open(output + ".json", "w", encoding="utf-8") as file:
    json.dump({"n": n, "accuracy": right / n, "accuracy_interval": {"low": low, "high": high},
               "confusion": confusion}, file)
    file.write("\n")
with open(output + ".txt", "w", encoding="utf-8") as file:
    file.write(f"{n:,} examples in {len(folds)} folds (percent, Wilson's 95% interval)\n\n")
    file.write(f"  accuracy  {100 * right / n:.1f}  [{100 * low:.1f}, {100 * high:.1f}]\n")
    accuracies = "  ".join(f"{100 * fold['accuracy']:.1f}" for fold in folds)
    file.write(f"  of each fold: {accuracies}\n")
