//! The entry point of [`seaworthy_fuzz::targets::tar_blocks`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(tar_blocks);
