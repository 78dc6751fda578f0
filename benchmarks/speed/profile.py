"""profile.py TITLE COUNTS LABELS ARTICLES: what callgrind counted, by step of the way from bytes to labels, as a Markdown
table. A function counts for the step of its source file, with all that is inlined into it; a library without debug
information is a step of its own."""

import collections
import json
import os
import re
import sys

title, counts, labels, articles = sys.argv[1:]

STEPS = [  # step, pattern of its source files
    ("JSON read", r"/datasets/|libsimdjson"),
    ("text repaired, tokens, hashes", r"/features/(normalise|tokens|entities|hashtags|hashes|document)\.|libutf8proc"),
    ("sentences", r"/features/sentences\."),
    ("mentions found", r"/features/actors\."),
    ("sentence around the mention", r"/features/(view|word_types|words)\."),
    ("n-grams: words", r"/features/stage_words\."),
    ("n-grams: characters", r"/features/stage_chars\."),
    ("n-grams: mention, patterns, verbs", r"/features/(stage_mention|stage_pattern|stage_verb|stages)\."),
    ("n-grams looked up", r"/features/(lookup|table|vocabulary)\.|libxxhash|/common/hash"),
    ("n-grams weighed", r"/features/(extractor|pipeline)\."),
    ("lexicon sums", r"/features/(stage_lexicon|regions)\."),
    ("word vectors, dense values standardised", r"/features/(stage_vectors|dense)\."),
    ("scores and probabilities", r"/models/|libopenblas"),
    ("judgements, output", r"/predict/|/common/"),
    ("memory copied and cleared", r"libc\.so|libm\.so|string/"),
]


def step_of(place):
    return next((step for step, pattern in STEPS if re.search(pattern, place)), "all else")


def self_costs(path):
    """Yields (object, file of the function, cost) for each line of costs that is not a call's."""
    names = {"ob": {}, "fl": {}}
    current = {"ob": "", "fl": ""}
    called = False
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            match = re.match(r"(ob|fl)=\((\d+)\)(?: (.*))?$", line)
            if match:
                kind, number, name = match.groups()
                if name is not None:
                    names[kind][number] = name
                current[kind] = names[kind][number]
                continue
            match = re.match(r"(?:cob|cfi|cfl|fi|fe)=\((\d+)\)(?: (.*))?$", line)
            if match:
                if match.group(2) is not None:
                    names["ob" if line.startswith("cob") else "fl"][match.group(1)] = match.group(2)
            elif line.startswith("calls="):
                called = True
            elif re.match(r"[+\-*\d]", line):
                if not called:
                    yield current["ob"], current["fl"], int(line.split()[1])
                called = False


totals = collections.Counter()
for library, source, cost in self_costs(counts):
    totals[step_of(source if os.sep in source else library)] += cost

with open(articles, encoding="utf-8") as lines:
    text = sum(len(json.loads(line)["text"].encode()) for line in lines)
with open(labels, encoding="utf-8") as lines:
    mentions = sum(actor.get("mentions", 0) for line in lines for actor in json.loads(line).get("actors", []))
total = sum(totals.values())
per, units = ("mention", mentions) if mentions else ("kilobyte of text", text / 1000)

print(f"## {title}: {total / text:.1f} instructions a byte of text" +
      (f", {mentions:,} mentions, {total / mentions:,.0f} a mention" if mentions else ""))
print(f"\n| step | share | instructions a {per} |\n| --- | --: | --: |")
for step, cost in totals.most_common():
    print(f"| {step} | {100 * cost / total:.1f} % | {cost / units:,.0f} |")
print()
