//! The entry point of [`seaworthy_fuzz::targets::registry_requests`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(registry_requests);
