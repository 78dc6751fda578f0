"""The stages of a pipeline, one left out, and the table of what each is worth.

ablation.py stages CARD          the stages of the specification in a model card, a line each
ablation.py without STAGE CARD   that specification without the stage
ablation.py sizes CARD           smaller numbers of sparse features: a half, a fifth, … of those of the card
ablation.py table FOLDER CORPUS  FOLDER/CORPUS-all.* and FOLDER/CORPUS-STAGE.* as a Markdown table,
                                 FOLDER/CORPUS-NUMBER.* as another"""

import json
import math
import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        return json.loads(lines.readline())


def stage_lines(card):
    return [line for line in card["pipeline"].splitlines() if line and line.split()[0] not in ("mode", "#")]


def sizes(card):
    return [card["features"]["sparse"] // part for part in (2, 5, 10, 20, 50)]


def held_out(card):
    """Cross-validated macro-F1: mean over the actors' own models, of the shared one where there are none."""
    models = [model for task in card["tasks"] for model in task["models"]]
    own = [model for model in models if model["actor"] != "*"] or models
    if card["mode"] == "target":
        own = [model for model in models if model["actor"] == "*"] or models
    values = [model["held_out"]["macro_f1"]["value"] for model in own]
    return math.nan if None in values else sum(values) / len(values)


def dev_score(result):
    value = result["macro_f1"]
    return value["value"] if isinstance(value, dict) else value


def cell(value, whole):
    return f"{100 * value:.1f} ({100 * (value - whole):+.1f})"


def table(folder, corpus):
    card = read(f"{folder}/{corpus}-all.card")
    whole = held_out(card), dev_score(read(f"{folder}/{corpus}-all.json"))
    n = read(f"{folder}/{corpus}-all.json")["n"]
    print(f"## {corpus}, {card['mode']} mode")
    print()
    print(f"| pipeline | features | cross-validated on train | dev ({n:,}) |")
    print("| --- | --: | --: | --: |")
    print(f"| all stages | {card['features']['sparse'] + card['features']['dense']:,} | {100 * whole[0]:.1f} |"
          f" {100 * whole[1]:.1f} |")
    for line in stage_lines(card):
        stage = line.split()[0]
        less = read(f"{folder}/{corpus}-{stage}.card")
        scores = held_out(less), dev_score(read(f"{folder}/{corpus}-{stage}.json"))
        print(f"| without {stage} | {less['features']['sparse'] + less['features']['dense']:,} |"
              f" {cell(scores[0], whole[0])} | {cell(scores[1], whole[1])} |")
    print()
    print("```")
    print("\n".join(stage_lines(card)))
    print("```")
    print()
    size_table(folder, corpus, card, whole[1])


def size_table(folder, corpus, card, whole):
    def bundle(name):
        with open(f"{folder}/{corpus}-{name}.size", encoding="ascii") as size:
            return int(size.read())

    print("| n-gram features kept (`--max-features`) | bundle, MB | times smaller | dev |")
    print("| --: | --: | --: | --: |")
    largest = bundle("all")
    print(f"| all {card['features']['sparse']:,} | {largest / 1e6:.1f} | 1.0 | {100 * whole:.1f} |")
    for n in sizes(card):
        score = dev_score(read(f"{folder}/{corpus}-{n}.json"))
        print(f"| {n:,} | {bundle(n) / 1e6:.1f} | {largest / bundle(n):.1f} | {cell(score, whole)} |")


command, *arguments = sys.argv[1:]
if command == "stages":
    print("\n".join(line.split()[0] for line in stage_lines(read(arguments[0]))))
elif command == "without":
    lines = [line for line in stage_lines(read(arguments[1])) if line.split()[0] != arguments[0]]
    print("\n".join(lines))
elif command == "sizes":
    print("\n".join(map(str, sizes(read(arguments[0])))))
elif command == "table":
    table(*arguments)
else:
    sys.exit(__doc__)
