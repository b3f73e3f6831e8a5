"""The attacks write the table of the book."""


def pytest_addoption(parser):
    parser.addoption(
        "--write-table", action="store_true", help="write book/_includes/attacks.md afresh"
    )
