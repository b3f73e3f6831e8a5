"""How fast is a training step?  The same network, data and optimizer in many ways, side by side.

A ReLU network with softmax cross-entropy and Adam, float32, in three sizes.  Before anything is
timed, all ways take twenty steps from the same weights and must arrive at the same weights.
The floor is the matrix products of a step and nothing else.

    python benchmarks/training.py --threads 2 --seconds 40
    python benchmarks/training.py --sizes large --seconds 120
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from harness import asked, load, measure, show

SIZES = {
    "tiny": ((2, 16, 16, 2), 32),
    "medium": ((784, 256, 128, 10), 128),
    "large": ((4096, 4096, 4096, 10), 512),
}
BASE = "torch.nn, autograd, fused Adam"
FLOOR = "the products alone, NumPy"


def main() -> None:
    """Measure and print."""
    chosen = asked(__doc__, SIZES, ["tiny", "medium"])
    import ways_to_train

    for name in chosen.sizes:
        widths, n = SIZES[name]
        ways = ways_to_train.make_all(widths, n, chosen.without)
        difference = ways_to_train.agree(ways)
        steps = {way: trained.step for way, trained in ways.items()}
        timings = measure(steps | ways_to_train.products(widths, n), chosen.seconds)
        what = f"{name}: {'-'.join(map(str, widths))}, batch {n}"
        show(f"{what}, {chosen.threads} thread(s), {load()}", timings, BASE, FLOOR)
        print(f"Difference of the weights after 20 steps, root mean square: {difference:.1e}\n")


if __name__ == "__main__":
    main()
