"""Writes what the programs would read of a repository of fixtures/repos: render.py REPOSITORY FOLDER.

Templates are filled in by Jinja2 with what Ansible would give them; configurations are taken out of ConfigMaps.
"""

import pathlib
import sys

import jinja2
import yaml

ROOT, OUT = map(pathlib.Path, sys.argv[1:])


def load(path):
    return yaml.safe_load((ROOT / path).read_text())


def write(name, text):
    (OUT / name).parent.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_text(text)


def ansible():
    groups, hosts = {}, {}
    for name, group in load("inventory/production.yml")["all"]["children"].items():
        groups[name] = list(group["hosts"])
        hosts |= group["hosts"]
    common = load("inventory/group_vars/all.yml")
    common |= {"groups": groups, "hostvars": hosts, "ansible_managed": "Ansible managed"}
    common |= {"vault_haproxy_stats_password": "not-the-real-one"}
    engine = jinja2.Environment(trim_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined)

    def render(role, group, template, name, **more):
        values = load(f"roles/{role}/defaults/main.yml") | common | load(f"inventory/group_vars/{group}.yml") | more
        values = {
            key: engine.from_string(value).render(values) if isinstance(value, str) else value
            for key, value in values.items()
        }
        write(name, engine.from_string((ROOT / f"roles/{role}/templates/{template}").read_text()).render(values))

    render("haproxy", "edge", "haproxy.cfg.j2", "haproxy.cfg")
    render("nginx", "web", "nginx.conf.j2", "nginx/nginx.conf")
    render("nginx", "web", "upstreams.conf.j2", "nginx/conf.d/upstreams.conf")
    for item in load("inventory/group_vars/web.yml")["nginx_sites"]:
        render("nginx", "web", "site.conf.j2", f"nginx/conf.d/{item['name']}.conf", item=item)


def kubernetes():
    write("haproxy.cfg", load("base/haproxy/configmap.yaml")["data"]["haproxy.cfg"])
    write("envoy.yaml", load("base/envoy/configmap.yaml")["items"][0]["data"]["envoy.yaml"])


{"ansible": ansible, "kubernetes": kubernetes}[ROOT.name]()
