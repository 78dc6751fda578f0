"""One row of the report of searches: NAME CARD EVALUATION SECONDS."""
import json
import sys

name, card, evaluation, seconds = sys.argv[1:]
with open(card) as file:
    model = json.load(file)["tasks"][0]["models"][0]
with open(evaluation) as file:
    dev = json.loads(file.readline())["macro_f1"]
chosen = next(row for row in model["tried"]
              if all(row.get(key) == model.get(key) for key in ("cost", "gamma", "block_weights")))
print(f"| {name} | {len(model['tried'])} | {model['fits']} | {100 * chosen['macro_f1']:.1f} ± "
      f"{100 * chosen['standard_error']:.1f} | {100 * (dev['value'] if isinstance(dev, dict) else dev):.1f} | "
      f"{float(seconds):.0f} |")
