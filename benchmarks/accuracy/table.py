"""table.py SPLIT FOLDER CORPUS...: the headline of each corpus, from FOLDER/CORPUS.json (slant evaluate --json) and
FOLDER/CORPUS.seconds, beside published values for the test split, as a Markdown table."""

import json
import sys

# Corpus: (metric in words, key in the JSON, published values on the test split)
HEADLINES = {
    "newsmtsc": ("macro-F1", "macro_f1", "test-mt: BERT-SPC 73.7, RoBERTa GRU-TSC 82.5 (Hamborg and Donnay 2021)"),
    "pstance": ("F_avg, mean of the actors", "f_avg_actors", "BERT 76.5, BERTweet 80.5 (Li et al. 2021)"),
    "semeval2016": ("F_avg, all targets pooled", "f_avg",
                    "best entry 67.8, n-gram SVM 69.0 (Mohammad et al. 2016), BERTweet 71.2 (TweetEval)"),
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


split, folder, *corpora = sys.argv[1:]
print("| corpus | split | n | metric | slant | training | published |")
print("| --- | --- | --: | --- | --: | --: | --- |")
for corpus in corpora:
    with open(f"{folder}/{corpus}.json", encoding="utf-8") as lines:
        result = json.loads(lines.readline())
    with open(f"{folder}/{corpus}.seconds", encoding="utf-8") as file:
        seconds = file.read().strip()
    name, key, published = HEADLINES[corpus]
    value, low, high = map(percent, interval_of(result, key))
    print(f"| {corpus} | {split} | {result['n']:,} | {name} | **{value}** ({low}–{high}) | {seconds} s |"
          f" {published if split == 'test' else ''} |")
