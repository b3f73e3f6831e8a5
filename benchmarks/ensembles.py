"""How fast are many small networks?  One step of all, in a loop and at once, side by side.

Each network has its own weights and its own data.  Before anything is timed, all ways take
twenty steps and must arrive at the same weights.

    python benchmarks/ensembles.py --threads 2 --seconds 40
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from harness import asked, load, measure, show

SIZES = {
    "200 tiny": (200, (2, 16, 16, 2), 32),
    "64 small": (64, (10, 64, 64, 10), 64),
    "16 wide": (16, (784, 256, 128, 10), 128),
}
BASE = "loop, torch.nn, fused Adam"


def main() -> None:
    """Measure and print."""
    chosen = asked(__doc__, SIZES, list(SIZES))
    import ways_to_train_many

    for name in chosen.sizes:
        m, widths, n = SIZES[name]
        ways = ways_to_train_many.make_all(m, widths, n, chosen.without)
        difference = ways_to_train_many.agree(ways)
        timings = measure({way: all_.step for way, all_ in ways.items()}, chosen.seconds)
        what = f"{name}: {'-'.join(map(str, widths))}, batch {n}"
        show(f"{what}, {chosen.threads} thread(s), {load()}", timings, BASE)
        print(f"Difference of the weights after 20 steps, root mean square: {difference:.1e}\n")


if __name__ == "__main__":
    main()
