//! Names that a platform answers: one of them stands for as many targets as there are.

/// Container and Kubernetes service names, `localhost`, and names that a service discovery answers.
pub(super) fn is_platform_name(name: &str) -> bool {
    const SUFFIXES: [&str; 7] = [".svc", ".local", ".consul", ".internal", ".localhost", ".docker", ".mesh"];
    !name.contains('.') || name.contains(".svc.") || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}
