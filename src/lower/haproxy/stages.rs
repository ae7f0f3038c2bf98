//! Rules of a section with the stage at which they are asked, and what their conditions read.

use super::Lowering;
use super::line::Line;
use crate::model::{Effect, Reads, Stage, StagedRule};
use crate::validate::haproxy::Argument;

/// Actions that answer.
const ANSWERS: [&str; 4] = ["return", "redirect", "auth", "use-service"];

/// Actions that refuse, or close the connection.
const REFUSES: [&str; 5] = ["deny", "tarpit", "reject", "silent-drop", "close"];

/// Actions that change the path or the query.
const PATHS: [&str; 8] =
    ["set-path", "set-pathq", "set-query", "set-uri", "replace-path", "replace-pathq", "replace-uri", "normalize-uri"];

/// Actions that change a header.
const HEADERS: [&str; 5] = ["set-header", "replace-header", "replace-value", "del-header", "add-header"];

impl Lowering<'_, '_> {
    /// Notes a line that is a rule.
    pub(super) fn note_rule(&mut self, line: &Line<'_>) {
        let Some(stage) = stage(line.phrase).or_else(|| page(line)) else { return };
        if !line.presence.is_certain() {
            return;
        }
        let condition = line.arguments.iter().position(|word| word.is("if") || word.is("unless"));
        let words = condition.map_or(&[][..], |at| line.arguments.get(at + 1..).unwrap_or_default());
        let reads = self.reads(words);
        let effect = effect(line.phrase, stage, line.known(0));
        self.unit.staged_rules.push(StagedRule {
            at: line.span,
            stage,
            effect,
            reads,
            conditional: condition.is_some(),
        });
    }

    /// Remembers what a condition that has a name reads; several of one name hold if one of them does.
    pub(super) fn note_condition(&mut self, name: &str, expression: &str) {
        let reads = reads(expression);
        if reads != Reads::NOTHING {
            let known = self.condition_reads.entry(name.to_owned()).or_default();
            *known = known.with(reads);
        }
    }

    /// What the words behind `if` read: names of conditions, and expressions in braces.
    fn reads(&self, words: &[Argument<'_>]) -> Reads {
        let mut found = Reads::NOTHING;
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
                        (true, false) => Reads::NOTHING,
                        (false, _) => self.named(name),
                    };
                    begins = false;
                    found = found.with(read);
                }
            }
        }
        found
    }

    fn named(&self, name: &str) -> Reads {
        if name.starts_with("METH_") || name.starts_with("HTTP") {
            return Reads::REQUEST;
        }
        self.condition_reads.get(name).copied().unwrap_or_default()
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

/// The page of statistics answers all paths that begin like its own: here, all there are.
fn page(line: &Line<'_>) -> Option<Stage> {
    (line.phrase == "stats uri" && line.known(0) == Some("/")).then_some(Stage::Page)
}

/// What an action does; `argument` is its first word.
fn effect(phrase: &str, stage: Stage, argument: Option<&str>) -> Effect {
    let action = phrase.rsplit(' ').next().unwrap_or_default().trim_end_matches('*');
    match stage {
        Stage::Route | Stage::Server => Effect::Chooses,
        Stage::Redirect | Stage::Page => Effect::Answers,
        _ if ANSWERS.contains(&action) => Effect::Answers,
        _ if REFUSES.contains(&action) => Effect::Refuses,
        _ if matches!(action, "allow" | "accept") => Effect::Passes,
        _ if action == "switch-mode" => Effect::Upgrades,
        _ if PATHS.contains(&action) => Effect::Rewrites(Reads::PATH),
        _ if HEADERS.contains(&action) && argument.is_some_and(|name| name.eq_ignore_ascii_case("host")) => {
            Effect::Rewrites(Reads::HOST)
        }
        _ => Effect::Other,
    }
}

/// What an expression reads, by the name of its fetch (configuration manual 7.3.5 and 7.3.6).
fn reads(expression: &str) -> Reads {
    let end = expression.find(['(', ',']).unwrap_or(expression.len());
    let (fetch, arguments) = expression.split_at_checked(end).unwrap_or((expression, ""));
    if fetch.starts_with("req.ssl_") || fetch.starts_with("req_ssl_") {
        return Reads::HELLO;
    }
    if fetch == "ssl_fc" {
        return Reads::TLS;
    }
    let of_request = fetch.strip_prefix("req.").unwrap_or(fetch);
    match of_request.split('_').next().unwrap_or_default() {
        "path" | "pathq" | "url" | "urlp" => Reads::PATH,
        "base" | "base32" => Reads::PATH.with(Reads::HOST),
        "hdr" | "fhdr" if arguments.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case("host")) => Reads::HOST,
        "hdr" | "fhdr" | "cook" => Reads::REQUEST,
        _ => match of_request {
            "query" => Reads::PATH,
            "method" | "meth" | "hdrs" | "body" | "req_proto_http" | "proto_http" | "http_auth" | "http_auth_group"
            | "http_first_req" => Reads::REQUEST,
            _ => Reads::NOTHING,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fetches_of_requests_are_known() {
        for (text, expected) in [
            ("path_beg", Reads::PATH),
            ("hdr(Host)", Reads::HOST),
            ("hdr_dom(host)", Reads::HOST),
            ("req.hdr(x),lower", Reads::REQUEST),
            ("base", Reads::PATH.with(Reads::HOST)),
            ("method", Reads::REQUEST),
            ("cook(a)", Reads::REQUEST),
            ("req_ssl_sni", Reads::HELLO),
            ("req.ssl_hello_type", Reads::HELLO),
        ] {
            assert_eq!(reads(text), expected, "{text}");
        }
        for text in ["src", "dst_port", "nbsrv(web)", "always_true", "ssl_fc_sni", "req.len"] {
            assert_eq!(reads(text), Reads::NOTHING, "{text}");
        }
    }

    #[test]
    fn phrases_have_stages() {
        assert!(stage("tcp-request content accept") < stage("http-request deny"));
        assert!(stage("http-request deny") < stage("redirect"));
        assert_eq!(stage("balance"), None);
        let request = |phrase, argument| effect(phrase, Stage::Request, argument);
        assert_eq!(request("http-request replace-path", None), Effect::Rewrites(Reads::PATH));
        assert_eq!(request("http-request set-header", Some("Host")), Effect::Rewrites(Reads::HOST));
        assert_eq!(request("http-request set-header", Some("X-A")), Effect::Other);
        assert_eq!(request("http-request deny", None), Effect::Refuses);
        assert_eq!(request("http-request redirect", None), Effect::Answers);
        assert_eq!(request("http-request allow", None), Effect::Passes);
    }
}
