//! The entry point of [`seaworthy_fuzz::targets::document_tree`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(document_tree);
