//! The entry point of [`seaworthy_fuzz::targets::identity_conversion`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(identity_conversion);
