"""The tool's own modules are found beside the test that runs it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
