"""calibrate.py cost CARD GOLD: the cost of the model that judges GOLD's actor.
calibrate.py table FOLDER: ECE and log-loss of each actor, of slant (slant.json) and libsvm (libsvm-*.out, *.gold)."""

import glob
import json
import math
import sys

BINS = 15


def actor_of(path):
    with open(path, encoding="utf-8") as lines:
        record = json.loads(lines.readline())
    return record.get("actor") or record["labels"][0]["actor"]


def cost(card, gold):
    with open(card, encoding="utf-8") as file:
        models = json.load(file)["tasks"][0]["models"]
    own = {model["actor"]: model for model in models}
    return own.get(actor_of(gold), own.get("*"))["cost"]


def measure_libsvm(name):
    """ECE and log-loss of svm-predict's probabilities, as slant takes them: p is at least 1e-7."""
    with open(name + ".out", encoding="utf-8") as lines:
        labels = lines.readline().split()[1:]
        rows = [line.split() for line in lines]
    with open(name + ".gold", encoding="utf-8") as lines:
        gold = lines.read().split()
    right, confidence, loss = [0] * BINS, [0.0] * BINS, 0.0
    for row, truth in zip(rows, gold, strict=True):
        p = dict(zip(labels, map(float, row[1:])))
        label = max(p, key=p.get)
        bin_ = min(int(p[label] * BINS), BINS - 1)
        right[bin_] += label == truth
        confidence[bin_] += p[label]
        loss -= math.log(max(p.get(truth, 0), 1e-7))
    return sum(abs(r - c) for r, c in zip(right, confidence)) / len(gold), loss / len(gold)


def table(folder):
    with open(folder + "/slant.json", encoding="utf-8") as file:
        parts = json.loads(file.readline())["actors"]
    with open(folder + "/card.json", encoding="utf-8") as file:
        models = {model["actor"]: model for model in json.load(file)["tasks"][0]["models"]}
    rows = []
    for path in sorted(glob.glob(folder + "/gold-*.jsonl")):
        actor = actor_of(path)
        peer = path[: -len(".jsonl")].replace("/gold-", "/libsvm-")
        other = measure_libsvm(peer) if glob.glob(peer + ".out") else (math.nan, math.nan)
        part = parts[actor]
        rows.append((actor, models[actor]["calibration"]["kind"], part["calibration_error"], other[0], part["log_loss"], other[1]))
    rows.append(("mean", "", *(sum(row[i] for row in rows) / len(rows) for i in range(2, 6))))
    print("| actor | calibration | ECE | libsvm's | log-loss | libsvm's |\n|---|---|---|---|---|---|")
    for actor, kind, ece, other_ece, loss, other_loss in rows:
        print(f"| {actor} | {kind} | {100 * ece:.2f} | {100 * other_ece:.2f} | {loss:.4f} | {other_loss:.4f} |".replace("nan", "-"))
    print("\n| asked for | coverage | accuracy |\n|---|---|---|")
    for path in sorted(glob.glob(folder + "/coverage-*.json")) + [folder + "/slant.json"]:
        with open(path, encoding="utf-8") as file:
            pooled = json.loads(file.readline())
        asked = path.rsplit("-", 1)[1][: -len(".json")] if "coverage-" in path else "1"
        print(f"| {100 * float(asked):.0f}% | {100 * pooled.get('coverage', 1):.1f}% | {100 * pooled['accuracy']:.1f} |")


if sys.argv[1] == "cost":
    print(cost(sys.argv[2], sys.argv[3]))
else:
    table(sys.argv[2])
