//! What happens when a target fails.

mod all_traffic_to_backup_on_one_error;
mod backup_without_effect;
mod broken_aggregate;
mod drill_left_in;
mod failover_to_itself;
mod first_address_only;
mod no_failover_headroom;
mod single_backup_takes_all;
mod stale_dns;
mod stuck_on_backup;
mod subset_without_fallback;
mod unresolvable_name_stops_start;

pub(super) use all_traffic_to_backup_on_one_error::AllTrafficToBackupOnOneError;
pub(super) use backup_without_effect::BackupWithoutEffect;
pub(super) use broken_aggregate::BrokenAggregate;
pub(super) use drill_left_in::DrillLeftIn;
pub(super) use failover_to_itself::FailoverToItself;
pub(super) use first_address_only::FirstAddressOnly;
pub(super) use no_failover_headroom::NoFailoverHeadroom;
pub(super) use single_backup_takes_all::SingleBackupTakesAll;
pub(super) use stale_dns::StaleDns;
pub(super) use stuck_on_backup::StuckOnBackup;
pub(super) use subset_without_fallback::SubsetWithoutFallback;
pub(super) use unresolvable_name_stops_start::UnresolvableNameStopsStart;
