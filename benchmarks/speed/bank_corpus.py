"""A made-up bank: ACTORS actors of EXAMPLES records each, resampled with replacement from P-Stance and NewsMTSC.

bank_corpus.py ACTORS EXAMPLES SEED STANCE.jsonl SENTIMENT.jsonl > bank.jsonl
bank_corpus.py originals STANCE.jsonl SENTIMENT.jsonl > originals.jsonl

Every second actor has tweets with stances, every other one sentences with sentiments; each is a task. A record keeps its
text and label; its actor is made up, and so is its group: copies within an actor stay on one side of a fold.
"""

import json
import random
import sys

TASKS = ["stance", "sentiment"]


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def put(record, task, **more):
    print(json.dumps({"text": record["text"], "task": task, "label": record["label"], **more}, ensure_ascii=False))


def main():
    sources = [read(path) for path in sys.argv[-2:]]
    if sys.argv[1] == "originals":
        for source, task in zip(sources, TASKS):
            for record in source:
                put(record, task)
        return
    actors, examples, seed = (int(word) for word in sys.argv[1:4])
    rng = random.Random(seed)
    for actor in range(actors):
        source = sources[actor % 2]
        for number in rng.choices(range(len(source)), k=examples):
            put(source[number], TASKS[actor % 2], actor=f"actor-{actor:05d}", group=f"a{actor}-{number}")


main()
