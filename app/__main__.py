"""The command line: `python -m app serve | doctor | audit | policy | requests | manifest | keys`."""

import sys

from app.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
