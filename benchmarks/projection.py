"""Compare the projection with networkx, igraph, scipy, a pandas self-merge, and with writing the result.

    python benchmarks/projection.py [--size 440 10000 1000000]

Synthetic laureates mobilise 1 + Poisson(6) actors each, distinct, drawn with a popularity in 1 / rank among
as many actors as laureates; seeded. Each method runs in a process of its own, which reports its time and its
peak memory. Every method must give the same edges and counts before any time is compared. The ratios are
between times of this run.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

OURS, LIMIT = "this package", "write all columns"
METHODS = {
    OURS: None,
    "scipy B.T @ B": None,
    "igraph": None,
    "pandas self-merge": None,
    "networkx": 10_000,
    "write counts only": None,
    LIMIT: None,
}
SEED = 20261123
GIB = 1 << 30


def synthetic(size):
    """Return indptr and indices of a seeded two-mode table of ``size`` laureates and as many actors."""
    random = np.random.default_rng(SEED)
    wanted = np.minimum(1 + random.poisson(6, size), size)
    chances = np.cumsum(1 / np.arange(1, size + 1))
    held = np.zeros(0, dtype=np.int64)
    missing = wanted.copy()
    while missing.any():
        rows = np.repeat(np.arange(size), missing)
        drawn = np.searchsorted(chances, random.random(len(rows)) * chances[-1])
        held = np.union1d(held, rows * size + drawn)
        missing = wanted - np.bincount(held // size, minlength=size)
    # Actors are renumbered, so that popular ones are not neighbours.
    rows, columns = held // size, random.permutation(size)[held % size]
    order = np.lexsort((columns, rows))
    return np.r_[0, np.cumsum(wanted)], columns[order].astype(np.int32)


def prepare(method, indptr, indices):
    """Put the table in the form that the method starts from; not timed."""
    size = len(indptr) - 1
    if method == "scipy B.T @ B":
        from scipy.sparse import csr_array

        return csr_array((np.ones(len(indices), dtype=np.int32), indices, indptr), shape=(size, size))
    rows = np.repeat(np.arange(size), np.diff(indptr))
    if method == "igraph":
        import igraph

        return igraph.Graph(n=2 * size, edges=np.column_stack([rows, indices + size]))
    if method == "pandas self-merge":
        import pandas as pd

        return pd.DataFrame({"laureate": rows.astype(np.int32), "actor": indices})
    if method == "networkx":
        import networkx as nx

        graph = nx.Graph()
        graph.add_edges_from(zip(rows.tolist(), (indices + size).tolist(), strict=True))
        return graph
    from scipy.sparse import csr_array

    from neoterra_analysis.analysis.network import project_matrix

    matrix = csr_array((np.ones(len(indices), dtype=np.int8), indices, indptr), shape=(size, size))
    return matrix if method == OURS else project_matrix(matrix)


def run(method, given, indptr, indices, folder):
    """Do what is timed."""
    size = len(indptr) - 1
    if method == "scipy B.T @ B":
        from scipy.sparse import triu

        return triu(given.T @ given, k=1, format="csr")
    if method == "igraph":
        types = [False] * size + [True] * size
        return given.bipartite_projection(types=types, multiplicity=True, which=True)
    if method == "pandas self-merge":
        pairs = given.merge(given, on="laureate")
        pairs = pairs[pairs["actor_x"] < pairs["actor_y"]]
        return pairs.groupby(["actor_x", "actor_y"]).size()
    if method == "networkx":
        from networkx.algorithms import bipartite

        return bipartite.weighted_projected_graph(given, [node for node in given if node >= size])
    if method == OURS:
        from neoterra_analysis.analysis.network import project_matrix

        return project_matrix(given)
    with open(folder / "result.bin", "wb") as file:
        for column in list(given.values())[: None if method == LIMIT else 3]:
            column.tofile(file)
        file.flush()
        os.fsync(file.fileno())
    return given


def edges_of(method, result, size):
    """Return source, target and count, sorted, whatever the method's form."""
    if method == "scipy B.T @ B":
        result.sort_indices()
        return np.repeat(np.arange(size), np.diff(result.indptr)), result.indices, result.data
    if method == "pandas self-merge":
        frame = result.reset_index()
        return tuple(frame.iloc[:, i].to_numpy() for i in range(3))
    if method in ("igraph", "networkx"):
        if method == "igraph":
            ends, counts = np.array(result.get_edgelist()), np.array(result.es["weight"])
        else:
            triples = np.array(list(result.edges(data="weight")), dtype=np.int64)
            ends, counts = triples[:, :2] - size, triples[:, 2]
        ends = np.sort(ends, axis=1)
        order = np.lexsort((ends[:, 1], ends[:, 0]))
        return ends[order, 0], ends[order, 1], counts[order]
    return result["source"], result["target"], result["count"]


def work(method, size, folder):
    """Run one method and print its measures as one line of JSON."""
    indptr, indices = np.load(folder / "indptr.npy"), np.load(folder / "indices.npy")
    given = prepare(method, indptr, indices)
    times = []
    while not times or (len(times) < 5 and sum(times) < 15):
        result = None  # the previous result must not count as memory of this run
        start = time.perf_counter()
        result = run(method, given, indptr, indices, folder)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    digest = hashlib.sha256()
    columns = edges_of(method, result, size)
    for column in columns:
        digest.update(np.ascontiguousarray(column, dtype=np.int32).tobytes())
    measures = {"best": min(times), "first": times[0], "runs": len(times), "peak": peak}
    print(json.dumps(measures | {"edges": len(columns[0]), "digest": digest.hexdigest()}))


def reason_to_skip(method, size, indptr):
    """Say why a method cannot run at this size, or return an empty text."""
    most = METHODS[method]
    if most and size > most:
        return f"not run above {most:,} laureates"
    if method == "pandas self-merge":
        # The merge holds both ends of every ordered pair, the grouping a few copies of them.
        needed = int((np.diff(indptr).astype(np.int64) ** 2).sum()) * 60
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        if needed > memory / 2:
            return f"not run: would need about {needed / GIB:.0f} GiB"
    return ""


def compare(size, folder):
    """Run all methods on one table, check that they agree, and print the table of measures."""
    indptr, indices = synthetic(size)
    np.save(folder / "indptr.npy", indptr)
    np.save(folder / "indices.npy", indices)
    sizes = np.diff(indptr)
    pairs = int((sizes * (sizes - 1) // 2).sum())
    print(f"\n{size:,} laureates, {len(indices) / size:.2f} actors each, {pairs:,} pairs", flush=True)
    measured, skipped = {}, {}
    for method in METHODS:
        skipped[method] = reason_to_skip(method, size, indptr)
        if skipped[method]:
            continue
        command = [sys.executable, __file__, "--worker", method, "--size", str(size), "--folder", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            skipped[method] = f"failed: {done.stderr.strip().splitlines()[-1:] or done.returncode}"
            continue
        measured[method] = json.loads(done.stdout)
    digests = {method: measure["digest"] for method, measure in measured.items()}
    assert OURS in digests and LIMIT in digests, skipped
    assert len(set(digests.values())) == 1, f"results differ: {digests}"
    ours, limit = measured[OURS], measured[LIMIT]
    print(f"{ours['edges']:,} edges; all {len(measured)} runs give the same edges and counts")
    print(f"{'method':20} {'best s':>9} {'first s':>9} {'runs':>4} {'peak MB':>8} {'/ ours':>9} {'/ limit':>8}")
    for method in METHODS:
        if skipped[method]:
            print(f"{method:20} {skipped[method]}")
            continue
        m = measured[method]
        numbers = f"{m['best']:9.4f} {m['first']:9.4f} {m['runs']:4} {m['peak'] / 1e6:8.0f}"
        print(f"{method:20} {numbers} {m['best'] / ours['best']:9.1f} {m['best'] / limit['best']:8.1f}")
    return ours, limit


def main():
    """Read the arguments; be the worker or the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs="+", default=[440, 10_000, 1_000_000], help="laureates")
    parser.add_argument("--folder", type=Path, help="where the result is written (default: a temporary folder)")
    parser.add_argument("--worker", choices=METHODS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker, arguments.size[0], arguments.folder)
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        for size in arguments.size:
            ours, limit = compare(size, Path(folder))
    print(
        f"\nOne machine serves {size:,} laureates: {ours['best']:.2f} s and {ours['peak'] / 1e6:.0f} MB "
        f"for all four indices, {ours['best'] / limit['best']:.1f} times the time of writing them."
    )


if __name__ == "__main__":
    main()
