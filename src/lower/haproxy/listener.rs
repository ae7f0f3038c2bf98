//! `bind` lines to the addresses of a listener.

use super::Lowering;
use super::line::Line;
use crate::model::Bind;

/// Parameters that keep two equal addresses from being the same: other interfaces, name spaces, processes.
const RESTRICTIONS: [&str; 5] = ["interface", "namespace", "process", "thread", "shards"];

/// Parameters that say what a connection begins with.
const WRAPPINGS: [&str; 2] = ["ssl", "accept-proxy"];

impl Lowering<'_, '_> {
    /// `bind ADDRESS[,ADDRESS...] PARAMETERS`
    pub(super) fn bind(&mut self, line: &Line<'_>, binds: &mut Vec<Bind>) {
        let Some(argument) = line.argument(0).cloned() else { return };
        let has = |wanted: &[&str]| {
            let parameters = line.arguments.iter().skip(1);
            parameters.filter_map(|word| word.known()).any(|word| wanted.contains(&word))
        };
        let (restricted, wrapped) = (has(&RESTRICTIONS), has(&WRAPPINGS));
        let Some(word) = argument.known() else {
            let address = self.address(&argument);
            return binds.push(Bind {
                address,
                at: argument.span,
                restricted: true,
                datagrams: false,
                wrapped,
                takes_the_rest: false,
                presence: line.presence,
            });
        };
        for part in word.split(',') {
            let address = self.address_in(part, word, &argument);
            let datagrams = part.starts_with("quic") || part.starts_with("udp");
            binds.push(Bind {
                address,
                at: argument.span,
                restricted,
                datagrams,
                wrapped,
                takes_the_rest: false,
                presence: line.presence,
            });
        }
    }
}
