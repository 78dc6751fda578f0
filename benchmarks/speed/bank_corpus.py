"""A made-up bank: ACTORS actors of EXAMPLES records each, resampled with replacement from P-Stance and NewsMTSC.

bank_corpus.py ACTORS EXAMPLES SEED PSTANCE.jsonl NEWSMTSC.jsonl > bank.jsonl

Every second actor has tweets with stances, every other one sentences with sentiments; both are labelled under one task a
corpus. A record keeps its text and label; its actor is made up, and its group, so that copies within an actor stay on one
side of a fold.
"""

import json
import random
import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main():
    actors, examples, seed = (int(word) for word in sys.argv[1:4])
    sources = [read(path) for path in sys.argv[4:6]]
    rng = random.Random(seed)
    for actor in range(actors):
        source = sources[actor % 2]
        for number in rng.choices(range(len(source)), k=examples):
            record = source[number]
            out = {
                "text": record["text"],
                "group": f"a{actor}-{number}",
                "actor": f"actor-{actor:05d}",
                "task": "stance" if actor % 2 == 0 else "sentiment",
                "label": record["label"],
            }
            print(json.dumps(out, ensure_ascii=False))


main()
