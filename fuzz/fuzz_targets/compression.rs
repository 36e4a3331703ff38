//! The entry point of [`seaworthy_fuzz::targets::compression`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(compression);
