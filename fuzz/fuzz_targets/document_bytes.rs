//! The entry point of [`seaworthy_fuzz::targets::document_bytes`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(document_bytes);
