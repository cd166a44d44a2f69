#!/usr/bin/env python3
"""fault.py NAME FOLDER ADDRESS: the fault proxy in front of the API server of $KUBECONFIG, with the rules of one fault, until it is told to
end. Puts its kubeconfig into FOLDER, prints `ready`, and at the end how often which fault happened. `fault.py --list` prints the names."""
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request

from processes import controller_pids

PROXY = "build/dev/tests/fault_proxy/fault-proxy"
# By the names of tests/support/fault_proxy/rule.h. What stands still for as long as its rule is there comes and goes, with the seconds of both.
FAULTS = {
    "status": [{"fault": "status", "status": 503, "chance": 0.2}, {"fault": "status", "status": 429, "retryAfter": 1, "chance": 0.1},
               {"fault": "status", "status": 409, "verbs": ["write"], "every": 5}],
    "delay": [{"fault": "delay", "ms": 800, "chance": 0.5, "when": "after"}],
    "crash": [{"fault": "crash", "verbs": ["write"], "every": 6, "times": 3, "when": "after"}],
    "swallow": [{"fault": "swallow", "verbs": ["watch"], "bytes": 20000, "times": 6}, {"fault": "swallow", "verbs": ["write"], "every": 9}],
    # By chance: a write that is sent again would otherwise leave every second turn to the lease, which never is.
    "loseReply": [{"fault": "loseReply", "verbs": ["write"], "chance": 0.3}],
    "duplicateReply": [{"fault": "duplicateReply"}],
    "slowBody": [{"fault": "slowBody", "bytes": 20000}],
    "truncate": [{"fault": "truncate", "chance": 0.3}],
    # What a server left out comes with the next list alone.
    "skipEvent": [{"fault": "skipEvent", "chance": 0.3}, {"fault": "dropWatch", "ms": 3000},
                  {"fault": "status", "status": 410, "verbs": ["watch"], "every": 2}],
    "duplicateEvent": [{"fault": "duplicateEvent", "every": 2}],
    "expireWatch": [{"fault": "expireWatch", "every": 4}],
    "dropWatch": [{"fault": "dropWatch", "ms": 1500}],
    "freezeWatch": [{"fault": "freezeWatch", "resources": ["pods"]}],
    "lag": [{"fault": "lag"}],
    "unauthorized": [{"fault": "unauthorized", "ms": 700}],
    "resetIdle": [{"fault": "resetIdle", "ms": 300}],
    "swapCa": [{"fault": "swapCa", "ms": 10000}],
}
COMES_AND_GOES = {"lag": (10, 10), "unauthorized": (5, 5)}


def call(url, method="GET", body=None):
    request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


def alternate(control, name, ended):
    on, off = COMES_AND_GOES[name]
    while not ended.wait(on):
        call(control + "/rules", "DELETE")
        if ended.wait(off):
            return
        call(control + "/rules", "PUT", {"rules": FAULTS[name]})


def main(name, folder, address):
    pid_file = os.path.join(folder, "controller.pid")
    command = [PROXY, "--directory", folder, "--listen", address, "--pid-file", pid_file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as proxy:
        control = json.loads(proxy.stdout.readline())["control"]
        call(control + "/rules", "PUT", {"rules": FAULTS[name]})
        print("ready", flush=True)
        ended = threading.Event()
        for end in (signal.SIGTERM, signal.SIGINT):
            signal.signal(end, lambda *_: ended.set())
        if name in COMES_AND_GOES:
            threading.Thread(target=alternate, args=(control, name, ended)).start()
        while not ended.wait(0.5):
            # Whom the fault `crash` kills: another process after each time.
            if name == "crash" and (pids := controller_pids(os.environ["E2E_CLUSTER"])):
                with open(pid_file + ".new", "w", encoding="utf-8") as file:
                    file.write(str(pids[0]))
                os.replace(pid_file + ".new", pid_file)
        happened = json.loads(call(control + "/counters")).get("faults", {})
        proxy.terminate()
    print("faults that happened: " + (", ".join(f"{what} {count}" for what, count in sorted(happened.items())) or "none"), flush=True)
    if not happened:
        sys.exit("fault.py: error: the cases say nothing, since the fault never happened")


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(" ".join(FAULTS))
    elif len(sys.argv) != 4 or sys.argv[1] not in FAULTS:
        sys.exit(__doc__)
    else:
        main(*sys.argv[1:])
