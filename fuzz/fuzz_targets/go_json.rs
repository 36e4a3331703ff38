//! The entry point of [`seaworthy_fuzz::targets::go_json`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(go_json);
