//! What happens when a target fails.

mod backup_without_effect;
mod failover_to_itself;
mod no_failover_headroom;
mod single_backup_takes_all;
mod stale_dns;
mod subset_without_fallback;

pub(super) use backup_without_effect::BackupWithoutEffect;
pub(super) use failover_to_itself::FailoverToItself;
pub(super) use no_failover_headroom::NoFailoverHeadroom;
pub(super) use single_backup_takes_all::SingleBackupTakesAll;
pub(super) use stale_dns::StaleDns;
pub(super) use subset_without_fallback::SubsetWithoutFallback;
