//! The entry point of [`seaworthy_fuzz::targets::reports`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(reports);
