//! Whatever the text: no panic, and each complaint stands in it.

use lblint::source::Version;
use lblint::validate::Program;
use proptest::prelude::*;

use crate::complaints_in;

const WORDS: &str = "server|upstream|location|listen|proxy_pass|if|return|map|geo|split_clients|zone|sticky|resolver|http|events|\
                     types|access_log|error_page|include|\\(\\$a|~|=|@a|80|a:1|\\[::1\\]|unix:|http://a/b|weight=1|backup|ranges|5%|\\*|\
                     ''|\"\\\\\"\"|\u{e9}|\\$|-1|10s|\\)|\\(|keys_zone=a:1|cookie";

proptest! {
    #[test]
    fn complaints_stand_in_the_text(
        statements in proptest::collection::vec((proptest::collection::vec(WORDS, 1..5), "[;{}\n]{1,2}"), 0..30),
        context in prop::sample::select(vec!["main", "http", "server", "location", "upstream", "stream", "geo"]),
        stated in any::<bool>(),
    ) {
        let text = statements.iter().map(|(words, end)| [words.join(" "), end.clone()].join(" ")).collect::<String>();
        let program = Program { version: Version::line(1, 24), stated };
        let found = complaints_in(&text, &[context], &[], program);
        for (one, _) in &found {
            prop_assert!(one.span.start <= one.span.end && one.span.end as usize <= text.len(), "{one:?}");
            prop_assert!(text.is_char_boundary(one.span.start as usize) && text.is_char_boundary(one.span.end as usize));
        }
    }
}
