"""Run sqlmap, a tool for finding SQL injection."""

from tests.tools.tool import PLANTED, Target, run

FINDS = ["Parameter: kind"]
"""The planted faults that sqlmap must find in a copy of the demo."""
FEWEST = {("Sam", "/my/"): 6, ("Priya", "/caseload"): 6}
"""For each account and start page, the minimum number of pages and forms that sqlmap must reach."""
SECONDS = 120
OPTIONS = """--batch --disable-coloring --crawl=2 --forms --drop-set-cookie --answers=resend=N --technique=BEU
    --ignore-code=400,401,404,405,409,413,422,429 --param-exclude=csrf_token"""


def attack(target: Target) -> list[str]:
    """Run sqlmap, and return the parameters that allow SQL injection."""
    never = [*target.addresses.ending("[^/]+"), "/static/"]
    options = [f"--cookie={target.cookie}", f"--crawl-exclude={'|'.join(never)}"]
    if target.start == PLANTED:
        options.append(f"--scope={PLANTED}")
    options += [f"--output-dir={target.folder}", "-u", target.origin + target.start]
    said = run(target, SECONDS, *OPTIONS.split(), *options)
    assert "testing for SQL injection" in said, said[-3000:]
    return [line for line in said.splitlines() if line.startswith("Parameter: ")]
