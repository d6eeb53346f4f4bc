"""Record `streamer demo` as docs/demo.svg: what a reader of the README sees before installing anything.

python -m tests.data.make_demo_picture
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 116
_SPINNER = re.compile("[\u2800-\u28ff]")
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
TARGET = Path(__file__).resolve().parents[2] / "docs" / "demo.svg"


def main() -> None:
    shown = {**os.environ, "COLUMNS": str(COLUMNS), "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    done = subprocess.run([sys.executable, "-m", "streamer", "demo"], env=shown, capture_output=True, check=True)
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115, PTH123
    # Without the frames of the spinner that a terminal draws over.
    lines = [line for line in done.stdout.decode().splitlines() if not _SPINNER.search(line)]
    console.print(Text.from_ansi("\n".join(lines)))
    # A picture fetches nothing: fonts are those of the reader.
    TARGET.write_text(_FONTS.sub("", console.export_svg(title="streamer demo")), "utf-8")


if __name__ == "__main__":
    main()
