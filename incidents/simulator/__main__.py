"""`python -m incidents.simulator --port N`: the simulator as a process of its own, filled by others through /control/."""

import argparse
import sys

from incidents.simulator import Simulator
from incidents.simulator.loopback import NotLoopback


def main() -> int:
    """Serve until interrupted; 1 when the address cannot be taken."""
    parser = argparse.ArgumentParser(
        prog="python -m incidents.simulator", description="Plays VK and Telegram on this machine."
    )
    parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1 or ::1")
    parser.add_argument("--port", type=int, default=8100, help="0: any free port, printed at the start")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same ids")
    parser.add_argument("--zone", default="Europe/Moscow", help="time zone of the pages")
    asked = parser.parse_args()
    try:
        simulator = Simulator(host=asked.host, port=asked.port, seed=asked.seed, zone=asked.zone)
    except (NotLoopback, OSError) as error:
        sys.stderr.write(f"The simulator did not start: {error}\n")
        return 1
    sys.stdout.write(f"{simulator.url}\n")
    sys.stdout.flush()
    simulator.start()
    try:
        simulator.wait()
    except KeyboardInterrupt:
        simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
