//! The entry point of [`seaworthy_fuzz::targets::layer_unpacking`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(layer_unpacking);
