"""table.py FOLDER CORPUS-SETUP-SPLIT...: the headline of each, from FOLDER/CORPUS-SETUP-SPLIT.json (slant evaluate --json,
or pool.py) and FOLDER/CORPUS-SETUP-SPLIT.seconds, beside published values, as a Markdown table."""

import json
import sys

# Corpus: (metric in words, key in the JSON)
METRICS = {
    "newsmtsc": ("macro-F1", "macro_f1"),
    "pstance": ("F_avg, mean of the actors", "f_avg_actors"),
    "semeval2016": ("F_avg, all targets pooled", "f_avg"),
    "mr": ("accuracy", "accuracy"),
    "subj": ("accuracy", "accuracy"),
}
PUBLISHED = {
    "newsmtsc-test": "test-mt: BERT-SPC 73.7, RoBERTa GRU-TSC 82.5 (Hamborg and Donnay 2021)",
    "pstance-test": "BERT 76.5, BERTweet 80.5 (Li et al. 2021)",
    "semeval2016-test": "best entry 67.8, n-gram SVM 69.0 (Mohammad et al. 2016), BERTweet 71.2 (TweetEval)",
    "mr-10-fold": "NBSVM 79.4 (Wang and Manning 2012), CNN-static 81.0 (Kim 2014)",
    "subj-10-fold": "NBSVM 93.2 (Wang and Manning 2012), CNN-static 93.0 (Kim 2014)",
}


def interval_of(result, key):
    """Value, low and high: either {"value", "low", "high"} or a number with key_interval beside it."""
    value = result[key]
    if isinstance(value, dict):
        return value["value"], value["low"], value["high"]
    interval = result[key + "_interval"]
    return value, interval["low"], interval["high"]


def percent(number):
    return "–" if number is None else f"{100 * number:.1f}"


folder, *rows = sys.argv[1:]
print("| corpus | setup | split | n | metric | slant | training | published |")
print("| --- | --- | --- | --: | --- | --: | --: | --- |")
for row in rows:
    corpus, setup, split = row.split("-", 2)
    with open(f"{folder}/{row}.json", encoding="utf-8") as lines:
        result = json.loads(lines.readline())
    with open(f"{folder}/{row}.seconds", encoding="utf-8") as file:
        seconds = file.read().strip()
    name, key = METRICS[corpus]
    value, low, high = map(percent, interval_of(result, key))
    print(f"| {corpus} | {setup} | {split} | {result['n']:,} | {name} | **{value}** ({low}–{high}) | {seconds} s |"
          f" {PUBLISHED.get(corpus + '-' + split, '')} |")
