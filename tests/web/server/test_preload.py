"""Test which data the web server loads before it forks its workers."""

import json
import subprocess
import sys

from companion.translations import languages
from companion.web.server.template_cache import ROOT
from companion.web.worker import Worker


def test_date_formats_are_loaded_before_the_server_forks() -> None:
    code = f"import json, {Worker.application}; from babel import localedata; print(json.dumps([*localedata._cache]))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert {*languages()} <= {*json.loads(loaded.stdout)}
