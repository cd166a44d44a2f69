"""The release build of the controller as a process outside of the cluster, and what it tells of itself."""
import os
import signal
import subprocess
import sys
import time
import urllib.request

METRICS, HEALTH = 38080, 38081
PROGRAM = "build/release/controller/bin/staves-controller"
OPERATOR = "localhost/staves@sha256:" + "1" * 64


class Controller:
    """A run of the program."""

    def __init__(self, *options, metrics=METRICS, health=HEALTH):
        self.metrics = metrics
        self.started = time.monotonic()
        self.log = open(f"build/bench-controller-{metrics}.log", "w", encoding="utf-8")
        self.process = subprocess.Popen([PROGRAM, "--operator-image", OPERATOR, "--workers", "4", "--metrics-address", f"127.0.0.1:{metrics}",
                                         "--health-address", f"127.0.0.1:{health}", *options], stderr=self.log, stdout=self.log)

    def numbers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=5) as page:
                lines = page.read().decode().splitlines()
        except OSError:
            return {}
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line and line[0] != "#"}

    def rounds(self):
        return sum(value for name, value in self.numbers().items() if name.startswith("controller_runtime_reconcile_total"))

    def status(self, name):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(60)
        self.log.close()


def until(holds, what, seconds=600, every=0.02):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            sys.exit(f"after {seconds} s this is still not true: {what}")
        time.sleep(every)


def quiet(controller, seconds=3):
    """Until the controller has made no round for a while."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        now = controller.rounds()
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.2)
