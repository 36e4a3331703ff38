//! The entry point of [`seaworthy_fuzz::targets::layer_application`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(layer_application);
