"""An independent reading of nginx configurations, by crossplane: pools as JSON, one line for each file named on standard input."""
import json
import sys

import crossplane

METHODS = {"ip_hash", "least_conn", "hash", "random", "least_time"}
PASSES = {"proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass"}
SCHEMES = ("http://", "https://", "grpc://", "grpcs://", "uwsgi://", "suwsgi://")


def parameters(words):
    return dict(word.partition("=")[::2] for word in words)


def target(words):
    options = parameters(words[1:])
    role = "down" if "down" in options else "drain" if "drain" in options else "backup" if "backup" in options else "active"
    return [words[0], int(options.get("weight", 1)), role, int(options.get("max_fails", 1))]


def declared(block):
    methods = [item["directive"] for item in block["block"] if item["directive"] in METHODS]
    servers = [target(item["args"]) for item in block["block"] if item["directive"] == "server"]
    return [block["args"][0], methods[-1] if methods else "round_robin", servers]


def host(words):
    text = words[0]
    lower = text.lower()
    scheme = next((scheme for scheme in SCHEMES if lower.startswith(scheme)), "")
    rest = text[len(scheme):]
    if rest.lower().startswith("unix:"):
        end = rest.find(":", 5) if scheme else -1
        return rest if end < 0 else rest[:end]
    return min((rest.split(mark)[0] for mark in "/?#"), key=len)


def walk(items, network, found):
    for item in items:
        name, block = item["directive"], item.get("block")
        if name == "upstream" and block is not None:
            found["declared"].append([network] + declared(item))
        elif name in PASSES and item["args"] and "$" not in item["args"][0]:
            found["passes"].append([network, host(item["args"])])
        elif block is not None and not name.endswith("_by_lua_block"):
            walk(block, name if name in ("http", "stream") else network, found)


def read(path):
    payload = crossplane.parse(path, single=True, check_ctx=False, check_args=False, comments=False)
    found = {"declared": [], "passes": []}
    for config in payload["config"]:
        walk(config["parsed"], "http", found)
    names = {(network, name.lower()) for network, name, *_ in found["declared"]}
    hosts = {(network, host) for network, host in found["passes"] if (network, host.lower()) not in names}
    found["implicit"] = sorted({host.lower() for _, host in hosts})
    return {"declared": [pool[1:] for pool in found["declared"]], "implicit": found["implicit"], "status": payload["status"]}


for line in sys.stdin:
    print(json.dumps(read(line.strip())), flush=True)
