"""`make playground`: goes the whole journey and leaves a picture of each step in build/playground/."""

import sys
from contextlib import ExitStack

from playwright.sync_api import sync_playwright

from tests.bench.processes import ROOT
from tests.chromium import CHROMIUM, QUIET
from tests.playground import processes
from tests.playground.journey import STEPS, Journey
from tests.playground.window import Window


def main() -> int:
    """Returns 1 at the first step that does not show what it must, after saying which."""
    processes.install()
    for old in processes.FOLDER.glob("*.png"):
        old.unlink()
    log = processes.FOLDER / "demo.log"
    with ExitStack() as stack:
        demo = stack.enter_context(processes.demo(log))
        endpoint = f"{demo}/api/messages"
        employee = stack.enter_context(processes.playground(endpoint, processes.EMPLOYEE, "employee"))
        leader = stack.enter_context(processes.playground(endpoint, processes.LEADER, "leader"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        stack.callback(browser.close)
        journey = Journey(Window(browser, employee), Window(browser, leader))
        failed = _walk(journey)
    if "Traceback" in log.read_text("utf-8"):
        failed += 1
        print(f"The demo failed on the way: {log}", file=sys.stderr)
    return 1 if failed else 0


def _walk(journey: Journey) -> int:
    for number, (name, step) in enumerate(STEPS, start=1):
        picture = processes.FOLDER / f"{number:02}-{name}.png"
        try:
            seen = step(journey)
        except Exception as missing:  # noqa: BLE001 - whatever went wrong, it is this step that failed
            for who, window in (("employee", journey.employee), ("leader", journey.leader)):
                window.picture(picture.with_name(f"{picture.stem}-failed-{who}.png"))
            print(f"{number:02} {name}: FAILED\n{_in_short(missing)}", file=sys.stderr)
            return 1
        seen.picture(picture)
        print(f"{number:02} {name}: {picture.relative_to(ROOT)}", flush=True)
    return 0


def _in_short(missing: Exception) -> str:
    """What was expected, without the whole page that it was looked for in: that is in the pictures."""
    return str(missing).partition("Aria snapshot:")[0].rstrip()


if __name__ == "__main__":
    sys.exit(main())
