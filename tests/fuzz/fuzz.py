"""Coverage-guided fuzzing for a bounded time: ``python tests/fuzz/fuzz.py frame --seconds 60``.

Needs atheris (``pip install atheris``; Linux).  What it finds is written to the current folder as
``crash-*`` or ``oom-*``: make a test of it.
"""

import argparse
import sys
import tempfile
from pathlib import Path

#: The most that one input may make the grader's process hold, in MiB.
MEMORY = 1024
MODULES = ["dlcourse.grading.inside", "dlcourse.grading.intake", "dlcourse.grading.compare"]
MODULES += ["dlcourse.grading.staging", "dlcourse.grading.similar", "dlcourse.grading.reading"]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=["frame", "notebook"])
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args(arguments)

    import atheris

    sys.path.insert(0, str(Path(__file__).parent))
    with atheris.instrument_imports(include=MODULES):
        from targets import TARGETS, seeds

    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(seeds(options.target)):
            Path(corpus, str(number)).write_bytes(data)
        limits = [f"-rss_limit_mb={MEMORY}", f"-malloc_limit_mb={MEMORY}", "-timeout=10"]
        bounds = [f"-max_total_time={options.seconds}", "-max_len=20000", "-print_final_stats=1"]
        program = [sys.argv[0], *limits, *bounds, "-verbosity=1", corpus]
        atheris.Setup(program, TARGETS[options.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
