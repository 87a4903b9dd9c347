"""``python -m scripts.sample_site [PORT]``: serve until interrupted."""

from __future__ import annotations

import sys
import time

from scripts.sample_site import SampleSite


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with SampleSite(port=port) as site:
        print(site.base, flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
