#!/usr/bin/env python3
"""Writes large scenarios for `berth simulate`, to time scheduling cycles with. Same arguments, same file.

  load.py --shape pending --nodes 100  --jobs 500   > pending-100.json
  load.py --shape reclaim --nodes 1000 --jobs 5000  > reclaim-1000.json
  load.py --shape steady  --nodes 5000              > steady-5000.json

Shapes
  pending  an empty cluster, every workload waits, there is less room than wanted
  place    the same, and only the action `allocate` runs
  reclaim  a full cluster; one project holds everything beyond its quota with preemptible work,
           another one, promised half of the cluster, has --waiting workloads pending
  steady   about 95 % of the GPUs are in use, every project has its quota and no claim to more;
           --waiting workloads cannot be placed
  stuck    the same machines, but every project is below its quota, so that each of the waiting workloads
           may look for victims, and none can be found

Only the standard library is used.
"""
import argparse
import heapq
import json
import random
import sys

GPUS = 8
# share of workloads, pods, GPUs per pod
MIX = [(55, 1, 1), (15, 1, 2), (8, 1, 4), (4, 1, 8), (10, 1, 0.5), (3, 1, 0.25), (5, 4, 1)]


def request(gpus):
    return {"gpuFraction": gpus} if gpus < 1 else {"gpus": gpus}


def projects(count, total, departments=4):
    per = max(1, total // count)
    return (
        [{"name": f"d{i}", "gpu": {"deserved": per * len(range(i, count, departments))}} for i in range(departments)],
        [{"name": f"p{i:02d}", "department": f"d{i % departments}", "gpu": {"deserved": per}} for i in range(count)],
    )


def pending(a, rng):
    departments, teams = projects(a.projects, a.nodes * GPUS)
    workloads = []
    weights = [m[0] for m in MIX]
    for i in range(a.jobs):
        _, pods, gpus = rng.choices(MIX, weights)[0]
        w = {"id": f"w{i:06d}", "project": rng.choice(teams)["name"], **request(gpus)}
        if rng.random() < 0.1:
            w["priority"] = "high"
        elif rng.random() < 0.3:
            w["priority"] = "medium"
        if pods > 1:
            w["pods"] = pods
        workloads.append(w)
    return departments, teams, workloads


def filled(a, rng, sizes, project):
    """Running single-pod workloads that fill every node exactly."""
    workloads = []
    for n in range(a.nodes):
        free = GPUS
        while free:
            size = rng.choice([s for s in sizes if s <= free])
            free -= size
            workloads.append({"id": f"r{len(workloads):06d}", "project": project(rng), "gpus": size,
                              "pods": [{"node": f"node-{n}"}]})
    return workloads


def reclaim(a, rng):
    total = a.nodes * GPUS
    departments = [{"name": "d0", "gpu": {"deserved": total}}]
    teams = [
        {"name": "greedy", "department": "d0", "gpu": {"deserved": total // 4}},
        {"name": "starved", "department": "d0", "gpu": {"deserved": total // 2}},
    ]
    workloads = filled(a, rng, [1, 1, 1, 2, 4], lambda _: "greedy")
    rng.shuffle(workloads)
    room = total // 2
    for i in range(a.waiting):
        size = rng.choice([1, 1, 2, 4, 8])
        if size > room:
            break
        room -= size
        workloads.append({"id": f"q{i:06d}", "project": "starved", "gpus": size})
    return departments, teams, workloads


def crowded(a, rng):
    """About 95 % in use. What is free lies one GPU a node, beside workloads of 4 and 3 GPUs that fit nowhere else."""
    total = a.nodes * GPUS
    departments, teams = projects(a.projects, total)
    workloads = []
    held = [(0, t["name"]) for t in teams]
    for n in range(a.nodes):
        for size in ([4, 3] if n % 5 < 2 else rng.choice([[8], [4, 4], [2, 2, 4]])):
            gpus, project = heapq.heappop(held)
            heapq.heappush(held, (gpus + size, project))
            workloads.append({"id": f"r{len(workloads):06d}", "project": project, "gpus": size, "pods": [{"node": f"node-{n}"}]})
    rng.shuffle(workloads)
    for i in range(a.waiting):
        workloads.append({"id": f"q{i:06d}", "project": teams[i % len(teams)]["name"], "gpus": rng.choice([4, 8])})
    return departments, teams, workloads, {name: gpus for gpus, name in held}


def steady(a, rng):
    departments, teams, workloads, held = crowded(a, rng)
    for t in teams:
        t["gpu"] = {"deserved": held[t["name"]], "overQuotaWeight": 0}
    for d in departments:
        d["gpu"] = {"deserved": sum(t["gpu"]["deserved"] for t in teams if t["department"] == d["name"]), "overQuotaWeight": 0}
    return departments, teams, workloads


def stuck(a, rng):
    departments, teams, workloads, held = crowded(a, rng)
    for t in teams:
        t["gpu"] = {"deserved": max(held.values()) + GPUS * a.waiting}
    for d in departments:
        d["gpu"] = {"deserved": sum(t["gpu"]["deserved"] for t in teams if t["department"] == d["name"])}
    return departments, teams, workloads


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shape", choices=["pending", "place", "reclaim", "steady", "stuck"], required=True)
    ap.add_argument("--nodes", type=int, default=100)
    ap.add_argument("--jobs", type=int, default=500, help="workloads of the shapes `pending` and `place`")
    ap.add_argument("--waiting", type=int, default=100, help="pending workloads of the other shapes")
    ap.add_argument("--projects", type=int, default=20)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    seeded_as = "pending" if a.shape == "place" else a.shape
    rng = random.Random(f"{seeded_as}/{a.nodes}/{a.jobs}/{a.waiting}/{a.projects}/{a.seed}")
    departments, teams, workloads = {"pending": pending, "place": pending, "reclaim": reclaim, "steady": steady, "stuck": stuck}[a.shape](a, rng)
    scenario = {
        "id": f"{a.shape}-{a.nodes}",
        "notes": {k: v for k, v in vars(a).items()},
        "nodes": [{"name": "node", "count": a.nodes, "gpus": GPUS}],
        "departments": departments,
        "projects": teams,
        "workloads": workloads,
    }
    if a.shape == "place":
        scenario["options"] = {"actions": ["allocate"]}
    json.dump(scenario, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
