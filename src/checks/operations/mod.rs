//! Everything around the traffic: who may change the proxy, what its logs show, whether its copies agree.

mod exposed_admin;

pub(super) use exposed_admin::ExposedAdmin;
