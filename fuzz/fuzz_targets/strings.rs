//! The entry point of [`seaworthy_fuzz::targets::strings`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(strings);
