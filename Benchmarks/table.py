"""Prints the benchmarks' table: `table.py PROCESSES.json REQUESTS`. Medians, and ratios to the same run's peers."""

import json
import statistics
import sys

NAMES = {"agentctl": "agentctl token", "oidc-token": "oidc-token", "c": "C, same socket"}
MODES = {"keep": "one connection kept", "connect": "a connection each"}


def process_rows(path):
    with open(path, encoding="utf-8") as file:
        results = {result["command"]: result for result in json.load(file)["results"]}
    ours = results["agentctl"]["median"]
    for name, title in NAMES.items():
        times = results[name]["times"]
        p95 = statistics.quantiles(times, n=20)[18]
        median = results[name]["median"]
        yield title, f"{median * 1e3:.2f} ms", f"{p95 * 1e3:.2f} ms", f"{ours / median:.2f}"


def request_rows(path):
    rounds = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            server, mode, *figures = line.split()
            rounds.setdefault((server, mode), []).append([float(figure) for figure in figures])
    median = {key: [statistics.median(column) for column in zip(*rows)] for key, rows in rounds.items()}
    for mode, title in MODES.items():
        for server in ("agent", "floor"):
            rate, p50, p99 = median[server, mode]
            ratio = median["agent", mode][0] / rate
            yield f"{server}, {title}", f"{rate:,.0f}/s", f"{p50:.0f} / {p99:.0f} µs", f"{ratio:.2f}"


def print_table(head, rows):
    print(f"\n{head[0]:<32}{head[1]:>14}{head[2]:>18}{head[3]:>16}")
    for row in rows:
        print(f"{row[0]:<32}{row[1]:>14}{row[2]:>18}{row[3]:>16}")


if __name__ == "__main__":
    print_table(("a token, as a whole process", "median", "p95", "agentctl ÷ it"), process_rows(sys.argv[1]))
    print_table(("cached token requests", "rate", "p50 / p99", "agent ÷ it"), request_rows(sys.argv[2]))
