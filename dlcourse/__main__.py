"""``python -m dlcourse``, and what the command ``dlcourse`` starts."""

import sys


def main() -> None:
    """Start the command line, or say how to install it: students need only the notebooks."""
    try:
        from dlcourse.cli import main as run
    except ModuleNotFoundError as missing:
        sys.exit(
            f"dlcourse: the command needs {missing.name}, which is not installed; "
            "run: pip install 'dlcourse[course]'"
        )
    run()


if __name__ == "__main__":
    main()
