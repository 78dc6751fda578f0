"""calibrate.py cost CARD GOLD: the cost of the model that judges GOLD's actor.
calibrate.py products LEARNED JUDGED: LEARNED.svm and JUDGED.svm become *.products, the inner products of each line's vector
  with those of LEARNED, which is what libsvm takes for a precomputed kernel.
calibrate.py table FOLDER SEED: ECE and log-loss of each actor, of slant (slant.json, judged-*.jsonl) and libsvm
  (libsvm-*.out, *.gold), from gold-*.jsonl."""

import array
import glob
import json
import math
import os
import random
import statistics
import sys

BINS, DRAWS, LEAST = 15, 1000, 1e-7  # slant takes no probability for less than LEAST either


def read_records(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cost(card, gold):
    with open(card, encoding="utf-8") as file:
        models = json.load(file)["tasks"][0]["models"]
    own = {model["actor"]: model for model in models}
    return own.get(read_records(gold)[0]["actor"], own.get("*"))["cost"]


# ---- inner products ----
def read_vectors(path, n_features=None):
    """Labels and vectors, of as many columns as the highest feature, or n_features, says."""
    import scipy.sparse

    labels, ends, features, values = [], [0], array.array("q"), array.array("d")
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            label, *pairs = line.split()
            labels.append(label)
            for pair in pairs:
                feature, value = pair.split(":")
                features.append(int(feature))
                values.append(float(value))
            ends.append(len(features))
    return labels, scipy.sparse.csr_matrix((values, features, ends), (len(labels), n_features or max(features) + 1))


def write_products(learned, judged):
    _, base = read_vectors(learned + ".svm")
    base = base.T.tocsr()
    layout = "%s 0:%d " + " ".join(f"{i}:%.9g" for i in range(1, base.shape[1] + 1)) + "\n"
    for name in learned, judged:
        labels, vectors = read_vectors(name + ".svm", base.shape[0])
        with open(name + ".products", "w", encoding="utf-8") as file:
            for i, label in enumerate(labels):
                file.write(layout % (label, i + 1, *(vectors[i] @ base).toarray()[0]))


# ---- judgements: of each example the confidence, whether the label is right, and -ln p(gold) ----
def ece(confidence, right):
    off = [0.0] * BINS
    for p, hit in zip(confidence, right, strict=True):
        off[min(int(p * BINS), BINS - 1)] += hit - p
    return sum(map(abs, off)) / len(confidence)


def judge(probabilities, gold):
    labels = [max(p, key=p.get) for p in probabilities]
    confidence = [p[label] for p, label in zip(probabilities, labels, strict=True)]
    right = [label == truth for label, truth in zip(labels, gold, strict=True)]
    loss = [-math.log(max(p.get(truth, 0), LEAST)) for p, truth in zip(probabilities, gold, strict=True)]
    return confidence, right, loss


def judge_libsvm(name):
    with open(name + ".out", encoding="utf-8") as lines:
        labels = lines.readline().split()[1:]
        rows = [dict(zip(labels, map(float, line.split()[1:]))) for line in lines]
    with open(name + ".gold", encoding="utf-8") as lines:
        return judge(rows, lines.read().split())


def ece_by_chance(confidence, rng):
    """Mean ECE of so many examples whose labels are right with exactly the probability that is said."""
    return statistics.fmean(ece(confidence, [rng.random() < p for p in confidence]) for _ in range(DRAWS))


# ---- the report ----
def table(folder, seed):
    with open(folder + "/slant.json", encoding="utf-8") as file:
        parts = json.loads(file.readline())["actors"]
    with open(folder + "/card.json", encoding="utf-8") as file:
        models = {model["actor"]: model for model in json.load(file)["tasks"][0]["models"]}
    rows, variance, rng = [], 0, random.Random(seed)
    for path in sorted(glob.glob(folder + "/gold-*.jsonl")):
        gold = read_records(path)
        actor, name = gold[0]["actor"], path[: -len(".jsonl")]
        judged = [record["actors"][0]["p"] for record in read_records(name.replace("/gold-", "/judged-") + ".jsonl")]
        confidence, _, loss = judge(judged, [record["label"] for record in gold])
        row = [parts[actor]["calibration_error"], ece_by_chance(confidence, rng), math.nan, parts[actor]["log_loss"], math.nan]
        peer = name.replace("/gold-", "/libsvm-")
        if os.path.exists(peer + ".out"):
            peer_confidence, peer_right, peer_loss = judge_libsvm(peer)
            row[2], row[4] = ece(peer_confidence, peer_right), statistics.fmean(peer_loss)
            variance += statistics.variance(b - a for a, b in zip(loss, peer_loss, strict=True)) / len(loss)
        rows.append((actor, models[actor]["calibration"]["kind"], *row))
    n = len(rows)
    rows.append(("mean", "", *(sum(row[i] for row in rows) / n for i in range(2, 7))))
    print("| actor | calibration | ECE | by chance | libsvm's | log-loss | libsvm's |\n|---|---|---|---|---|---|---|")
    for actor, kind, *errors, loss, peer_loss in rows:
        cells = [f"{100 * error:.2f}" for error in errors] + [f"{loss:.4f}", f"{peer_loss:.4f}"]
        print(f"| {actor} | {kind} | {' | '.join(cell.replace('nan', '-') for cell in cells)} |")
    if variance:
        print(f"\nMean log-loss minus libsvm's: {rows[-1][5] - rows[-1][6]:.4f}, with a standard error of {math.sqrt(variance) / n:.4f}.")
    print("\n| asked for | coverage | accuracy |\n|---|---|---|")
    for path in sorted(glob.glob(folder + "/coverage-*.json")) + [folder + "/slant.json"]:
        with open(path, encoding="utf-8") as file:
            pooled = json.loads(file.readline())
        asked = path.rsplit("-", 1)[1][: -len(".json")] if "coverage-" in path else "1"
        print(f"| {100 * float(asked):.0f}% | {100 * pooled.get('coverage', 1):.1f}% | {100 * pooled['accuracy']:.1f} |")


if sys.argv[1] == "cost":
    print(cost(sys.argv[2], sys.argv[3]))
elif sys.argv[1] == "products":
    write_products(sys.argv[2], sys.argv[3])
else:
    table(sys.argv[2], int(sys.argv[3]))
