"""What takes long is looked for with --full alone."""

import os

collect_ignore = [] if "COMPANION_TEST_FULL" in os.environ else ["test_at_length.py"]
