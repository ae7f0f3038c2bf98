//! Which rule a directive has beyond what the tables say.

use super::{Scene, Validator};
use crate::grammar::nginx::{ContextSet, DirectiveId, Grammar};

/// What is looked at beyond the types of the words.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Nothing.
    None,
    /// Named parameters from this position on.
    Parameters(u8),
    /// A variable at this position.
    Variable(u8),
    /// A variable as the last word.
    LastVariable,
    AccessLog,
    AddHeader,
    CachePath,
    ErrorLog,
    ErrorPage,
    EventMethod,
    Expires,
    GatewayPass,
    GrpcPass,
    Hash,
    If,
    Keepalive,
    KeepaliveTimeout,
    LimitConn,
    LimitZone,
    Listen,
    Location,
    Network,
    ProxyPass,
    Random,
    Resolver,
    Return,
    Rewrite,
    ServerName,
    Sticky,
    TryFiles,
    UpstreamServer,
    WorkerConnections,
    WorkerProcesses,
    Zone,
}

/// The rules by directive.
pub(super) struct Rules {
    by_directive: Vec<Rule>,
    /// The `upstream` of http and of stream.
    pub(super) upstreams: ContextSet,
}

const TABLE: &[(&str, Rule)] = &[
    ("access_log", Rule::AccessLog),
    ("add_header", Rule::AddHeader),
    ("add_trailer", Rule::AddHeader),
    ("allow", Rule::Network),
    ("auth_request_set", Rule::Variable(1)),
    ("deny", Rule::Network),
    ("error_log", Rule::ErrorLog),
    ("error_page", Rule::ErrorPage),
    ("expires", Rule::Expires),
    ("fastcgi_bind", Rule::Parameters(2)),
    ("fastcgi_cache_path", Rule::CachePath),
    ("fastcgi_pass", Rule::GatewayPass),
    ("geo", Rule::LastVariable),
    ("grpc_bind", Rule::Parameters(2)),
    ("grpc_pass", Rule::GrpcPass),
    ("hash", Rule::Hash),
    ("if", Rule::If),
    ("keepalive", Rule::Keepalive),
    ("keepalive_timeout", Rule::KeepaliveTimeout),
    ("limit_conn", Rule::LimitConn),
    ("limit_conn_zone", Rule::LimitZone),
    ("limit_req", Rule::Parameters(1)),
    ("limit_req_zone", Rule::LimitZone),
    ("listen", Rule::Listen),
    ("location", Rule::Location),
    ("map", Rule::LastVariable),
    ("memcached_bind", Rule::Parameters(2)),
    ("memcached_pass", Rule::GatewayPass),
    ("open_file_cache", Rule::Parameters(1)),
    ("proxy_bind", Rule::Parameters(2)),
    ("proxy_cache_path", Rule::CachePath),
    ("proxy_pass", Rule::ProxyPass),
    ("queue", Rule::Parameters(2)),
    ("random", Rule::Random),
    ("resolver", Rule::Resolver),
    ("return", Rule::Return),
    ("rewrite", Rule::Rewrite),
    ("scgi_bind", Rule::Parameters(2)),
    ("scgi_cache_path", Rule::CachePath),
    ("scgi_pass", Rule::GatewayPass),
    ("server", Rule::UpstreamServer),
    ("server_name", Rule::ServerName),
    ("set", Rule::Variable(1)),
    ("set_real_ip_from", Rule::Network),
    ("split_clients", Rule::LastVariable),
    ("sticky", Rule::Sticky),
    ("thread_pool", Rule::Parameters(2)),
    ("try_files", Rule::TryFiles),
    ("use", Rule::EventMethod),
    ("uwsgi_bind", Rule::Parameters(2)),
    ("uwsgi_cache_path", Rule::CachePath),
    ("uwsgi_pass", Rule::GatewayPass),
    ("worker_connections", Rule::WorkerConnections),
    ("worker_processes", Rule::WorkerProcesses),
    ("zone", Rule::Zone),
];

impl Rules {
    pub(super) fn new(grammar: &Grammar) -> Self {
        let mut by_directive = Vec::new();
        for (name, rule) in TABLE {
            let Some(id) = grammar.directive(name) else { continue };
            let index = usize::from(id.0);
            if by_directive.len() <= index {
                by_directive.resize(index + 1, Rule::None);
            }
            if let Some(slot) = by_directive.get_mut(index) {
                *slot = *rule;
            }
        }
        let upstreams = ["upstream", "stream_upstream"].map(|name| grammar.context(name));
        let upstreams = upstreams.into_iter().fold(ContextSet::default(), ContextSet::with);
        Self { by_directive, upstreams }
    }

    #[inline]
    pub(super) fn of(&self, directive: DirectiveId) -> Rule {
        self.by_directive.get(usize::from(directive.0)).copied().unwrap_or(Rule::None)
    }
}

impl Validator<'_, '_> {
    pub(super) fn apply(&mut self, rule: Rule, scene: Scene<'_>) {
        match rule {
            Rule::None => {}
            Rule::Parameters(from) => self.check_parameters(scene, usize::from(from)),
            Rule::Variable(at) => self.check_variable(scene, usize::from(at)),
            Rule::LastVariable => self.check_variable(scene, scene.len() - 1),
            Rule::AccessLog => self.check_access_log(scene),
            Rule::CachePath => self.check_cache_path(scene),
            Rule::AddHeader => self.check_add_header(scene),
            Rule::ErrorLog => self.check_error_log(scene),
            Rule::ErrorPage => self.check_error_page(scene),
            Rule::EventMethod => self.check_event_method(scene),
            Rule::Expires => self.check_expires(scene),
            Rule::GatewayPass => self.check_gateway_pass(scene),
            Rule::GrpcPass => self.check_grpc_pass(scene),
            Rule::Hash => self.check_hash(scene),
            Rule::If => self.check_if(scene),
            Rule::KeepaliveTimeout => self.check_keepalive_timeout(scene),
            Rule::Keepalive => self.check_keepalive(scene),
            Rule::LimitConn => self.check_limit_conn(scene),
            Rule::LimitZone => self.check_limit_zone(scene),
            Rule::Listen => self.check_listen(scene),
            Rule::Location => self.check_location(scene),
            Rule::Network => self.check_network(scene),
            Rule::ProxyPass => self.check_proxy_pass(scene),
            Rule::Random => self.check_random(scene),
            Rule::Resolver => self.check_resolver(scene),
            Rule::Return => self.check_return(scene),
            Rule::Rewrite => self.check_rewrite(scene),
            Rule::ServerName => self.check_server_name(scene),
            Rule::Sticky => self.check_sticky(scene),
            Rule::TryFiles => self.check_try_files(scene),
            Rule::UpstreamServer => self.check_upstream_server(scene),
            Rule::WorkerConnections => self.check_worker_connections(scene),
            Rule::WorkerProcesses => self.check_worker_processes(scene),
            Rule::Zone => self.check_zone(scene),
        }
    }

    fn check_variable(&mut self, scene: Scene<'_>, at: usize) {
        if scene.known(at).is_some_and(|text| !text.starts_with('$') || text.len() == 1) {
            self.refuse(scene.span(at), "a variable such as $name");
        }
    }
}
