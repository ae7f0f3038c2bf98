//! Kubernetes manifests: the ConfigMaps in a stream of documents, and which of their entries are configurations.

use std::ops::Range;

use memchr::memmem;

use super::base64;
use crate::analysis::grammars::Grammars;
use crate::source::{Body, Dialect, Document, View, dialect_of_name};
use crate::syntax::envoy::{Format, NodeId, NodeKind, Style, Tree, parse, remarks as remarks_in};
use crate::syntax::{Remark, may_speak};

/// Deepest `List` in a `List` that is looked into.
const DEEPEST: usize = 4;

/// Whether a text is a manifest: then it is no configuration itself, whatever stands in it.
pub(super) fn is_manifest(text: &str) -> bool {
    if !has(text, "apiVersion") {
        return false;
    }
    if json_start(text).is_some() {
        return has(text, "\"apiVersion\"") && has(text, "\"kind\"");
    }
    let (mut version, mut kind) = (false, false);
    // Templates of manifests indent what stands in a condition.
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '\t', '-', '\u{feff}']);
        version |= line.starts_with("apiVersion:");
        kind |= line.starts_with("kind:");
        if version && kind {
            return true;
        }
    }
    false
}

/// The configurations in a manifest; byte ranges are those of the text. `written` is the text before placeholders took the
/// place of what an engine fills in.
pub(super) fn documents(text: &str, written: &str, grammars: &Grammars) -> Vec<Document> {
    if !has(text, "ConfigMap") {
        return Vec::new();
    }
    let mut manifest = Manifest { grammars, written, found: Vec::new(), families: 0 };
    if let Some(start) = json_start(text) {
        let view = View::new(text.get(start..).unwrap_or_default(), start as u32);
        manifest.read(view, Format::Json, None);
    } else {
        for part in parts(text).into_iter().filter(|part| has(part.text, "ConfigMap")) {
            manifest.read(View::new(part.text, part.start as u32), Format::Yaml, part.rendered_from);
        }
    }
    manifest.found
}

/// What comments say to lblint in a manifest; one at the top of a document speaks of that document, at the top of the file of the
/// file. `written` is the text before placeholders took the place of what an engine fills in.
pub(in crate::analysis) fn remarks(view: View<'_>, written: &str) -> Vec<Remark> {
    if json_start(view.text).is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for part in parts(view.text) {
        let written = written.get(part.start..part.start + part.text.len()).unwrap_or_default();
        if may_speak(written) {
            let own = View::new(part.text, view.base + part.start as u32);
            let tree = parse(own, Format::Yaml, &mut Vec::new());
            let whole = |_| if part.start == 0 { view.span() } else { own.span() };
            let remarks = remarks_in(&tree, own, written).into_iter();
            found.extend(remarks.map(|remark| Remark { file: remark.file.map(whole), ..remark }));
        }
    }
    found
}

fn has(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// Where the object of a JSON text begins.
fn json_start(text: &str) -> Option<usize> {
    let content = text.trim_start_matches('\u{feff}').trim_start();
    content.starts_with('{').then_some(text.len() - content.len())
}

/// One document of a YAML stream.
struct Part<'a> {
    start: usize,
    text: &'a str,
    rendered_from: Option<&'a str>,
}

/// The documents of a stream. They are taken apart here, so that what is wrong with one does not touch the others.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let rest = line.strip_prefix("---");
        if at > 0 && rest.is_some_and(|rest| rest.trim_start_matches([' ', '\t', '\r', '\n']).len() < rest.len()) {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    let ranges = starts.iter().zip(starts.iter().skip(1));
    let part = |(start, end): (&usize, &usize)| {
        let part = text.get(*start..*end)?;
        Some(Part { start: *start, text: part, rendered_from: rendered_from(part) })
    };
    ranges.filter_map(part).collect()
}

/// What `helm template` writes at the beginning of each document: `# Source: chart/templates/x.yaml`.
fn rendered_from(part: &str) -> Option<&str> {
    let mut head = part.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with(['#', '-']));
    head.find_map(|line| line.strip_prefix("# Source:")).map(str::trim).filter(|path| !path.is_empty())
}

struct Manifest<'g> {
    grammars: &'g Grammars,
    written: &'g str,
    found: Vec<Document>,
    families: usize,
}

/// Where entries come from.
struct Origin<'a> {
    map: String,
    family: usize,
    rendered_from: Option<&'a str>,
}

impl Manifest<'_> {
    fn read(&mut self, view: View<'_>, format: Format, rendered_from: Option<&str>) {
        let tree = parse(view, format, &mut Vec::new());
        for root in tree.documents() {
            self.object(Objects { tree: &tree, view, written: self.written }, *root, rendered_from, 0);
        }
    }

    fn object(&mut self, objects: Objects<'_>, node: NodeId, rendered_from: Option<&str>, depth: usize) {
        let kind = objects.text(node, "kind").unwrap_or_default();
        if kind == "ConfigMap" {
            return self.map(objects, node, rendered_from);
        }
        let items = objects.field(node, "items").filter(|_| kind.ends_with("List") && depth < DEEPEST);
        for item in items.into_iter().flat_map(|items| objects.items(items)) {
            // The items of a `ConfigMapList` need not say what they are.
            if kind == "ConfigMapList" {
                self.map(objects, item, rendered_from);
            } else {
                self.object(objects, item, rendered_from, depth + 1);
            }
        }
    }

    fn map(&mut self, objects: Objects<'_>, node: NodeId, rendered_from: Option<&str>) {
        let origin = Origin { map: objects.name(node), family: self.families, rendered_from };
        self.families += 1;
        let entries = |field: &str| objects.field(node, field).map(|data| objects.entries(data)).unwrap_or_default();
        let plain = entries("data").into_iter().filter_map(|(key, value)| Some((key, objects.body(value)?)));
        let binary = entries("binaryData").into_iter().filter_map(|(key, value)| Some((key, objects.decoded(value)?)));
        let mut documents: Vec<Document> =
            plain.chain(binary).map(|(key, (body, text))| self.document(&origin, key, body, &text)).collect();
        settle_parts(&mut documents);
        let loads_others = |document: &Document| matches!(document.dialect, Some(Dialect::Nginx | Dialect::Envoy));
        if !documents.iter().any(loads_others) {
            documents.retain(|document| document.dialect.is_some());
        }
        self.found.extend(documents);
    }

    fn document(&self, origin: &Origin<'_>, key: String, body: Body, text: &str) -> Document {
        let named = || dialect_of_name(&key).filter(|dialect| *dialect != Dialect::Envoy && !text.trim().is_empty());
        let told = super::dialect_of(text, self.grammars);
        let is_part = told.is_none() && super::haproxy::is_part(text, self.grammars);
        let dialect = told.or_else(named);
        Document {
            name: format!("{}/{key}", origin.map),
            key,
            family: origin.family,
            dialect,
            is_part,
            body: if dialect == Some(Dialect::Envoy) { for_yaml(body, text) } else { body },
            rendered_from: origin.rendered_from.map(str::to_owned),
        }
    }
}

/// Sections that complete a configuration need one beside them.
fn settle_parts(documents: &mut [Document]) {
    let has_main = documents.iter().any(|one| one.dialect == Some(Dialect::Haproxy) && !one.is_part);
    for part in documents.iter_mut().filter(|document| document.is_part) {
        part.is_part = has_main;
        part.dialect = part.dialect.or_else(|| has_main.then_some(Dialect::Haproxy));
    }
}

/// A mark between documents, or a directive, counts only at the beginning of a line: an indented one means something else.
fn for_yaml(body: Body, text: &str) -> Body {
    let is_mark = |line: &str| line.starts_with('%') || matches!(line.trim_end(), "---" | "...");
    match body {
        Body::View(at) if text.lines().any(is_mark) => Body::Copy { text: text.to_owned(), at },
        body => body,
    }
}

/// The objects of a manifest.
#[derive(Clone, Copy)]
struct Objects<'a> {
    tree: &'a Tree,
    view: View<'a>,
    written: &'a str,
}

impl Objects<'_> {
    fn field(self, node: NodeId, name: &str) -> Option<NodeId> {
        let mut entries = self.tree.entries(self.tree.resolve(node));
        entries.find(|(key, _)| self.tree.text(self.view, *key) == name).map(|(_, value)| self.tree.resolve(value))
    }

    fn text(self, node: NodeId, name: &str) -> Option<String> {
        self.field(node, name).map(|value| self.tree.text(self.view, value).into_owned())
    }

    fn items(self, node: NodeId) -> Vec<NodeId> {
        let is_list = self.tree.kind(node) == NodeKind::Sequence;
        if is_list { self.tree.children(node).collect() } else { Vec::new() }
    }

    fn entries(self, node: NodeId) -> Vec<(String, NodeId)> {
        let entries = self.tree.entries(node);
        entries.map(|(key, value)| (self.word(key), self.tree.resolve(value))).collect()
    }

    /// The name of an object, with its namespace if it says one.
    fn name(self, node: NodeId) -> String {
        let metadata = self.field(node, "metadata");
        let value = |name: &str| metadata.and_then(|node| self.field(node, name)).map(|value| self.word(value));
        let word = |name: &str| value(name).filter(|word| !word.is_empty());
        let name = word("name").or_else(|| word("generateName")).unwrap_or_else(|| "?".to_owned());
        word("namespace").map_or(name.clone(), |namespace| format!("{namespace}/{name}"))
    }

    /// A word, with a question mark for what an engine fills in.
    fn word(self, node: NodeId) -> String {
        let text = self.view.slice(self.tree.span(node));
        match self.written.get(self.span(node)) {
            Some(written) if written != text => known_part(text, written),
            _ => self.tree.text(self.view, node).into_owned(),
        }
    }

    /// The text of an entry: a part of the host if it is a block that keeps its lines, else a copy.
    fn body(self, value: NodeId) -> Option<(Body, String)> {
        if self.tree.kind(value) != NodeKind::Scalar {
            return None;
        }
        let text = self.tree.text(self.view, value).into_owned();
        let body = match self.block(value).filter(|block| is_same(self.view.text, block, self.view.base, &text)) {
            Some(block) => Body::View(block),
            None => Body::Copy { text: text.clone(), at: self.span(value) },
        };
        Some((body, text))
    }

    fn decoded(self, value: NodeId) -> Option<(Body, String)> {
        let text = String::from_utf8(base64::decode(&self.tree.text(self.view, value))?).ok()?;
        Some((Body::Copy { text: text.clone(), at: self.span(value) }, text))
    }

    fn span(self, value: NodeId) -> Range<usize> {
        self.tree.span(value).local(0)
    }

    /// The lines of a block scalar, without the header.
    fn block(self, value: NodeId) -> Option<Range<usize>> {
        if self.tree.style(value) != Style::Literal {
            return None;
        }
        let span = self.tree.span(value);
        let header = self.view.slice(span).find('\n')?;
        Some(span.start as usize + header + 1..span.end as usize)
    }
}

/// What a placeholder leaves of a word: marks of engines are no letters, so it is all that differs.
fn known_part(text: &str, written: &str) -> String {
    let is_same = |(own, other): &(char, char)| own == other;
    let before: String = text.chars().zip(written.chars()).take_while(is_same).map(|(own, _)| own).collect();
    let behind = text.chars().rev().zip(written.chars().rev()).take_while(is_same).map(|(own, _)| own);
    let behind: String = behind.collect::<Vec<_>>().into_iter().rev().collect();
    format!("{before}?{behind}").trim_matches(['"', '\'']).to_owned()
}

/// Whether the lines of a block are those of its value but for their indentation.
fn is_same(host: &str, block: &Range<usize>, base: u32, value: &str) -> bool {
    let base = base as usize;
    let Some(text) = host.get(block.start.saturating_sub(base)..block.end.saturating_sub(base)) else { return false };
    let mut lines = text.lines();
    value.trim_end_matches('\n').lines().all(|line| lines.next().is_some_and(|whole| whole.ends_with(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, language and text of each document; copies are marked.
    fn found(text: &str) -> Vec<String> {
        assert!(is_manifest(text));
        let described = documents(text, text, &Grammars::default()).into_iter().map(|document| {
            let dialect = document.dialect.map_or("-", Dialect::name);
            let body = match document.body {
                Body::View(range) => text[range].to_owned(),
                Body::Copy { text: copy, at } => format!("copy of {} bytes: {copy}", text[at].len()),
            };
            let from = document.rendered_from.map(|from| format!(" from {from}")).unwrap_or_default();
            format!("{} {dialect}{from}: {}", document.name, body.lines().map(str::trim).collect::<Vec<_>>().join("/"))
        });
        described.collect()
    }

    const NGINX: &str = "upstream u { server a:1; server b:1; }";

    #[test]
    fn block_scalars_are_parts_of_the_host() {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: prod\ndata:\n  other: x\n  a.conf: |\n    # e\u{301}\n    {NGINX}\n\n  \
             haproxy.cfg: |2-\n      backend b\n        server s 10.0.0.1:80\n"
        );
        assert_eq!(
            found(&text),
            [
                "prod/web/other -: copy of 1 bytes: x".to_owned(),
                format!("prod/web/a.conf nginx: # e\u{301}/{NGINX}/"),
                "prod/web/haproxy.cfg haproxy: backend b/server s 10.0.0.1:80".to_owned()
            ]
        );
    }

    #[test]
    fn other_scalars_are_decoded() {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: \"{NGINX}\\n\"\n  b: >\n    {NGINX}\nbinaryData:\n  c: YmFja2VuZCBiCiBzZXJ2ZXIgcyBhOjEK\n"
        );
        assert_eq!(
            found(&text),
            [
                format!("?/a nginx: copy of 42 bytes: {NGINX}"),
                format!("?/b nginx: copy of {} bytes: {NGINX}", found_length(&text)),
                "?/c haproxy: copy of 32 bytes: backend b/server s a:1".to_owned()
            ]
        );
    }

    /// The length of the folded scalar.
    fn found_length(text: &str) -> usize {
        let documents = documents(text, text, &Grammars::default());
        let Body::Copy { at, .. } = &documents[1].body else { panic!("not decoded") };
        assert!(text[at.clone()].starts_with(">\n    upstream"));
        at.len()
    }

    #[test]
    fn streams_and_lists_name_what_was_rendered() {
        let text = format!(
            "---\n# Source: c/templates/x.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata:\n  a: |\n    {NGINX}\n---\nkind: Secret\n: broken\n--- \n\
             apiVersion: v1\nkind: List\nitems:\n- kind: ConfigMap\n  metadata: {{name: y}}\n  data:\n    a: |\n      {NGINX}\n"
        );
        assert_eq!(
            found(&text),
            [format!("x/a nginx from c/templates/x.yaml: {NGINX}"), format!("y/a nginx: {NGINX}")]
        );
    }

    #[test]
    fn json_is_decoded() {
        let text = format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"ConfigMapList\", \"items\": [{{\"metadata\": {{\"name\": \"x\"}}, \"data\": {{\"a\": \"{NGINX}\\n\"}}}}]}}"
        );
        assert_eq!(found(&text), [format!("x/a nginx: copy of 42 bytes: {NGINX}")]);
    }

    #[test]
    fn documents_inside_of_envoy_files_are_decoded() {
        let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  envoy.yaml: |\n    ---\n    static_resources:\n      clusters: []\n";
        assert_eq!(found(text), ["?/envoy.yaml envoy: copy of 49 bytes: ---/static_resources:/clusters: []"]);
    }

    #[test]
    fn other_manifests_hold_nothing() {
        for text in [
            "apiVersion: v1\nkind: Secret\nstringData:\n  a: |\n    upstream u { server a:1; server b:1; }\n",
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: upstream\n  b: |\n    listen: 80\n",
            "apiVersion: v1\nkind: ConfigMap\ndata: |\n  upstream u { server a:1; }\n",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
