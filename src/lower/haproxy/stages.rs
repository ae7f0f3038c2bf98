//! Rules of a section with the stage at which they are asked, and what their conditions read.

use super::Lowering;
use super::line::Line;
use crate::model::{Effect, Reads, Stage, StagedRule};
use crate::validate::haproxy::Argument;

/// Actions that answer, or close the connection.
const ENDS: [&str; 10] =
    ["return", "redirect", "deny", "tarpit", "reject", "silent-drop", "auth", "use-service", "close", "accept"];

/// Actions that change what later rules read.
const REWRITES: [&str; 14] = [
    "set-path",
    "set-pathq",
    "set-query",
    "set-uri",
    "set-method",
    "replace-path",
    "replace-pathq",
    "replace-uri",
    "set-header",
    "replace-header",
    "replace-value",
    "del-header",
    "add-header",
    "normalize-uri",
];

impl Lowering<'_, '_> {
    /// Notes a line that is a rule.
    pub(super) fn note_rule(&mut self, line: &Line<'_>) {
        let Some(stage) = stage(line.phrase) else { return };
        if !line.presence.is_certain() {
            return;
        }
        let condition = line.arguments.iter().position(|word| word.is("if") || word.is("unless"));
        let words = condition.map_or(&[][..], |at| line.arguments.get(at + 1..).unwrap_or_default());
        let reads = self.reads(words);
        let effect = effect(line.phrase, stage);
        self.unit.staged_rules.push(StagedRule { at: line.span, stage, effect, reads, conditional: condition.is_some() });
    }

    /// Remembers what a condition that has a name reads; several of one name hold if one of them does.
    pub(super) fn note_condition(&mut self, name: &str, expression: &str) {
        let reads = reads(expression);
        if reads != Reads::Nothing {
            self.condition_reads.insert(name.to_owned(), reads);
        }
    }

    /// What the words behind `if` read: names of conditions, and expressions in braces.
    fn reads(&self, words: &[Argument<'_>]) -> Reads {
        let mut found = Reads::Nothing;
        let mut begins = false;
        let mut inside = false;
        for word in words {
            let Some(text) = word.known() else { continue };
            let name = text.trim_start_matches('!');
            match name {
                "{" => (begins, inside) = (true, true),
                "}" => inside = false,
                _ => {
                    let read = match (inside, begins) {
                        (true, true) => reads(name),
                        (true, false) => Reads::Nothing,
                        (false, _) => self.named(name),
                    };
                    begins = false;
                    if read != Reads::Nothing {
                        found = read;
                    }
                }
            }
        }
        found
    }

    fn named(&self, name: &str) -> Reads {
        if name.starts_with("METH_") || name.starts_with("HTTP") {
            return Reads::Request;
        }
        self.condition_reads.get(name).copied().unwrap_or(Reads::Nothing)
    }
}

fn stage(phrase: &str) -> Option<Stage> {
    Some(match phrase.split(' ').next()? {
        "use_backend" => Stage::Route,
        "use-server" => Stage::Server,
        "redirect" => Stage::Redirect,
        "http-request" => Stage::Request,
        "http-response" | "http-after-response" => Stage::Response,
        "monitor" => Stage::Monitor,
        "tcp-request" if phrase.starts_with("tcp-request connection") => Stage::Connection,
        "tcp-request" if phrase.starts_with("tcp-request session") => Stage::Session,
        "tcp-request" if phrase.starts_with("tcp-request content") => Stage::Content,
        _ => return None,
    })
}

fn effect(phrase: &str, stage: Stage) -> Effect {
    let action = phrase.rsplit(' ').next().unwrap_or_default();
    match stage {
        Stage::Route | Stage::Server => Effect::Chooses,
        Stage::Redirect => Effect::Ends,
        _ if ENDS.contains(&action) => Effect::Ends,
        _ if REWRITES.contains(&action) => Effect::Rewrites,
        _ => Effect::Other,
    }
}

/// What an expression reads, by the name of its fetch (configuration manual 7.3.5 and 7.3.6).
fn reads(expression: &str) -> Reads {
    let end = expression.find(['(', ',']).unwrap_or(expression.len());
    let fetch = expression.get(..end).unwrap_or_default();
    if fetch.starts_with("req.ssl_") || fetch.starts_with("req_ssl_") {
        return Reads::Hello;
    }
    let of_request = fetch.strip_prefix("req.").unwrap_or(fetch);
    let name = of_request.split('_').next().unwrap_or_default();
    let is_request = matches!(name, "path" | "pathq" | "url" | "urlp" | "base" | "base32" | "hdr" | "fhdr" | "cook")
        || matches!(of_request, "method" | "meth" | "query" | "hdrs" | "body" | "req_proto_http" | "proto_http")
        || matches!(of_request, "http_auth" | "http_auth_group" | "http_first_req");
    if is_request { Reads::Request } else { Reads::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fetches_of_requests_are_known() {
        for text in ["path_beg", "hdr(host)", "req.hdr(x),lower", "hdr_dom(host)", "url_reg", "method", "base", "cook(a)"] {
            assert_eq!(reads(text), Reads::Request, "{text}");
        }
        assert_eq!(reads("req_ssl_sni"), Reads::Hello);
        assert_eq!(reads("req.ssl_hello_type"), Reads::Hello);
        for text in ["src", "dst_port", "nbsrv(web)", "ssl_fc", "always_true", "ssl_fc_sni", "req.len"] {
            assert_eq!(reads(text), Reads::Nothing, "{text}");
        }
    }

    #[test]
    fn phrases_have_stages() {
        assert!(stage("tcp-request content accept") < stage("http-request deny"));
        assert!(stage("http-request deny") < stage("redirect"));
        assert_eq!(stage("balance"), None);
        assert_eq!(effect("http-request replace-path", Stage::Request), Effect::Rewrites);
        assert_eq!(effect("http-request deny", Stage::Request), Effect::Ends);
        assert_eq!(effect("http-request capture", Stage::Request), Effect::Other);
    }
}
