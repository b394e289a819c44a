"""`python -m loadstone`."""

import sys

from loadstone.cli import main

sys.exit(main())
