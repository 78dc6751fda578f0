"""The scikit-learn side of the speed benchmark, and the files that the peers read.

peers.py lines RECORDS > LINES            the text of each record, a line each (for fastText and wc)
peers.py fasttext RECORDS > LINES         the same with "__label__X " in front
peers.py train RECORDS MODEL              TfidfVectorizer(1,2) + LinearSVC
peers.py predict MODEL RECORDS > LABELS   a JSON line a record, in batches of 1,000
"""

import itertools
import json
import sys


def records(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def label_of(record):
    return record["label"] if "label" in record else record["labels"][0]["label"]


def write_lines(path, labelled):
    for record in records(path):
        prefix = f"__label__{label_of(record)} " if labelled else ""
        print(prefix + " ".join(record["text"].split()))


def train(path, model_path):
    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    rows = list(records(path))
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LinearSVC(random_state=1))
    model.fit([row["text"] for row in rows], [label_of(row) for row in rows])
    joblib.dump(model, model_path)


def predict(model_path, path):
    import joblib

    model = joblib.load(model_path)
    rows = records(path)
    while batch := list(itertools.islice(rows, 1000)):
        labels = model.predict([row["text"] for row in batch])
        for row, label in zip(batch, labels):
            print(json.dumps({"id": row.get("id"), "label": label}))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:] or [""]
    if command in ("lines", "fasttext"):
        write_lines(arguments[0], command == "fasttext")
    elif command == "train":
        train(*arguments)
    elif command == "predict":
        predict(*arguments)
    else:
        sys.exit(__doc__)
