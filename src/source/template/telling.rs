//! What of a template tells its language: the statements of which more is known than that they are there.

use std::borrow::Cow;

use super::{Layout, Template};

/// Words of HAProxy that are a statement whatever follows.
const TELLING: [&str; 6] = ["backend", "frontend", "listen", "server", "bind", "use_backend"];

impl Template {
    /// The copy without what tells nothing: lines on which a statement begins with a placeholder, and statements of HAProxy
    /// of which only the first word is known, where the second one tells what they are.
    pub(in crate::source) fn telling(&self, layout: Layout) -> Cow<'_, str> {
        if layout == Layout::Indented {
            return self.text.as_str().into();
        }
        let mut masks = self.masks.iter().peekable();
        let mut at = 0;
        let mut is_within = false;
        let lines = self.text.split_inclusive('\n').filter(|line| {
            let first = at + line.len() - line.trim_start().len();
            at += line.len();
            while masks.peek().is_some_and(|mask| mask.end as usize <= first) {
                masks.next();
            }
            let known = first + known_at_least(line, layout);
            let tells = is_within || masks.peek().is_none_or(|mask| mask.start as usize > known);
            is_within = layout == Layout::Terminated && goes_on(line).unwrap_or(is_within);
            tells
        });
        lines.collect::<String>().into()
    }
}

/// How much of a line must be no placeholder, in bytes.
fn known_at_least(line: &str, layout: Layout) -> usize {
    let word = line.split_whitespace().next().unwrap_or_default();
    if layout == Layout::Terminated || TELLING.contains(&word) { 0 } else { word.len() + 1 }
}

/// Whether the last statement of a line goes on behind it; `None` if there is none.
fn goes_on(line: &str) -> Option<bool> {
    let content = line.split_once('#').map_or(line, |(content, _)| content).trim_end();
    (!content.is_empty()).then(|| !content.ends_with([';', '{', '}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn telling(path: &str, text: &str, layout: Layout) -> String {
        Template::read(path, text, layout, 0).map_or_else(String::new, |template| template.telling(layout).into_owned())
    }

    #[test]
    fn a_statement_of_nginx_is_kept_or_left_out_whole() {
        let text = "{% for c in caches %}\nproxy_cache_path {{ c.path }} levels=1:2 # the cache\n  max_size={{ c.size }};\n{{ k }} {{ v }};\n{% endfor %}\nserver { listen 80; }\n";
        let kept = telling("site.j2", text, Layout::Terminated);
        let lines: Vec<&str> = kept.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(lines.len(), 3, "{kept}");
        let [path, rest, server] = [0, 1, 2].map(|at| lines[at].trim_start());
        assert!(path.starts_with("proxy_cache_path ") && rest.ends_with(';') && server.starts_with("server"), "{kept}");
    }

    #[test]
    fn a_statement_of_haproxy_tells_by_its_second_word() {
        let kept = telling("lb.j2", "option {{ o }}\nserver {{ s }} {{ a }}\ntimeout connect {{ t }}\n", Layout::Lines);
        let words: Vec<&str> = kept.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(words, ["server", "timeout"]);
    }
}
