//! The entry point of [`seaworthy_fuzz::targets::image_graph`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(image_graph);
