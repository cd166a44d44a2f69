"""Processes of a cluster, which are processes of this machine: the node is a set of namespaces."""
import os


def controller_pids(cluster):
    """Of the controllers of a cluster, by the node's own control groups."""
    pids = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8") as comm, open(f"/proc/{pid}/cgroup", encoding="utf-8") as group:
                if comm.read().startswith("staves-controll") and f"/staves-{cluster}/" in group.read():
                    pids.append(int(pid))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return pids
