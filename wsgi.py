"""Create the application for a WSGI server and for ``flask --app wsgi``."""

import os
import sys

from companion import create_app
from companion.config import BadSetting
from companion.web import log_lines

log_lines.begin()
try:
    app = create_app(for_commands=os.environ.get("FLASK_RUN_FROM_CLI") == "true")
except BadSetting as error:
    sys.exit(f"Companion cannot start. {error}")
